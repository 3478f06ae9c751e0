"""What a method looks like: its arguments and overloads, every word of it ready to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from images_contract import ABSENT, Contract, ModelProfile, Parameter

from .text import identifiers, literal

# OpenAI-style APIs stream for a boolean of this name, where the answer has an event stream at all.
STREAM_SWITCH = "stream"
# Names that a method's own machinery uses.
RESERVED = ("self", "check_locally")

_WORDS = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "array": "Sequence[Any]",
    "object": "Mapping[str, Any]",
    "null": "None",
}


@dataclass(frozen=True)
class Argument:
    """One argument: its Python name, its type and what follows it, such as ` = OMIT`."""

    name: str
    type: str
    default: str


@dataclass(frozen=True)
class Overload:
    """One way to call a method; `streams` where the answer is a stream."""

    arguments: tuple[Argument, ...]
    streams: bool = False


def value_type(parameter: Parameter) -> str:
    """Return the Python type of a parameter's values."""
    rules = {keyword: rule.argument for keyword, rule in parameter.constraints.items()}
    if parameter.values is not None and all(isinstance(each, str | int | None) for each in parameter.values):
        return f"Literal[{', '.join(map(literal, parameter.values))}]"
    if parameter.type == "integer" and parameter.minimum is not None and parameter.minimum == parameter.maximum:
        return f"Literal[{int(parameter.minimum)}]"
    kinds = rules.get("type", [])
    words = [_WORDS[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    return " | ".join(words) or "Any"


def overloads(contract: Contract, names: Mapping[str, str], *, streaming: bool) -> list[Overload]:
    """Return an overload per model, two where it can stream, and one for an absent model."""
    found: list[Overload] = []
    for profile in contract.profiles.values():
        found.append(_overload(contract, profile, names, switch="Literal[False] | Omit" if streaming else None))
        if streaming and _can_stream(profile):
            found.append(_overload(contract, profile, names, switch="Literal[True]"))
    return found


def _can_stream(profile: ModelProfile) -> bool:
    switch = profile.parameters.get(STREAM_SWITCH)
    return switch is not None and switch.supported and switch.type == "boolean" and True in (switch.values or (True,))


def _overload(contract: Contract, profile: ModelProfile, names: Mapping[str, str], switch: str | None) -> Overload:
    arguments = [_argument(contract, profile, each, names[each.name], switch) for each in profile.parameters.values()]
    return Overload(tuple(required_first(arguments)), streams=switch == "Literal[True]")


def _argument(contract: Contract, profile: ModelProfile, one: Parameter, name: str, switch: str | None) -> Argument:
    if one.name == contract.discriminator:
        absent = profile.name == ABSENT
        return Argument(name, "Omit", " = OMIT") if absent else Argument(name, f"Literal[{profile.name!r}]", "")
    if not one.supported:
        return Argument(name, "Unsupported", " = OMIT")
    if one.name == STREAM_SWITCH and switch is not None:
        return Argument(name, switch, " = OMIT" if "Omit" in switch else "")
    return plain_argument(one, name)


def plain_argument(one: Parameter, name: str) -> Argument:
    """Return the argument of a parameter that is taken as it is documented."""
    kind = value_type(one)
    if one.required:
        return Argument(name, kind, "")
    return Argument(name, kind if kind == "Any" else f"{kind} | Omit", " = OMIT")


def required_first(arguments: Iterable[Argument]) -> list[Argument]:
    """Return arguments with those first that have no default."""
    return sorted(arguments, key=lambda each: each.default != "")


def parameter_names(names: Iterable[str]) -> dict[str, str]:
    """Return the Python name of each parameter, by its name on the wire."""
    return identifiers(names, RESERVED)


def described(parameter: Parameter) -> str:
    """Return a parameter's description on one line."""
    return " ".join(parameter.description.split())


def example_call(body: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return a request body as the arguments of a call."""
    return tuple(f"{names[name]}={literal(value)}" for name, value in body.items() if name in names)
