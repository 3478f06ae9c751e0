"""A failing request as a Python program, for those who have no curl at hand."""

from __future__ import annotations

import json

from images_contract import Access

from ..exchange import Request
from .reproduce import expression

_PROGRAM = """\
import {imports}urllib.error, urllib.request

request = urllib.request.Request(
    {url!r},
    method={method!r},
    data={data},
    headers={headers},
)
try:
    answer = urllib.request.urlopen(request, timeout=300)
except urllib.error.HTTPError as error:
    answer = error
print(answer.status, answer.read()[:2000])
"""


def python(request: Request, url: str, key_variable: str | None, access: Access) -> str:
    """Return a program of the standard library alone that sends a request and prints the answer."""
    data, modules = _data(request.body)
    headers = []
    if request.credential == "right" and key_variable:
        value = access.header(f"{{os.environ[{key_variable!r}]}}")
        headers.append(f'"{access.key_header}": f"{value}"')
        modules = [*modules, "os"]
    if request.content_type is not None:
        headers.append(f'"Content-Type": {request.content_type!r}')
    imports = "".join(f"{name}, " for name in modules)
    words = "{" + ", ".join(headers) + "}"
    return _PROGRAM.format(imports=imports, url=url, method=request.method, data=data, headers=words)


def _data(body: bytes) -> tuple[str, list[str]]:
    """Return an expression for a body, and the modules that it needs."""
    try:
        value = json.loads(body.decode())
    except (ValueError, RecursionError):
        return repr(body), []
    if body not in (json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"), json.dumps(value).encode()):
        return repr(body), []  # spelt in a way that matters
    return f"json.dumps({expression(value)}).encode()", ["json"]
