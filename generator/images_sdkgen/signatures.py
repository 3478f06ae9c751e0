"""What a method looks like: its arguments and overloads, every word of it ready to print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from images_contract import ABSENT, Constraint, Contract, ModelProfile, Parameter
from images_contract.keywords import KEYWORDS

from .runtime._options import CallOptions
from .text import docstring, identifiers, literal

# OpenAI-style APIs stream for a boolean of this name, where the answer has an event stream at all.
STREAM_SWITCH = "stream"
# Names that a method's own machinery uses, or the types in a TypedDict of its arguments.
RESERVED = (
    *("self", "folder", "options", *CallOptions.__annotations__),
    *("str", "int", "float", "bool", "Any", "File", "Literal", "Mapping", "NotRequired", "Sequence"),
)

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
    """One argument of one way to call a method: its Python name and the type of its values.

    `type` is "Omit" or "Unsupported" where it has no value to take.
    """

    name: str
    type: str
    required: bool = False
    docstring: str = ""

    @property
    def given(self) -> bool:
        """Whether there is any value to give."""
        return self.type not in ("Omit", "Unsupported")

    @property
    def in_signature(self) -> str:
        """The argument in a method's signature."""
        if self.required:
            return f"{self.name}: {self.type}"
        return f"{self.name}: {self.type}{' | Omit' if self.given and self.type != 'Any' else ''} = OMIT"

    @property
    def in_dict(self) -> str:
        """The argument as a key of a TypedDict."""
        return f"{self.name}: {self.type if self.required else f'NotRequired[{self.type}]'}"


@dataclass(frozen=True)
class Overload:
    """One way to call a method: for the model or operation `title`. It `streams` where events answer."""

    title: str
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


def overloads(contract: Contract, names: Mapping[str, str], *, streaming: bool) -> Iterator[Overload]:
    """Yield an overload per model, two where it can stream, and one for an absent model."""
    for profile in contract.profiles.values():
        title = "no model" if profile.name == ABSENT else profile.name
        arguments = {name: _argument(contract, profile, each, names[name]) for name, each in profile.parameters.items()}
        yield from ways(title, arguments, profile.parameters, streaming=streaming)


def ways(
    title: str, arguments: Mapping[str, Argument], parameters: Mapping[str, Parameter], *, streaming: bool
) -> Iterator[Overload]:
    """Yield the overload for some arguments, by their names on the wire, or two where they may ask for a stream."""
    if not (streaming and _can_stream(parameters)):
        yield Overload(title, _required_first(arguments.values()))
        return
    switch = arguments[STREAM_SWITCH]
    off, on = replace(switch, type="Literal[False]"), replace(switch, type="Literal[True]", required=True)
    yield Overload(title, _required_first({**arguments, STREAM_SWITCH: off}.values()))
    yield Overload(f"{title} stream", _required_first({**arguments, STREAM_SWITCH: on}.values()), streams=True)


def _can_stream(parameters: Mapping[str, Parameter]) -> bool:
    switch = parameters.get(STREAM_SWITCH)
    return switch is not None and switch.supported and switch.type == "boolean" and True in (switch.values or (True,))


def _argument(contract: Contract, profile: ModelProfile, one: Parameter, name: str) -> Argument:
    if one.name == contract.discriminator:
        absent = profile.name == ABSENT
        return Argument(name, "Omit") if absent else Argument(name, f"Literal[{literal(profile.name)}]", required=True)
    return plain_argument(one, name) if one.supported else Argument(name, "Unsupported")


def plain_argument(one: Parameter, name: str, kind: str | None = None) -> Argument:
    """Return the argument of a parameter that is taken as it is documented; `kind` is its type, where it is a file."""
    return Argument(name, kind or value_type(one), one.required, _described_here(one))


def _required_first(arguments: Iterable[Argument]) -> tuple[Argument, ...]:
    """Return arguments with those first that have no default."""
    return tuple(sorted(arguments, key=lambda each: not each.required))


def parameter_names(names: Iterable[str]) -> dict[str, str]:
    """Return the Python name of each parameter, by its name on the wire."""
    return identifiers(names, RESERVED)


def described(parameter: Parameter) -> str:
    """Return a parameter's description on one line."""
    return " ".join(parameter.description.split())


def _described_here(parameter: Parameter) -> str:
    """Return what a parameter means and takes for one model, as a docstring; nothing where nothing is known."""
    told = [KEYWORDS[word].says(rule.argument) for word, rule in parameter.constraints.items() if _is_told(word, rule)]
    limits = "; ".join(told)
    parts = [
        described(parameter),
        f"{limits[:1].upper()}{limits[1:]}." if limits else "",
        f"Default: {literal(parameter.default)}." if parameter.default is not None else "",
    ]
    text = " ".join(filter(None, parts))
    return docstring(text) if text else ""


def _is_told(keyword: str, rule: Constraint) -> bool:
    # Types say the rest; what a server may or may not refuse is not worth a word.
    return keyword not in ("type", "enum") and rule.level != "may"


def example_call(body: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return a request body as the arguments of a call."""
    return tuple(f"{names[name]}={literal(value)}" for name, value in body.items() if name in names)
