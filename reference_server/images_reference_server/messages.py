"""From the findings of the JSON Schema validator to one refusal, worded as the live endpoint words it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

from .catalogue import Document, Model, node_at
from .errors import Refusal, shown

Wording = tuple[str, str]  # message, code
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


def refusal(document: Document, model: Model, errors: Iterable[ValidationError]) -> Refusal:
    """Return the refusal for the most telling error: unknown keys first, then prompt, then the others."""
    findings = [finding for error in errors for finding in _findings(document, model, error)]
    return min(findings, key=lambda finding: finding[0])[1]


def _findings(document: Document, model: Model, error: ValidationError) -> list[tuple[tuple[float, ...], Refusal]]:
    params = _blamed(error)
    condition = _condition(document, model, error)
    found = []
    for param in params:
        message, code = _wording(param, error) if condition is None else (condition, "invalid_value")
        rank = _rank(model, param, error, condition is not None)
        found.append((rank, Refusal(400, message, param=param, code=code)))
    return found


def _blamed(error: ValidationError) -> Sequence[str | None]:
    if error.instance_path:
        return [str(error.instance_path[0])]
    match error.kind:
        case ValidationErrorKind.AdditionalProperties(unexpected=names):
            return list(names)
        case ValidationErrorKind.Required(property=name):
            return [name]
    return [None]


def _condition(document: Document, model: Model, error: ValidationError) -> str | None:
    """Return the sentence of the condition that an error belongs to, None where it belongs to none."""
    # The path starts at the model's schema, but for our own keywords, where the validator counts from the document.
    node: Any = {**document, "$ref": model.pointer}
    for step in error.evaluation_path:
        if step == "properties":
            return None
        if step in ("then", "else"):
            return str(node.get("x-clause", {}).get("sentence", "These parameters cannot be combined."))
        node = node_at(document, node["$ref"]) if step == "$ref" else node[step]
    return None


def _rank(model: Model, param: str | None, error: ValidationError, conditional: bool) -> tuple[float, ...]:
    known = list(model.parameters)
    place = known.index(param) if param in known else -1
    order = ["type", "enum", "const", "minimum", "maximum"]
    keyword = order.index(error.kind.name) if error.kind.name in order else len(order)
    return (place >= 0, param != "prompt", conditional, place, keyword, _slack(error))


def _slack(error: ValidationError) -> float:
    """Return how loose a broken bound is: of a bound and its tighter sibling, the tighter is the one to name."""
    match error.kind:
        case ValidationErrorKind.Enum(options=options):
            return len(options)
        case ValidationErrorKind.Maximum(limit=limit) | ValidationErrorKind.MaxLength(limit=limit):
            return float(limit or 0)
        case ValidationErrorKind.Minimum(limit=limit) | ValidationErrorKind.MinLength(limit=limit):
            return -float(limit or 0)
    return 0


def _wording(param: str | None, error: ValidationError) -> Wording:
    wording = _WORDINGS.get(error.kind.name)
    return wording(param, error) if wording else (f"Invalid '{param}': {error.message}.", "invalid_value")


def _unknown(param: str | None, error: ValidationError) -> Wording:
    return f"Unknown parameter: {shown(param)}.", "unknown_parameter"


def _missing(param: str | None, error: ValidationError) -> Wording:
    return f"Missing required parameter: '{param}'.", "missing_required_parameter"


def _type(param: str | None, error: ValidationError) -> Wording:
    expected = " or ".join(_a(name) for name in getattr(error.kind, "types", ()))
    where = f"for '{param}'" if param else "for the body"
    seen = _a(_TYPES.get(type(error.instance), "null"))
    return f"Invalid type {where}: expected {expected}, but got {seen} instead.", "invalid_type"


def _a(noun: str) -> str:
    if noun == "null":
        return noun
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _enum(param: str | None, error: ValidationError) -> Wording:
    kind = error.kind
    options = [kind.expected_value] if isinstance(kind, ValidationErrorKind.Constant) else getattr(kind, "options", [])
    listed = [shown(option) for option in options]
    comma = "," if len(listed) > 2 else ""
    supported = f"{', '.join(listed[:-1])}{comma} and {listed[-1]}" if len(listed) > 1 else "".join(listed)
    return f"Invalid value: {shown(error.instance)}. Supported values are: {supported}.", "invalid_value"


def _bound(side: str, sign: str, code: str) -> Callable[[str | None, ValidationError], Wording]:
    def wording(param: str | None, error: ValidationError) -> Wording:
        limit = getattr(error.kind, "limit", None)
        seen = str(error.instance)
        seen = seen if len(seen) <= 40 else f"{seen[:40]}…"
        message = f"Invalid '{param}': integer {side} value. Expected a value {sign} {limit}, but got {seen} instead."
        return message, code

    return wording


def _too_short(param: str | None, error: ValidationError) -> Wording:
    limit = getattr(error.kind, "limit", 0)
    if error.instance == "":
        message = f"Invalid '{param}': empty string. Expected a string with minimum length {limit}"
        return f"{message}, but got an empty string instead.", "empty_string"
    return _length(param, error, "short", "minimum"), "string_below_min_length"


def _too_long(param: str | None, error: ValidationError) -> Wording:
    return _length(param, error, "long", "maximum"), "string_above_max_length"


def _length(param: str | None, error: ValidationError, side: str, bound: str) -> str:
    seen, limit = len(str(error.instance)), getattr(error.kind, "limit", 0)
    expected = f"Expected a string with {bound} length {limit}, but got a string with length {seen} instead."
    return f"Invalid '{param}': string too {side}. {expected}"


_WORDINGS: dict[str, Callable[[str | None, ValidationError], Wording]] = {
    "additionalProperties": _unknown,
    # A parameter spelled out as `false` is as unknown as one that is left out.
    "falseSchema": _unknown,
    "required": _missing,
    "type": _type,
    "enum": _enum,
    "const": _enum,
    "maximum": _bound("above maximum", "<=", "integer_above_max_value"),
    "minimum": _bound("below minimum", ">=", "integer_below_min_value"),
    "minLength": _too_short,
    "maxLength": _too_long,
}
