"""The shapes that the contract's rules have in a program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Check:
    """One keyword of JSON Schema, its argument, and the id of the rule that it states."""

    keyword: str
    argument: Any
    clause: str


@dataclass(frozen=True)
class Open:
    """Values of a parameter ("*": of every optional one) that are sent although checks forbid them.

    Sources disagree about them, so the server decides.
    """

    parameter: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Parameter:
    """What one model does with one parameter: all that a form field needs.

    `required_by` and `unsupported_by` are ids of rules, where these apply.
    """

    name: str
    description: str = ""
    required_by: str | None = None
    unsupported_by: str | None = None
    default: Any = None
    checks: tuple[Check, ...] = ()

    @property
    def required(self) -> bool:
        """Whether the model takes no request without this parameter."""
        return self.required_by is not None

    @property
    def supported(self) -> bool:
        """Whether the model has this parameter."""
        return self.unsupported_by is None

    @property
    def type(self) -> str | None:
        """The type of its values in JSON, such as "integer"; None where there is no single one."""
        kind = self.argument("type")
        return kind if isinstance(kind, str) else None

    @property
    def values(self) -> tuple[Any, ...] | None:
        """The values to choose from; None where there is no such list."""
        values = self.argument("enum")
        return None if values is None else tuple(values)

    @property
    def minimum(self) -> Any:
        """The smallest number allowed; None where there is no bound."""
        return self.argument("minimum")

    @property
    def maximum(self) -> Any:
        """The largest number allowed; None where there is no bound."""
        return self.argument("maximum")

    @property
    def min_length(self) -> int | None:
        """The fewest characters allowed; None where there is no bound."""
        length: int | None = self.argument("minLength")
        return length

    @property
    def max_length(self) -> int | None:
        """The most characters allowed; None where there is no bound."""
        length: int | None = self.argument("maxLength")
        return length

    def argument(self, keyword: str) -> Any:
        """Return what a keyword of JSON Schema demands here; None where it demands nothing."""
        return next((check.argument for check in self.checks if check.keyword == keyword), None)


@dataclass(frozen=True)
class Condition:
    """A rule across parameters: a request that matches `when` must match `then`."""

    clause: str
    sentence: str
    parameters: tuple[str, ...]
    when: Mapping[str, Any]
    then: Mapping[str, Any]


@dataclass(frozen=True)
class Profile:
    """The rules of one model.

    `parameters` has every documented parameter by name, also those that the model lacks. `unknown` is the id of the
    rule against those that nobody documents.
    """

    name: str
    parameters: Mapping[str, Parameter]
    conditions: tuple[Condition, ...] = ()
    open: tuple[Open, ...] = ()
    unknown: str = ""


@dataclass(frozen=True)
class OperationRules:
    """The rules of one operation.

    `models` are told apart by the parameter `discriminator`. `fallback` judges a request that names no model, by what
    no model accepts; an operation without models has nothing else. `unknown_model` and `no_model` are ids of rules; the
    latter is empty where some model takes whatever any takes.
    """

    fallback: Profile | None
    models: Mapping[str, Profile] = field(default_factory=dict[str, Profile])
    discriminator: str | None = None
    unknown_model: str = ""
    no_model: str = ""
