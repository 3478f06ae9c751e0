"""The value that stands for "not given": such a parameter is not sent at all."""

from __future__ import annotations

from typing import Any, Final, Literal, final


class Omit:
    """The type of a parameter that was not given. Use `OMIT`, its only value."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "OMIT"


@final
class Unsupported(Omit):
    """The type of a parameter that the chosen model does not have: leave it out.

    A type checker that names this class points at an argument that this model cannot take.
    """


# One value serves both types, so that every parameter has the same default.
OMIT: Final = Unsupported()


def given(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters that were given, by the names they have on the wire."""
    return {name: value for name, value in parameters.items() if not isinstance(value, Omit)}
