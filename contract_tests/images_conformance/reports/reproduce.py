"""A command that sends a request again, with the key as an environment variable."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

from images_contract import Access

from ..exchange import ANY_ANSWER, Request
from ..planning.values import TRICKY, UNIT

LONG = 300  # characters of a body that are shown as they are
REPEATED = 60  # characters of a text that are shown as they are


def curl(request: Request, url: str, key_variable: str | None, access: Access) -> str:
    """Return one shell line that sends a request; long texts are written as a Python expression."""
    words = ["curl", "-sS", "-i"]
    if request.method == "HEAD":
        words.append("-I")
    elif request.method != "POST":
        words += ["-X", _quoted(request.method)]
    words.append(_quoted(url))
    if authorization := _authorization(request, key_variable, access):
        words += ["-H", authorization]
    if request.accept != ANY_ANSWER:
        words += ["-H", _quoted(f"Accept: {request.accept}")]
    if request.content_type is not None:
        words += ["-H", _quoted(f"Content-Type: {request.content_type}")]
    if request.method in ("GET", "HEAD"):
        return " ".join(words)
    source, data = _data(request.body)
    return " ".join([*source, *words, "--data-binary", data])


# What no terminal should be sent: control and direction characters, halves of surrogate pairs.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _quoted(text: str) -> str:
    """Return text as one word of a shell; what cannot be shown stands in escapes that bash, ksh and zsh read."""
    if not _UNSHOWN.search(text):
        return shlex.quote(text)
    escaped = (f"\\x{byte:02x}" if byte < 32 or byte > 126 or byte in b"\\'" else chr(byte)
               for byte in text.encode("utf-8", "surrogatepass"))  # fmt: skip
    return f"$'{''.join(escaped)}'"


def _authorization(request: Request, key_variable: str | None, access: Access) -> str | None:
    """Return the header as a word of the shell, which puts the key in; None for no header."""
    shown = {"wrong": "SCHEME sk-wrong", "malformed": "NotAScheme", "empty": "SCHEME"}.get(request.credential)
    if shown is None and key_variable:
        shown = _WITH_KEY.get(request.credential, "").replace("KEY", key_variable)
    scheme = access.key_scheme
    word = (shown or "").replace("SCHEME", scheme).replace("scheme", scheme.lower()).strip()
    return f'"{access.key_header}: {word}"' if word else None


_WITH_KEY = {
    "right": "SCHEME $KEY",
    "unknown": "SCHEME $KEY",
    "lower-case scheme": "scheme $KEY",
    "no scheme": "$KEY",
    "other scheme": "Token $KEY",
    "truncated": "SCHEME ${KEY%?}",
    "extended": "SCHEME ${KEY}x",
    "other case": 'SCHEME $(printf %s "$KEY" | tr a-zA-Z A-Za-z)',
}


def _data(body: bytes) -> tuple[list[str], str]:
    """Return (a command to pipe from, the argument of --data-binary)."""
    try:
        text = body.decode()
        if _UNSHOWN.search(text):
            raise ValueError
    except ValueError:
        octal = "".join(chr(byte) if 32 <= byte < 127 and chr(byte) not in "\\%'" else f"\\{byte:03o}" for byte in body)
        return ["printf", shlex.quote(octal), "|"], "@-"
    if len(text) <= LONG:
        return [], shlex.quote(text)
    try:
        program = f"import json; print(json.dumps({expression(json.loads(text))}))"
    except (ValueError, RecursionError):
        program = f"print({expression(text)}, end='')"
    return ["python3", "-c", shlex.quote(program), "|"], "@-"


def expression(value: Any) -> str:
    """Return a Python expression for a JSON value, with repeated text written as a product."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {expression(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(expression, value)) + "]"
    if isinstance(value, str):
        return _repeated(value) if len(value) > REPEATED else _text(value)
    return repr(value)


def _text(text: str) -> str:
    """Return a Python literal in double quotes, which a shell's single quotes leave alone."""
    return json.dumps(text, ensure_ascii=False)


def _repeated(text: str) -> str:
    for unit in (UNIT, TRICKY, text[0]):
        match = re.match(f"(?:{re.escape(unit)})+", text)
        if match and match.end() > len(text) // 2:
            times, rest = match.end() // len(unit), text[match.end() :]
            return f"{_text(unit)} * {times}" + (f" + {_text(rest)}" if rest else "")
    return _text(text)
