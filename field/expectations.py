"""What programs were seen to do once, written down, and what is different now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Seen = Mapping[str, Any]
SAID = {
    "pass": "kept", "fail": "broken", "deviation": "a declared deviation", "untested": "not tested",
    "error": "an error of ours", "skip": "skipped",
}  # fmt: skip
WORSE = tuple(SAID)[1:]
ENDPOINT = "endpoint"  # stands for a model where a clause speaks of none


def of_server(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is written down of a server: from the JSON report of its check, every verdict but those kept."""
    return {**_counts(report), "exit": report["exit_code"], **_verdicts(report, WORSE)}


def of_client(report: Mapping[str, Any], calls: Mapping[str, str]) -> dict[str, Any]:
    """Return what is written down of a client: what its calls came to, and each clause that the proxy saw broken."""
    return {**_counts(report), "calls": dict(calls), **_verdicts(report, ("fail", "error"))}


def _counts(report: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "day": report["started"][:10],
        "contract": report["contract"]["sha256"][:12],
        "requests": report["requests"],
        "served": report["accepted_requests"],
        "images": report["images"],
        "kept": sum(clause["verdict"] == "pass" for clause in report["clauses"]),
    }


def _verdicts(report: Mapping[str, Any], which: tuple[str, ...]) -> dict[str, dict[str, list[str]]]:
    """Return, by verdict, the rules and the models of which it is said; open cases have no verdict."""
    found: dict[str, dict[str, list[str]]] = {verdict: {} for verdict in which}
    for clause in report["clauses"]:
        if clause["level"] != "may" and clause["verdict"] in found:
            rule = clause["id"].removesuffix(f".{clause['model']}")
            found[clause["verdict"]].setdefault(rule, []).append(clause["model"] or ENDPOINT)
    return {verdict: rules for verdict, rules in found.items() if rules}


def differences(recorded: Seen | None, seen: Seen) -> list[str]:
    """Return what is not as it was recorded, a line each; counts and days may differ."""
    if recorded is None:
        return ["nothing is recorded of it"]
    found = list(_differences(recorded, seen))
    if found and recorded["contract"] != seen["contract"]:
        found.append(f"(the contract is another one, too: it was {recorded['contract']}, and is {seen['contract']})")
    return found


def _differences(recorded: Seen, seen: Seen) -> Iterator[str]:
    before, after = _by_clause(recorded), _by_clause(seen)
    for clause in dict.fromkeys([*before, *after]):
        yield from _changed(clause, SAID[before.get(clause, "pass")], SAID[after.get(clause, "pass")])
    if "exit" in seen:
        yield from _changed("exit code", recorded.get("exit"), seen["exit"])
    calls, made = recorded.get("calls", {}), seen.get("calls", {})
    for call in dict.fromkeys([*calls, *made]):
        yield from _changed(call, calls.get(call, "no such call"), made.get(call, "no such call"))


def _by_clause(seen: Seen) -> dict[str, str]:
    return {
        rule if model == ENDPOINT else f"{rule} of {model}": verdict
        for verdict in WORSE for rule, models in seen.get(verdict, {}).items() for model in models
    }  # fmt: skip


def _changed(what: str, before: Any, after: Any) -> Iterator[str]:
    if before != after:
        yield f"{what}: {before} when it was recorded, {after} now"
