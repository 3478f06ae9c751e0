"""A run never costs more than its owner allowed, whatever the server does."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from serving import Canned, Remembering, serving

from images_conformance.cli import main
from images_conformance.exchange import Exchange, Request, Response
from images_conformance.judging.results import Report, Target
from images_conformance.judging.verdicts import Verdict
from images_conformance.planning.cases import Case
from images_conformance.planning.plan import Selection, plan
from images_conformance.sending import run as running_module
from images_conformance.sending.run import Pacing, Record, Runner
from images_conformance.spending.budget import Budget, may_be_billed
from images_conformance.spending.prices import Prices
from images_contract import Contract
from images_reference_server import create_app

KEY = "sk-secret-4711"
CONTRACT = Contract.load()
PRICES = Prices.load()
SMOKE = plan(CONTRACT, Selection("smoke"), PRICES)
BUSY = (429, {"retry-after": "0"}, b"{}")
BROKEN = (500, {}, b"{}")


def run(*words: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, words, env={"OPENAI_API_KEY": KEY})


def billed(bodies: Iterable[bytes]) -> float:
    """What bodies cost at most."""
    return sum(PRICES.worst_case(CONTRACT, Request(body)) for body in bodies)


def canned(answer: Any, *, limit: float | None = None, cases: list[Case] | None = None, concurrency: int = 4) -> Any:
    """Run a plan against canned answers; return (transport, record)."""
    transport, record = Canned(answer), Record()

    async def go() -> None:
        budget = Budget(limit)
        runner = Runner(CONTRACT, transport, PRICES, record, budget, Pacing(concurrency))
        await runner.run(SMOKE if cases is None else cases)

    asyncio.run(go())
    return transport, record


class TestCeiling:
    """`--budget USD` is a hard ceiling on worst-case spend."""

    @pytest.mark.parametrize(
        ("fault", "budget"),
        [("status:accepts-anything", 0.0), ("status:accepts-anything", 0.5), ("status:fails-always", 0.3),
         ("status:crashes-on-invalid", 0.3), (None, 0.3)],
    )  # fmt: skip
    def test_holds_whatever_the_server_bills(self, fault: str | None, budget: float, tmp_path: Path) -> None:
        """Everything that a server did not refuse, priced at its worst, stays below the ceiling."""
        options = {"fault": fault} if fault else {}
        app = Remembering(create_app(CONTRACT.document, key=KEY, **options))
        with serving(app) as origin:
            result = run(
                "check",
                f"{origin}/v1",
                "--budget",
                str(budget),
                "--concurrency",
                "8",
                "--json",
                str(tmp_path / "r.json"),
            )
        report = json.loads((tmp_path / "r.json").read_text())
        spent = billed(body for body, status in app.seen if status == 200 or status >= 500)

        assert spent <= report["estimated_usd"] + 1e-4  # which is rounded
        assert report["estimated_usd"] <= budget
        assert result.exit_code == (1 if report["requests"] and fault else 3)
        assert any(
            "budget" in (clause["reason"] or "") for clause in report["clauses"] if clause["verdict"] == "untested"
        )

    def test_random_servers(self) -> None:
        """Servers that serve, fail, refuse, are busy and hang up at random never cost more than the ceiling."""
        for seed in range(12):
            dice = random.Random(seed)

            def answer(_: int, request: Request, dice: random.Random = dice) -> Any:
                choices = [BROKEN, (200, {}, b"{}"), (400, {}, b"{}"), (503, {"retry-after": "0"}, b""), BUSY]
                return dice.choice([*choices, Exchange(request, failure="ReadTimeout")])

            transport, record = canned(answer, limit=0.5, concurrency=dice.choice([1, 7, 64]))

            assert record.usd <= 0.5 + 1e-9
            assert len(transport.sent) == record.requests

    def test_waits_for_what_may_come_back(self) -> None:
        """A request that fits once those under way are refused is sent: a ceiling makes no run depend on chance."""
        cases = [case for case in SMOKE if not case.accept]
        dearest = max(PRICES.worst_case(CONTRACT, case.request) for case in cases)
        transport, record = canned(lambda *_: (400, {}, b"{}"), limit=dearest, cases=cases, concurrency=16)

        assert [] == record.unsent
        assert len(cases) == len(transport.sent)
        assert 0 == record.usd


class TestWhatCounts:
    """What may have been billed is counted, what cannot have been is not."""

    @pytest.mark.parametrize(
        ("status", "counts"),
        [(200, True), (201, True), (302, True), (500, True), (503, True), (408, True), (499, True),
         (400, False), (401, False), (404, False), (422, False), (429, False)],
    )  # fmt: skip
    def test_statuses(self, status: int, counts: bool) -> None:
        """Refusals are free."""
        assert counts == may_be_billed(Exchange(Request(b""), Response(status, (), b"")))

    def test_failures(self) -> None:
        """A lost connection may have been billed, a refused one cannot."""
        assert may_be_billed(None)
        assert may_be_billed(Exchange(Request(b""), failure="ReadTimeout"))
        assert not may_be_billed(Exchange(Request(b""), failure="ConnectError", unsent=True))

    def test_a_retried_429_is_free(self) -> None:
        """A request that succeeds after two refusals for load costs once."""
        case = next(case for case in SMOKE if case.accept)
        transport, record = canned(lambda count, _: BUSY if count < 3 else (200, {}, b"{}"), cases=[case])

        assert 3 == len(transport.sent) == record.requests
        assert PRICES.worst_case(CONTRACT, case.request) == pytest.approx(record.usd)

    def test_a_retried_503_is_not(self) -> None:
        """Each attempt that failed at the server is counted, and none is made that the ceiling does not cover."""
        case = next(case for case in SMOKE if case.accept)
        usd = PRICES.worst_case(CONTRACT, case.request)
        transport, record = canned(lambda *_: (503, {"retry-after": "0"}, b""), limit=2.5 * usd, cases=[case])

        assert 2 == len(transport.sent)
        assert 2 * usd == pytest.approx(record.usd)
        assert 503 == record.exchanges[0][1].response.status

    def test_cancelled_requests_count(self) -> None:
        """A request that was cut off under way may be billed all the same."""

        async def go() -> float:
            budget = Budget(1.0)
            assert await budget.reserve(0.4)
            await budget.settle(0.4, None)
            return budget.spent

        assert 0.4 == asyncio.run(go())

    def test_worst_case_of_odd_bodies(self) -> None:
        """What a lenient server may read out of a body is priced: counts as text, keys twice, broken JSON."""

        def usd(body: bytes) -> float:
            return PRICES.worst_case(CONTRACT, Request(body))

        one = usd(b'{"model": "dall-e-2", "prompt": "a", "n": 1, "size": "1024x1024"}')

        assert 10 * one == pytest.approx(usd(b'{"model": "dall-e-2", "prompt": "a", "n": "10", "size": "1024x1024"}'))
        assert usd(b'{"prompt": "a", "n": 10,}') >= 10 * 0.25
        assert usd(b'{"model": "dall-e-2", "prompt": "a", "n": 1, "n": 10}') >= 10 * 0.25
        assert usd(b'{"model": "gpt-image-1", "prompt": "' + b"a" * 32000 + b'"}') >= 0.25 + 32000 * 5e-6
        assert usd(b'{"prompt": "a", "n": 1' + b"0" * 400 + b"}") < 1e6


class TestUnanswered:
    """What says nothing about the contract is neither a pass nor a failure."""

    @pytest.mark.parametrize(
        "answer",
        [BUSY, (503, {"retry-after": "0"}, b""), (502, {}, b"<html>"), "ConnectError", "ReadTimeout",
         (400, {"content-type": "application/json"}, b'{"error": {"type": "image_generation_user_error", '
          b'"message": "no", "param": null, "code": "moderation_blocked"}}'),
         (400, {"content-type": "application/json"}, b'{"error": {"type": "invalid_request_error", "message": "no", '
          b'"param": null, "code": "billing_hard_limit_reached"}}')],
    )  # fmt: skip
    def test_verdict(self, answer: Any) -> None:
        """429, a lost connection, a timeout, a moderated prompt: untested, with the reason; the run gives up early."""

        def exchange(_: int, request: Request) -> Any:
            return Exchange(request, failure=answer) if isinstance(answer, str) else answer

        selection = Selection("smoke", models=("dall-e-2",))
        cases = [each for each in plan(CONTRACT, selection, PRICES) if each.request.credential == "right"]
        cases = [replace(case, accept=True) for case in cases if case.request.method == "POST"]
        _, record = canned(exchange, cases=cases, concurrency=1)
        report = Report.from_record(record, CONTRACT, Target("http://x"), selection, "must", _now())
        verdicts = {result.verdict for result in report.results}

        assert verdicts <= {Verdict.UNTESTED, Verdict.ERROR, Verdict.SKIP}
        assert 3 == report.exit_code
        assert record.stopped is not None
        assert running_module.HOPELESS == len(record.exchanges)

    def test_a_dead_server_late_in_the_run(self) -> None:
        """A server that dies under way ends the run before it costs much."""
        _, record = canned(
            lambda count, request: (400, {}, b"{}") if count < 20 else Exchange(request, failure="ReadTimeout"),
            concurrency=1,
        )

        assert running_module.LOST == len(record.exchanges) - 19
        assert "without an answer" in (record.stopped or "")


class TestBeforeTheFirstRequest:
    """Nothing is sent that nobody agreed to."""

    PAID = "https://images.example.invalid/v1"

    def test_asks_at_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """At a terminal the worst case and the ceiling are shown, and no is no."""
        monkeypatch.setattr("images_conformance.commands.cost.at_terminal", lambda: True)
        monkeypatch.setattr("click.confirm", lambda text, **_: print(text))
        result = run("check", self.PAID, "--budget", "2")

        assert 2 == result.exit_code
        assert "at most" in result.output
        assert "for at most 2 USD" in result.output
        assert "nothing was sent" in result.output

    def test_stops_without_a_terminal(self) -> None:
        """Elsewhere a ceiling or --yes is needed."""
        result = run("check", self.PAID)

        assert 2 == result.exit_code
        assert "--budget USD, or pass --yes" in result.output

    @pytest.mark.parametrize("amount", ["nan", "inf", "-1", "much"])
    @pytest.mark.parametrize("option", ["--budget", "--unknown-price"])
    def test_amounts_are_amounts(self, option: str, amount: str) -> None:
        """No value of --budget is taken for "no ceiling"."""
        result = run("check", option, amount)

        assert 2 == result.exit_code
        assert "is no amount" in result.output

    @pytest.mark.parametrize("price", [".nan", ".inf", "-1", "yes"])
    def test_prices_are_amounts(self, price: str, tmp_path: Path) -> None:
        """Nor does a price file hold a price that no ceiling stops."""
        (tmp_path / "p.yaml").write_text(f"dall-e-2: {{prices: [{{usd: {price}}}]}}")
        result = run("check", "--dry-run", "--prices", str(tmp_path / "p.yaml"))

        assert 2 == result.exit_code
        assert "p.yaml" in result.output

    def test_unknown_price(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A model without a price stops a paid run, and one with a ceiling anywhere, until its price is told."""
        known = {name: price for name, price in PRICES.models.items() if name != "dall-e-2"}
        monkeypatch.setattr("images_conformance.spending.prices._read", lambda path: known)

        paid = run("check", self.PAID, "--budget", "1")
        capped = run("check", "--budget", "1")
        told = run("check", "--budget", "1", "--unknown-price", "0.02", "--dry-run")
        free = run("check", "--depth", "smoke", "--models", "dall-e-2", "-q")

        assert [2, 2, 0] == [paid.exit_code, capped.exit_code, told.exit_code]
        assert "no price is known for model 'dall-e-2'" in paid.output
        assert 2 != free.exit_code, free.output


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)
