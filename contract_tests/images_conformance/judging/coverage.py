"""The coverage certificate: which values and which pairs of values a server accepted, of how many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import Any

from images_contract import Contract, ModelProfile

from ..exchange import Exchange
from ..planning.values import COUNT, allowed, minimal, settled
from .look import parsed

Value = tuple[str, Any]


@dataclass(frozen=True)
class Coverage:
    """What was accepted of one model, as counts, with what is missing as phrases; `exempt` says what is not paired."""

    model: str
    values: int
    all_values: int
    missing_values: tuple[str, ...]
    pairs: int
    all_pairs: int
    missing_pairs: tuple[str, ...]
    exempt: str


def certificate(contract: Contract, exchanges: Iterable[Exchange], models: Sequence[str] = ()) -> tuple[Coverage, ...]:
    """Return the coverage of every model (of those chosen, where any are) that a set of exchanges amounts to."""
    bodies = [body for each in exchanges if (body := _accepted(each)) is not None]
    chosen = [name for name in contract.models if not models or name in models]
    return tuple(_of_model(contract, name, bodies) for name in chosen)


def _accepted(exchange: Exchange) -> dict[str, Any] | None:
    """Return the body of a request that was served."""
    if exchange.response is None or exchange.response.status != 200 or exchange.request.method != "POST":
        return None
    body = parsed(exchange.request.body)
    return body if isinstance(body, dict) else None


def _of_model(contract: Contract, model: str, bodies: Iterable[Mapping[str, Any]]) -> Coverage:
    values, pairs = _goals(contract, model)
    own = [body for body in bodies if body.get(contract.discriminator) == model and not contract.violations(dict(body))]
    held = [{value for value in values if _has(body, value)} for body in own]
    seen = {value for each in held for value in each}
    together = {pair for each in held for pair in combinations([value for value in values if value in each], 2)}
    return Coverage(
        model,
        len(seen), len(values), tuple(_word(*value) for value in values if value not in seen),
        len(together & pairs.keys()), len(pairs),
        tuple(f"{_word(*one)} with {_word(*two)}" for one, two in pairs if (one, two) not in together),
        _exemptions(contract.models[model]),
    )  # fmt: skip


def _has(body: Mapping[str, Any], value: Value) -> bool:
    name, wanted = value
    told = body.get(name)
    if isinstance(wanted, str) and wanted.startswith(_LENGTH):
        return isinstance(told, str) and len(told) == int(wanted.removeprefix(_LENGTH))
    return type(told) is type(wanted) and bool(told == wanted)


_LENGTH = "\0length "  # marks a value that stands for every text of a length


@lru_cache(maxsize=64)
def _goals(contract: Contract, model: str) -> tuple[tuple[Value, ...], dict[tuple[Value, Value], None]]:
    """Return (the values to be accepted, the pairs of them that break no rule)."""
    profile = contract.models[model]
    values = tuple(_values(contract, profile))
    paired = [value for value in values if value[0] != COUNT and not profile.parameters[value[0]].required]
    pairs = [(one, two) for one, two in combinations(paired, 2) if one[0] != two[0]]
    return values, dict.fromkeys(pair for pair in pairs if _possible(contract, profile, dict(pair)))


def _values(contract: Contract, profile: ModelProfile) -> Iterator[Value]:
    for parameter in profile.parameters.values():
        if parameter.name == contract.discriminator or not parameter.supported:
            continue
        for value in allowed(parameter):
            text = isinstance(value, str) and parameter.values is None and parameter.dimensions is None
            yield parameter.name, f"{_LENGTH}{len(value)}" if text else value


def _possible(contract: Contract, profile: ModelProfile, given: dict[str, Any]) -> bool:
    """Tell whether values can stand together in a valid request, with whatever their conditions demand beside them."""
    spoken = {name: value.removeprefix(_LENGTH) if isinstance(value, str) else value for name, value in given.items()}
    body = {**minimal(contract, profile), **spoken}
    if not contract.violations(settled(contract, profile, body, given)):
        return True
    rules = [rule for rule in profile.conditions if set(rule.parameters) & set(given)]
    names = dict.fromkeys(name for rule in rules for name in rule.parameters if name not in given and name != COUNT)
    choices = [allowed(profile.parameters[name]) for name in names]
    trials = ({**body, **dict(zip(names, each, strict=True))} for each in product(*choices))
    return any(not contract.violations(trial) for trial in trials)


def _exemptions(profile: ModelProfile) -> str:
    exempt = [p.name for p in profile.parameters.values() if p.supported and (p.name == COUNT or p.required)]
    counted = [name for name in exempt if name == COUNT]
    texts = [name for name in exempt if name not in counted and profile.parameters[name].values is None]
    said = [f"{name} is exempt from pairing: it multiplies the price" for name in counted]
    return "; ".join([*said, *(f"{name} is exempt from pairing: its values are texts" for name in texts)])


def _word(name: str, value: Any) -> str:
    if isinstance(value, str) and value.startswith(_LENGTH):
        return f"{name} of length {value.removeprefix(_LENGTH)}"
    return f"{name}={str(value).lower() if isinstance(value, bool) else value}"
