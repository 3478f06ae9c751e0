"""Local validation: what is refused before anything is sent, and how it is said."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest

from images_client import LocalValidationError, rules
from images_client._validation import find_problems
from images_contract import Contract
from images_contract.dialects import names
from images_contract.keywords import KEYWORDS as CONTRACT_KEYWORDS
from images_sdkgen.rules import with_models
from images_sdkgen.runtime._keywords import KEYWORDS
from images_sdkgen.runtime._validation import find_problems as runtime_problems

from .conftest import FakeServer

OPERATION = rules.CREATE_IMAGE
# Values that some model takes, that no model takes, and that look like others in JSON or Python.
VALUES: dict[str, list[Any]] = {
    "prompt": ["a cat", "", "x" * 1001, "x" * 4001, "x" * 32001, None, 5],
    "background": ["transparent", "opaque", "auto", "red", None],
    "moderation": ["low", "auto", "high", 0],
    "n": [1, 2, 10, 11, 0, 1.0, 1.5, True, "1", None],
    "output_compression": [0, 99, 100, 101, -1, 50.0],
    "output_format": ["png", "jpeg", "webp", "gif", None],
    "partial_images": [0, 1, 3, 4, False],
    "quality": ["auto", "high", "hd", "standard", "best", None],
    "response_format": ["url", "b64_json", "png"],
    "size": ["1024x1024", "256x256", "1792x1024", "1536x1024", "auto", "0", 1024],
    "stream": [True, False, 1, "true", None],
    "style": ["vivid", "natural", "plain", None],
    "user": ["me", "", 7],
    "colour": ["red"],
}


def bodies() -> list[dict[str, Any]]:
    """Every value by itself, and some thousand random combinations, for every model and for none."""
    models: list[dict[str, Any]] = [{"model": name} for name in OPERATION.models] + [{}]
    single = [{"prompt": "a cat", name: value} for name, values in VALUES.items() for value in values]
    dice = random.Random(20261122)
    mixed = [
        {
            "prompt": "a cat",
            **{name: dice.choice(VALUES[name]) for name in dice.sample(sorted(VALUES), dice.randint(2, 6))},
        }
        for _ in range(1000)
    ]
    return [{**model, **body} for model, body in itertools.product(models, [{}, *single, *mixed])]


def refused_by_contract(contract: Contract, body: dict[str, Any]) -> list[str]:
    found = (finding.clause for finding in contract.violations(body))
    return sorted(clause.id for clause in found if clause.level in ("must", "should") or clause.refuse_locally)


def test_the_client_refuses_what_the_contract_refuses(contract: Contract) -> None:
    """With a model named, client and contract find the same broken rules in the same request, all of them."""
    named = [body for body in bodies() if "model" in body]
    expected = [refused_by_contract(contract, body) for body in named]

    assert expected == [sorted(problem.clause for problem in find_problems(OPERATION, body)) for body in named]
    assert len([each for each in expected if not each]) > 100
    assert len([each for each in expected if len(each) > 2]) > 100


def test_without_a_model_the_client_refuses_what_no_model_takes(contract: Contract) -> None:
    """Without a model, whatever the contract refuses is refused, and nothing that any model takes."""
    for body in (body for body in bodies() if "model" not in body):
        problems = find_problems(OPERATION, body)
        if refused_by_contract(contract, body):
            assert problems, body
        elif any(not refused_by_contract(contract, {**body, "model": name}) for name in contract.models):
            assert not problems, body


@pytest.mark.parametrize("dialect", names())
def test_every_dialect(dialect: str) -> None:
    """The client of a dialect refuses what the dialect refuses, with a model and without one."""
    contract = Contract.load(dialect=dialect)
    operation = with_models(contract)
    for body in dice_rolled(contract):
        refused = refused_by_contract(contract, body)
        found = sorted(problem.clause for problem in runtime_problems(operation, body))

        if contract.discriminator in body:
            assert refused == found, body
        elif refused:
            assert found, body
        elif any(not refused_by_contract(contract, {**body, "model": name}) for name in contract.models):
            assert not found, body


def dice_rolled(contract: Contract) -> Iterator[dict[str, Any]]:
    """Yield random requests of values that some model documents, and of some that none does."""
    dice = random.Random(20261124)
    parameters = [*(each.parameters for each in contract.models.values())]
    values: dict[str, list[Any]] = {name: [None, 1, "x", True, -5, 1.5] for each in parameters for name in each}
    for name, known in values.items():
        known += VALUES.get(name, [])
        known += [value for each in parameters for value in each[name].values or ()]
    del values[contract.discriminator]
    for model in [*contract.models, None]:
        for count in range(400):
            chosen = {name: dice.choice(values[name]) for name in dice.sample(sorted(values), count % 4)}
            yield {"prompt": "a cat", **chosen} | ({contract.discriminator: model} if model else {})


def test_every_id_is_one_of_the_contract(contract: Contract) -> None:
    """Every id that the client may cite is a clause of the contract."""
    known = {clause.id for clause in contract.clauses}
    cited = {problem.clause for body in bodies() for problem in find_problems(OPERATION, body)}

    assert len(cited) > 60
    assert cited <= known


def test_the_runtime_knows_every_keyword_of_the_contract() -> None:
    """Whatever keyword rules are derived from, the client can judge."""
    assert CONTRACT_KEYWORDS.keys() <= KEYWORDS.keys()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            {"prompt": "a cat", "model": "dall-e-3", "n": 2},
            "images.generate(model='dall-e-3'): 'n' must be at most 1, got 2 [n.maximum.dall-e-3]",
        ),
        (
            {"prompt": "a cat", "model": "dall-e-3", "background": "auto"},
            "images.generate(model='dall-e-3'): 'background' is not a parameter of dall-e-3, got 'auto'; leave it out "
            "[background.unsupported.dall-e-3]",
        ),
        (
            {"model": "dall-e-2", "n": 11, "size": "2x2"},
            "images.generate(model='dall-e-2'): 'prompt' is required [prompt.required.dall-e-2]; "
            "'n' must be at most 10, got 11 [n.maximum.dall-e-2]; "
            "'size' must be '256x256', '512x512' or '1024x1024', got '2x2' [size.enum.dall-e-2]",
        ),
        (
            {"prompt": "a cat", "model": "gpt-image-1", "background": "transparent", "output_format": "jpeg"},
            "images.generate(model='gpt-image-1'): "
            "A transparent background needs output_format png (the default) or webp; "
            "got background='transparent', output_format='jpeg' [background.transparent-needs-alpha]",
        ),
        (
            {"prompt": "a cat", "model": "gpt-image-1", "partial_images": 1},
            "images.generate(model='gpt-image-1'): partial_images above 0 is for a request with stream true; "
            "got partial_images=1 [partial_images.needs-stream]",
        ),
        (
            {"prompt": "a cat", "model": "dall-e-4"},
            "images.generate(model='dall-e-4'): "
            "'model' must be 'gpt-image-1', 'dall-e-3' or 'dall-e-2', got 'dall-e-4'; "
            "did you mean 'dall-e-3'? [model.enum]",
        ),
        ({"prompt": "a cat", "n": 11}, "images.generate(): 'n' must be at most 10, got 11 [n.maximum.absent]"),
        (
            {"prompt": "a cat", "style": "vivid", "background": "auto"},
            "images.generate(): no single model takes these parameters together; give 'model' to see what is wrong "
            "[body.no-model-accepts]",
        ),
        (
            {"prompt": "x" * 1001, "model": "dall-e-2"},
            f"images.generate(model='dall-e-2'): 'prompt' must have at most 1000 characters, got '{'x' * 59}… "
            "(1,003 characters) [prompt.maxLength.dall-e-2]",
        ),
    ],
)
def test_the_message_names_every_rule(server: FakeServer, call: dict[str, Any], message: str) -> None:
    """A wrong call raises before any request; the message shows call, parameter, bound, value and id of each rule."""
    with pytest.raises(LocalValidationError) as caught:
        server.client().images.generate(**call)

    assert str(caught.value) == message
    assert server.requests == []


def test_a_misspelt_parameter_gets_a_hint(server: FakeServer) -> None:
    """Where no type checker looks, local validation finds the misspelt name."""
    with pytest.raises(
        LocalValidationError, match=r"'qualty' is not a parameter; did you mean 'quality'\? \[body.unknown"
    ):
        server.client().images.generate_untyped(prompt="a cat", model="dall-e-3", qualty="hd")

    assert server.requests == []


def test_what_sources_leave_open_is_sent(server: FakeServer) -> None:
    """A value that the contract leaves open is for the server to decide."""
    server.client().images.generate_untyped(prompt="a cat", model="dall-e-3", quality="auto", n=None)

    assert b'"quality":"auto","n":null' in server.requests[0].content


def test_local_validation_can_be_left_out(server: FakeServer) -> None:
    """A model that the contract does not know can be sent on purpose."""
    server.client().images.generate_untyped(prompt="a cat", model="next-model", check_locally=False)

    assert server.requests[0].content == b'{"prompt":"a cat","model":"next-model"}'


def test_local_validation_can_be_left_out_of_a_typed_call(server: FakeServer) -> None:
    """A request that breaks the contract can be sent on purpose, one call at a time."""
    client = server.client()
    client.images.generate(model="dall-e-3", n=2, check_locally=False)

    assert server.requests[0].content == b'{"model":"dall-e-3","n":2}'
    with pytest.raises(LocalValidationError):
        client.images.generate(model="dall-e-3", n=2)


def test_rules_can_be_asked() -> None:
    """A program can ask what a model supports: enough to build a form."""
    fields = rules.CREATE_IMAGE.models["dall-e-3"].parameters
    prompt, n, style = fields["prompt"], fields["n"], fields["style"]

    assert (prompt.type, prompt.required, prompt.min_length, prompt.max_length) == ("string", True, 1, 4000)
    assert prompt.description.startswith("Text prompt")
    assert (n.type, n.required, n.minimum, n.maximum, n.default) == ("integer", False, 1, 1, 1)
    assert (style.values, style.default) == (("vivid", "natural"), "vivid")
    assert not fields["background"].supported


def test_rules_agree_with_the_contract(contract: Contract) -> None:
    """Everything that the contract says of a parameter can be asked."""
    for name, model in contract.models.items():
        fields = rules.CREATE_IMAGE.models[name].parameters
        for each in (each for each in model.parameters.values() if each.name != contract.discriminator):
            field = fields[each.name]
            expected = (each.minimum, each.maximum, each.min_length, each.max_length, each.values, each.type)
            told = (field.minimum, field.maximum, field.min_length, field.max_length, field.values, field.type)

            assert (each.supported, each.required) == (field.supported, field.required)
            assert not each.supported or (expected, each.default) == (told, field.default)


def test_a_form_can_be_checked() -> None:
    """What is wrong with a request can be asked without sending it, field by field."""
    problems = rules.find_problems(rules.CREATE_IMAGE, {"model": "gpt-image-1", "n": 0, "partial_images": 1})

    assert [each.parameter for each in problems] == ["prompt", "n", "partial_images"]
