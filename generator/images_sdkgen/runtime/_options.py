"""What may go with any call, beside the parameters of the operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict, cast

if TYPE_CHECKING:
    import httpx2


class CallOptions(TypedDict, total=False):
    """Options of one call. `**options: Unpack[CallOptions]` gives a function of yours the same ones."""

    extra_headers: Mapping[str, str] | None
    """Headers for this request; they win over the client's own."""
    extra_query: Mapping[str, Any] | None
    """What is added to the query of the URL."""
    extra_body: Mapping[str, Any] | None
    """What is added to the body, by names on the wire; it wins over the parameters and is never checked."""
    timeout: float | httpx2.Timeout | None
    """Instead of the client's timeout: seconds, an httpx2.Timeout, or None to wait for ever."""
    check_locally: bool
    """False sends the request even though it breaks the contract's rules."""


_NAMES = frozenset(CallOptions.__annotations__)


def divide(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], CallOptions]:
    """Return the parameters of an operation and the options of the call, which came together."""
    parameters = {name: value for name, value in arguments.items() if name not in _NAMES}
    options = {name: value for name, value in arguments.items() if name in _NAMES}
    return parameters, cast("CallOptions", options)
