"""JUnit XML: one test suite per model, one test case per clause."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from ..judging.results import Report, Result
from ..judging.verdicts import Verdict
from .files import write_text
from .reproduce import curl
from .shown import plain


def to_junit(report: Report) -> ElementTree.Element:
    """Return a testsuites element; failures that do not decide the exit code are skipped with their text."""
    root = ElementTree.Element("testsuites", name="images-conformance")
    for model in dict.fromkeys(result.clause.model for result in report.results):
        results = [result for result in report.results if result.clause.model == model]
        suite = ElementTree.SubElement(root, "testsuite", name=model or "endpoint")
        suite.set("timestamp", report.started.isoformat(timespec="seconds"))
        for result in results:
            _case(suite, result, report)
        counts = {tag: str(len(suite.findall(f"testcase/{tag}"))) for tag in ("failure", "error", "skipped")}
        suite.attrib |= {"tests": str(len(results)), "failures": counts["failure"]}
        suite.attrib |= {"errors": counts["error"], "skipped": counts["skipped"], "time": "0"}
    return root


def _case(suite: ElementTree.Element, result: Result, report: Report) -> None:
    clause = result.clause
    case = ElementTree.SubElement(suite, "testcase", name=clause.id, classname=clause.model or "endpoint", time="0")
    if result.verdict is Verdict.FAIL:
        tag = "failure" if report.decides(result) else "skipped"
        first = result.evidence[0]
        note = ElementTree.SubElement(case, tag, message=plain(f"{clause.sentence} Seen: {first.seen}"))
        note.text = plain_text(result, report)
    elif result.verdict is Verdict.ERROR or (result.verdict is Verdict.UNTESTED and report.decides(result)):
        ElementTree.SubElement(case, "error", message=plain(f"{result.verdict.value}: {result.reason}"))
    elif result.verdict is not Verdict.PASS:
        ElementTree.SubElement(case, "skipped", message=plain(result.reason))


def plain_text(result: Result, report: Report) -> str:
    """Return the evidence of a result as lines of plain text."""
    lines = [result.clause.sentence, f"at {result.clause.pointer}"]
    for each in result.evidence:
        lines += ["", plain(each.case.name), f"expected: {plain(each.expected)}", f"seen:     {plain(each.seen)}"]
        url = each.exchange.url or report.target.url
        lines.append(curl(each.exchange.request, url, report.target.key_variable, report.contract.access))
    return "\n".join(lines)


def write_junit(report: Report, path: Path) -> None:
    """Write the report to a file, in whole or not at all."""
    root = to_junit(report)
    ElementTree.indent(root)
    write_text(path, ElementTree.tostring(root, encoding="unicode", xml_declaration=True))
