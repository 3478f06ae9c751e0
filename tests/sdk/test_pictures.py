"""Pictures: bytes, files and Pillow images, and answers that are saved while they arrive."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from images_client import (
    APIConnectionError,
    APIResponseValidationError,
    ImageError,
    ImageRefusedError,
    LocalValidationError,
    Pictures,
    SaveError,
)
from images_client._base64 import decode
from images_client._late import LateSink
from images_client.models import ImagesResponse

from .conftest import FakeServer

BEGINNINGS = {
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff\xe0",
    "webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "gif": b"GIF89a",
    "svg": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">',
    "bin": b"whatever",
}


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def answer(*pictures: bytes, **more: Any) -> dict[str, Any]:
    return {"created": 1, "data": [{"b64_json": encoded(each)} for each in pictures], **more}


def answered(body: Any) -> ImagesResponse:
    server = FakeServer(answers=[httpx2.Response(200, json=body)])
    return server.client().images.generate(prompt="a cat", model="gpt-image-1")


class Chunks(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body in given pieces."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


def serving(*pieces: bytes | Exception) -> FakeServer:
    headers = {"content-type": "application/json"}
    return FakeServer(answers=[httpx2.Response(200, headers=headers, stream=Chunks(*pieces)) for _ in range(2)])


@pytest.mark.parametrize(("extension", "data"), BEGINNINGS.items())
def test_a_file_has_the_extension_of_what_it_is(tmp_path: Path, extension: str, data: bytes) -> None:
    """A picture is saved under the name given, with the extension of its real format where the name has none."""
    picture = answered(answer(data, output_format="png")).data[0]

    assert picture.bytes() == data
    assert picture.save(tmp_path / "new" / "cat") == tmp_path / "new" / f"cat.{extension}"
    assert picture.save(str(tmp_path / "cat.xyz")) == tmp_path / "cat.xyz"
    inside = picture.save(tmp_path)
    assert (inside.parent, inside.suffix) == (tmp_path, f".{extension}")
    assert {path.read_bytes() for path in tmp_path.rglob("*.*")} == {data}
    assert inside.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_pillow_opens_a_picture() -> None:
    """`open` gives the picture as Pillow has it."""
    file = io.BytesIO()
    Pillow.new("RGB", (3, 2)).save(file, "PNG")

    assert answered(answer(file.getvalue())).data[0].open().size == (3, 2)


@pytest.mark.parametrize(
    "text",
    [
        "AQID/+8=",
        "AQID_-8=",
        "AQID/+8",
        "AQID\r\n/+8=\n",
        "data:image/png;base64,AQID/+8=",
    ],
)
def test_base64_as_servers_write_it(tmp_path: Path, text: str) -> None:
    """Line ends, the URL-safe alphabet, missing padding and a data URL are read, in memory and while it arrives."""
    body = {"created": 1, "data": [{"b64_json": text}]}
    pieces = [bytes([each]) for each in json.dumps(body).encode()]
    (saved,) = serving(*pieces).client().images.generate_to(tmp_path, prompt="a cat").data

    assert answered(body).data[0].bytes() == b"\1\2\3\xff\xef"
    assert answered({"created": 1, "data": [{"url": "data:image/png;base64,AQID"}]}).data[0].bytes() == b"\1\2\3"
    assert saved.bytes() == b"\1\2\3\xff\xef"


@pytest.mark.parametrize("text", ["AQ=D", "AQ==AQ==", "A", "AQI!", "AQID\u00e9", "AQ\\u0000", "\\"])
def test_what_is_no_base64_is_told(tmp_path: Path, text: str) -> None:
    """A picture that is no base64 is an ImageError when it is asked for; the answer itself is there."""
    body = {"created": 1, "data": [{"b64_json": text}, {"b64_json": "AQID"}]}
    with pytest.raises(ImageError, match="no base64"):
        answered(body).data[0].bytes()
    with pytest.raises(SaveError, match="1 of 2 images were not saved: image 0: the image is no base64") as caught:
        serving(json.dumps(body).encode()).client().images.generate_to(tmp_path, prompt="a cat")

    assert [path.read_bytes() for path in caught.value.saved.values()] == [b"\1\2\3"]
    assert os.listdir(tmp_path) == [caught.value.saved[1].name]


def test_neither_image_nor_url() -> None:
    """An item without image and URL is told as such."""
    with pytest.raises(ImageError, match="neither"):
        answered({"created": 1, "data": [{}]}).data[0].bytes()


def test_all_of_an_answer(tmp_path: Path) -> None:
    """`save_all` writes every picture, numbered, and never over the files of another answer, unless a name says so."""
    result = answered(answer(BEGINNINGS["png"], BEGINNINGS["jpg"]))
    first, second = result.save_all(tmp_path / "new")
    named = result.save_all(tmp_path, name="v1.5")
    awaited = asyncio.run(result.asave_all(tmp_path / "new"))

    assert isinstance(result, Pictures)
    assert (first.suffix, second.suffix) == (".png", ".jpg")
    assert first.stem[:-1] == second.stem[:-1]
    assert [path.name for path in named] == ["v1.5-1.png", "v1.5-2.jpg"]
    assert len({first, second, *awaited}) == 4
    assert [path.read_bytes() for path in awaited] == [BEGINNINGS["png"], BEGINNINGS["jpg"]]


def test_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that cannot be written whole leaves nothing behind, and the old file in its place."""
    (tmp_path / "cat.png").write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        answered(answer(BEGINNINGS["png"])).data[0].save(tmp_path / "cat.png")
    with pytest.raises(SaveError, match="disk full"):
        answered(answer(BEGINNINGS["png"])).save_all(tmp_path)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"cat.png": b"old"}


def test_saved_while_it_arrives(tmp_path: Path) -> None:
    """`generate_to` gives the typed answer with a file for each picture, by both clients, also with any model."""
    body = json.dumps(answer(BEGINNINGS["png"] * 100_000, BEGINNINGS["webp"], background="opaque", seed=7)).encode()
    server = serving(*(body[start : start + 1000] for start in range(0, len(body), 1000)))
    result = server.client().images.generate_to(tmp_path, prompt="a cat", model="gpt-image-1", n=2)
    awaited = asyncio.run(server.async_client().images.generate_untyped_to(str(tmp_path), prompt="a cat"))
    first, second = result.data

    assert (result.background, result.extra, first.b64_json) == ("opaque", {"seed": 7}, None)
    assert (first.path or Path()).suffix == ".png"
    assert (second.path or Path()).suffix == ".webp"
    assert first.bytes() == (first.path or Path()).read_bytes() == BEGINNINGS["png"] * 100_000
    assert awaited.data[1].bytes() == BEGINNINGS["webp"]
    assert result.raw == {**json.loads(body), "data": [{"b64_json": None}, {"b64_json": None}]}
    assert len(list(tmp_path.iterdir())) == 4


def test_an_answer_that_breaks_off_leaves_what_is_complete(tmp_path: Path) -> None:
    """What came whole before the connection broke, or before the JSON turned out to be none, is kept and told."""
    body = json.dumps(answer(BEGINNINGS["png"], BEGINNINGS["jpg"] * 1000)).encode()
    for end, error in ((httpx2.ReadError("cut"), APIConnectionError), (b"", APIResponseValidationError)):
        with pytest.raises(error) as caught:
            serving(body[:200], end).client().images.generate_to(tmp_path, prompt="a cat")

        assert caught.value.maybe_billed
        assert [path.read_bytes() for path in caught.value.arrived] == [BEGINNINGS["png"]]
    assert len(list(tmp_path.iterdir())) == 2


def test_who_stops_waiting_leaves_nothing_behind(tmp_path: Path) -> None:
    """A cancelled call removes the picture that was arriving."""
    began = anyio.Event()

    class Endless(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b'{"created": 1, "data": [{"b64_json": "' + encoded(BEGINNINGS["png"] * 999).encode()
            began.set()
            await anyio.sleep_forever()

    async def run() -> None:
        client = FakeServer(answers=[httpx2.Response(200, stream=Endless())]).async_client()
        async with anyio.create_task_group() as group:
            group.start_soon(lambda: client.images.generate_to(tmp_path, prompt="a cat"))
            await began.wait()
            parts.extend(tmp_path.iterdir())
            group.cancel_scope.cancel()

    parts: list[Path] = []
    anyio.run(run)

    assert 1 == len(parts)
    assert [] == [*tmp_path.iterdir()]


def test_an_unusable_folder_is_told_before_anything_is_paid(tmp_path: Path) -> None:
    """A folder that cannot be written to, and a stream, which is no whole answer, are told before a request is sent."""
    (tmp_path / "file").touch()
    server = FakeServer()
    with pytest.raises(OSError, match="file"):
        server.client().images.generate_to(tmp_path / "file", prompt="a cat")
    with pytest.raises(LocalValidationError, match="'stream' does not go with saving"):
        server.client().images.generate_untyped_to(tmp_path, prompt="a cat", model="gpt-image-1", stream=True)

    assert server.requests == []


def test_a_refusal_is_what_it_is(tmp_path: Path) -> None:
    """A URL that the guards refuse fails that picture, not the answer."""
    body = {"created": 1, "data": [{"b64_json": "AQID"}, {"url": "file:///etc/passwd"}]}
    with pytest.raises(SaveError) as caught:
        serving(json.dumps(body).encode()).client().images.generate_to(tmp_path, prompt="a cat")

    assert [type(each) for each in caught.value.failures.values()] == [ImageRefusedError]
    assert caught.value.answer.data[0].path == caught.value.saved[0]


# What may stand in an answer beside pictures, also things that look like the way to one.
KEYS = st.sampled_from(["data", "b64_json", "url", "created", "usage", "a\\b", 'say "x"', "小猫 🎨", ""])
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["AQID", 'a"b', "\\", "/"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
ITEMS = st.dictionaries(KEYS.filter(lambda key: key not in ("b64_json", "url")), JSON_VALUES, max_size=2)
PICTURES = st.lists(st.tuples(st.binary(min_size=1, max_size=60), ITEMS), max_size=4)
ESCAPES = st.sampled_from([{}, {"/": "\\/"}, {"/": "\\u002f", "+": "\\u002B"}, {"A": "\\u0041", "/": "\\/"}])
STYLES: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"indent": 2}, {"ensure_ascii": False}, {"separators": (",", ":")}]
)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[list[bytes], bytes, int]:
    """Pictures, an answer that holds them, and the size of the chunks in which it arrives."""
    pictures = draw(PICTURES)
    items = [{**more, "b64_json": encoded(data)} for data, more in pictures]
    ordered = [dict(draw(st.permutations(list(item.items())))) for item in items]
    rest = draw(st.dictionaries(KEYS.filter(lambda key: key not in ("data", "created", "usage")), JSON_VALUES))
    body = dict(draw(st.permutations([*rest.items(), ("data", ordered), ("created", 1)])))
    text = json.dumps(body, **draw(STYLES))
    for character, escape in draw(ESCAPES).items():
        text = text.replace(character, escape)
    return [data for data, _ in pictures], text.encode(), draw(st.integers(1, 50))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies())
def test_any_answer_in_any_cut(tmp_path: Path, drawn: tuple[list[bytes], bytes, int]) -> None:
    """Whatever JSON an answer is and wherever it is cut, files and fields are what json and base64 make of it."""
    pictures, text, size = drawn
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    large = json.dumps({"padding": " " * (1 << 20)})[:-1].encode() + b"," + text[1:]
    result = serving(*pieces).client().images.generate_to(tmp_path, prompt="a cat")
    whole = serving(large[: 1 << 20], *(large[start : start + size] for start in range(1 << 20, len(large), size)))
    in_memory = whole.client().images.generate(prompt="a cat")

    assert [picture.bytes() for picture in result.data] == pictures == [each.bytes() for each in in_memory.data]
    assert {**in_memory.raw, "padding": None} == {"padding": None, **json.loads(text)}
    for item, given_item in zip(result.raw["data"], json.loads(text)["data"], strict=True):
        assert item == {**given_item, "b64_json": None}


@settings(deadline=None, max_examples=300)
@example("AA==AA", 1, False)
@given(st.text("AQgw/+=-_ \n\\é", max_size=24) | st.binary().map(encoded), st.integers(1, 9), st.booleans())
def test_a_text_that_was_decoded_early_is_the_same_text(text: str, size: int, escaped: bool) -> None:
    """Whatever stands in place of base64, and wherever it is cut, the text is given as it came, and decoded as ever."""
    inside = json.dumps(text)[1:-1].replace("/", "\\/" if escaped else "/").encode()
    sink = LateSink()
    for start in range(0, len(inside), size):
        sink.write(inside[start : start + size])
    late = sink.close()

    assert (text, bool(text)) == (str(late), bool(late))
    assert decoded_or_not(lambda: decode(text)) == decoded_or_not(late.decode)


def decoded_or_not(work: Callable[[], bytes]) -> bytes | None:
    try:
        return work()
    except ValueError:
        return None
