"""What a server serves nobody: whole models, and single values. It may refuse them without a word on what it minds."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from images_contract import ABSENT, Contract

from ..clauses.errors import error_of, refused_for, said
from ..exchange import Exchange
from .look import Look
from .verdicts import Judgement, Verdict

Value = tuple[str, str]  # the name of a parameter and a value of it as JSON


def unserved_models(contract: Contract, exchanges: Iterable[Exchange]) -> dict[str, str]:
    """Return the models (or "absent") of which nothing was served, although it should have been, each with a reason.

    That such a server refuses a request tells nothing of the rule that the request breaks. Not among them is a model
    whose refusals name a parameter: without that one it may well be served.
    """
    known: set[str] = set()
    refused: dict[str, str] = {}
    for exchange in exchanges:
        if exchange.response is None:
            continue
        look = Look(contract, exchange, exchange.response)
        if look.well_formed and (look.response.status == 200 or (look.valid and _names_a_parameter(look))):
            known.add(look.model)
        elif look.plain and look.valid:
            refused.setdefault(look.model, f"status {look.response.status}{said(look)}")
    return {model: _reason(model, answer) for model, answer in refused.items() if model not in known}


def _reason(model: str, answer: str) -> str:
    if model == ABSENT:
        return f"no request without a model was served ({answer})"
    return (
        f"no request for {model} was served ({answer}); where the server need not have it, name the others in --models"
    )


def _names_a_parameter(look: Look) -> bool:
    return error_of(look).get("param") in look.body.keys() - {look.contract.discriminator}


def unserved_values(looks: Sequence[tuple[int, Look]]) -> Iterator[tuple[int, Judgement]]:
    """Yield a failure for each valid request that was refused although all its values but one are served elsewhere.

    The one is blamed where it was refused more than once; each comes with the place of its request.
    """
    served: dict[str, set[Value]] = defaultdict(set)
    refused: dict[str, Counter[Value]] = defaultdict(Counter)
    for _, look in looks:
        if look.valid and look.response.status == 200:
            served[look.model].update(_values(look))
        elif look.valid and look.plain:
            refused[look.model].update(_values(look))
    for place, look in looks:
        if not (look.valid and look.plain) or look.response.status == 200 or refused_for(look):
            continue
        never = [value for value in _values(look) if value not in served[look.model]]
        if len(never) == 1 and refused[look.model][never[0]] > 1:
            yield place, _blamed(look, *never[0], refused[look.model][never[0]])


def _values(look: Look) -> list[Value]:
    names = look.profile.parameters.keys() - {look.contract.discriminator}
    return [(name, json.dumps(value)) for name, value in look.body.items() if name in names]


def _blamed(look: Look, name: str, value: str, times: int) -> Judgement:
    seen = f"status {look.response.status}{said(look)}; {name} {value:.40} was refused {times} of {times} times"
    expected = "status 200, because the request breaks no rule"
    return Judgement((f"{name}.accepted.{look.model}", look.model), Verdict.FAIL, expected, seen)
