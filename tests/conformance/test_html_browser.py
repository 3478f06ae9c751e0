"""The HTML report in a real browser: it is whole, readable by everybody, and inert whatever a server wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from canned import GPT, event, gpt, preview, request, respond, stream
from canned import exchange as canned_exchange

from images_conformance.judging.results import Report, Target
from images_conformance.planning.cases import Case
from images_conformance.planning.plan import Selection
from images_conformance.reports import to_har, to_html
from images_conformance.sending.run import Record
from images_contract import Contract

pytestmark = pytest.mark.browser
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
HOSTILE = (
    "<script>window.fired = 1</script><img src=x onerror='window.fired = 1'>\u202egnp.exe\u2066 </style></script> "
    "{{ 7 * 7 }} javascript:window.fired=1 \x1b[31m"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium, Debian's."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engines:
        running = engines.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A tab that notes what goes wrong in it, and every request that leaves the page."""
    tab = browser.new_page()
    tab.problems = []
    tab.on("console", lambda message: tab.problems.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: tab.problems.append(str(error)))
    tab.on(
        "request", lambda sent: tab.problems.append(sent.url) if not sent.url.startswith(("file:", "data:")) else None
    )
    yield tab
    tab.close()


def report(*exchanges: Any) -> Report:
    """The report of a run that consists of these exchanges."""
    contract, record = Contract.load(), Record()
    for number, each in enumerate(exchanges):
        record.add(contract, Case(f"case {number}", each.request, (("accept.status", "gpt-image-1"),), True), each)
    target = Target("https://api.example/v1/images/generations")
    return Report.from_record(record, contract, target, Selection(), "must", datetime.now(UTC))


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run with failures, warnings, streams and transparent pictures."""
    path = tmp_path_factory.mktemp("html") / "faulty.html"
    see_through = gpt({"background": "transparent"}, data=[{"b64_json": event()["b64_json"]}])
    broken = report(gpt(), gpt({"n": 2}), see_through, stream(preview(), event()), gpt(usage=None))
    path.write_text(to_html(broken), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_accessible(page: Any, faulty: Path, scheme: str, width: int) -> None:
    """axe finds nothing to complain about, in both colour schemes, on a phone and on a desk; nothing is loaded."""
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(faulty.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    # axe itself is injected, which the page's policy rightly refuses to its own scripts.
    found = Axe().run(page)

    assert [] == [(each["id"], each["nodes"][0]["html"][:200]) for each in found.response["violations"]]
    assert [] == page.problems
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_hostile_strings_are_inert(page: Any, tmp_path: Path) -> None:
    """Whatever a server wrote stands there as text: in messages, headers, fields, events, ids, and 10 MB of it."""
    refusal = {"error": {"type": HOSTILE, "message": HOSTILE * 100_000, "param": HOSTILE, "code": HOSTILE}}
    told = json.loads(gpt().response.body) | {"quality": HOSTILE, "data": [{"url": f"https://a.example/{HOSTILE}"}]}
    hostile = report(
        canned_exchange(request(GPT), respond(400, refusal, x_request_id=HOSTILE, allow=HOSTILE)),
        canned_exchange(request(GPT | {"size": "1536x1024"}), respond(200, told)),
        canned_exchange(request(GPT | {"user": HOSTILE, "n": 3}), gpt().response),
        stream(event(type=HOSTILE), names=["message"]),
    )
    path = tmp_path / "hostile.html"
    path.write_text(to_html(hostile), encoding="utf-8")
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

    assert "<script>window.fired" in page.inner_text("body")
    assert page.evaluate("window.fired") is None
    assert "\u202e" not in path.read_text(encoding="utf-8")
    assert 1 == page.locator("script").count()
    assert [] == page.problems
    assert path.stat().st_size < 3_000_000


def test_filters_and_deep_links(page: Any, faulty: Path) -> None:
    """A link to a clause opens what hides it; filters narrow the catalogue and stand in the address."""
    page.goto(f"{faulty.as_uri()}#broken-data.count@gpt-image-1")

    assert page.locator("details[id='broken-data.count@gpt-image-1']").evaluate("each => each.open")

    page.fill("#find", "size dall-e-3")
    shown = page.locator(".catalogue > li:visible")
    texts = [shown.nth(number).get_attribute("data-filter") or "" for number in range(shown.count())]

    assert texts
    assert all("size" in text and "dall-e-3" in text for text in texts)
    assert "find=size+dall-e-3" in page.url

    page.reload()

    assert len(texts) == page.locator(".catalogue > li:visible").count()


def test_keyboard(page: Any, faulty: Path) -> None:
    """The first stop leads past the head; a sign of the matrix leads by Enter to the failure behind it."""
    page.goto(faulty.as_uri())
    page.keyboard.press("Tab")

    assert "#main" == page.evaluate("document.activeElement.getAttribute('href')")

    page.locator("td.fail a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.tagName === 'SUMMARY'")

    assert page.evaluate("document.activeElement.parentElement.id").startswith("broken-")


def test_many_pictures(page: Any, tmp_path: Path) -> None:
    """500 pictures are all there, and the page answers a key press before the next two frames are drawn."""
    path = tmp_path / "many.html"
    path.write_text(to_html(report(*[gpt({"user": str(number)}) for number in range(500)])), encoding="utf-8")
    page.goto(path.as_uri())
    page.fill("#find", "size")
    frames = page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(2))))")

    assert 2 == frames
    assert 500 == page.locator(".card").count()
    assert page.locator(".card img").last.evaluate("each => each.loading") == "lazy"
    assert path.stat().st_size < 8_000_000


def test_prints(page: Any, faulty: Path, tmp_path: Path) -> None:
    """On paper every failure is open, and the filter is left out."""
    page.goto(faulty.as_uri())
    page.emulate_media(media="print")

    assert not page.locator(".filter").is_visible()
    assert len(page.pdf()) > 20_000


def test_the_command_writes_it(page: Any, tmp_path: Path) -> None:
    """`check --html` writes the page of an honest run."""
    path = tmp_path / "r.html"
    words = [sys.executable, "-m", "images_conformance", "check", "--depth", "smoke", "--html", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stderr

    page.goto(path.as_uri())

    assert "conformant" == page.inner_text("h1").lower()
    assert page.locator(".card img").count() > 5
    assert [] == page.problems


def test_har_is_read_by_a_browser(page: Any, tmp_path: Path) -> None:
    """Chromium serves a request from the HAR of a run, with the answer that the run had."""
    path, sent = tmp_path / "r.har", gpt()
    path.write_text(json.dumps(to_har(report(sent))), encoding="utf-8")
    url = "https://api.example/v1/images/generations"
    page.route_from_har(path, url=url, not_found="abort")
    page.route("https://api.example/", lambda route: route.fulfill(body="<html></html>", content_type="text/html"))
    page.goto("https://api.example/")
    call = "([url, body]) => fetch(url, {method: 'POST', body}).then((answer) => answer.json())"
    told = page.evaluate(call, [url, sent.request.body.decode()])

    assert sent.response is not None
    assert json.loads(sent.response.body) == told
