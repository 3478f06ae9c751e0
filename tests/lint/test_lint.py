"""Lint names what is wrong with a document or a dialect, where, and what to do; the shipped ones are clean."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from images_conformance.cli import main
from images_contract import Contract
from images_contract.dialects import names
from images_contract.lint import lint

SPEC = Path(__file__).resolve().parents[2] / "spec/openapi.yaml"
DOCUMENT = dict(Contract.load(SPEC).document)
SCHEMAS = "#/components/schemas"
OPERATION = "#/paths/~1images~1generations/post"


def run(*words: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, ["lint", *words])


@pytest.mark.parametrize("dialect", [None, *names()])
def test_what_is_shipped_is_clean(dialect: str | None) -> None:
    """There is nothing to complain of in the base document and in every dialect."""
    words = ["--dialect", dialect] if dialect else []
    result = run(*words)

    assert "nothing to complain of\n" == result.output
    assert 0 == result.exit_code


def schemas(document: dict[str, Any]) -> dict[str, Any]:
    """Return the component schemas of a document."""
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def operation(document: dict[str, Any]) -> dict[str, Any]:
    """Return the operation of a document."""
    found: dict[str, Any] = document["paths"]["/images/generations"]["post"]
    return found


def content(document: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON content of the successful answer."""
    found: dict[str, Any] = operation(document)["responses"]["200"]["content"]["application/json"]
    return found


Edit = Callable[[dict[str, Any]], Any]
REQUESTS = f"{SCHEMAS}/ImageGenerationRequest/oneOf/0"
# What is done to the document: the rule that complains, the pointer that it names.
WRONG: dict[str, tuple[Edit, str, str]] = {
    "a reference that leads nowhere": (
        lambda d: schemas(d)["Image"]["properties"]["url"].update({"$ref": "#/nope"}),
        "document.loads", f"{SCHEMAS}/Image/properties/url",
    ),
    "an id without a dot": (
        lambda d: operation(d)["x-clauses"][0].update(id="status"), "document.loads", f"{OPERATION}/x-clauses/0/id",
    ),
    "an id that stands twice": (
        lambda d: operation(d)["x-clauses"][1].update(id="reject.status-400"),
        "document.loads", f"{OPERATION}/x-clauses/1",
    ),
    "a default outside the enum of a parameter": (
        lambda d: schemas(d)["Style"].update(default="loud"), "document.loads", f"{SCHEMAS}/Style/default",
    ),
    "a mapping to another model": (
        lambda d: schemas(d)["ImageGenerationRequest"]["oneOf"][0]["discriminator"]["mapping"].update(
            {"dall-e-2": f"{SCHEMAS}/DallE3Request"}
        ),
        "document.loads", f"{REQUESTS}/discriminator/mapping/dall-e-2",
    ),
    "no mapping": (
        lambda d: schemas(d)["ImageGenerationRequest"]["oneOf"][0]["discriminator"].pop("mapping"),
        "discriminator.mapping", f"{REQUESTS}/discriminator",
    ),
    "an open schema": (
        lambda d: schemas(d)["DallE2Request"].pop("additionalProperties"), "schema.closed", f"{SCHEMAS}/DallE2Request",
    ),
    "a rule without a source": (
        lambda d: schemas(d)["Style"].pop("x-source"), "clause.source", f"{SCHEMAS}/Style/enum",
    ),
    "a behaviour without a level": (
        lambda d: operation(d)["x-clauses"][0].pop("level"), "clause.level", f"{OPERATION}/x-clauses/0",
    ),
    "a behaviour that no code judges": (
        lambda d: operation(d)["x-clauses"].append(
            {"id": "moon.full", "level": "must", "sentence": "The moon is full.", "source": "lore, 2026-01"}
        ),
        "clause.judged", f"{OPERATION}/x-clauses/{len(operation(DOCUMENT)['x-clauses'])}",
    ),
    "an id that counts": (
        lambda d: schemas(d)["GptImage1Request"]["allOf"][0]["x-clause"].update(id="background.2"),
        "clause.sayable", f"{SCHEMAS}/GptImage1Request/allOf/0",
    ),
    "a condition without a level": (
        lambda d: schemas(d)["GptImage1Request"]["allOf"][1]["x-clause"].pop("level"),
        "condition.level", f"{SCHEMAS}/GptImage1Request/allOf/1",
    ),
    "a condition without an id": (
        lambda d: schemas(d)["GptImage1Request"]["allOf"][0]["x-clause"].pop("id"),
        "condition.id", f"{SCHEMAS}/GptImage1Request/allOf/0",
    ),
    "a condition that never applies": (
        lambda d: schemas(d)["GptImage1Request"]["allOf"][0]["if"]["properties"].update(
            {"background": {"const": "plaid"}}
        ),
        "condition.applies", f"{SCHEMAS}/GptImage1Request/allOf/0/if",
    ),
    "a parameter that nobody can give": (
        lambda d: schemas(d)["DallE2Request"]["properties"]["n"].update(maximum=0),
        "document.loads", f"{SCHEMAS}/N/default",
    ),
    "a user that nobody can have": (
        lambda d: schemas(d)["DallE2Request"]["properties"]["user"].update(minLength=5, maxLength=4),
        "parameter.possible", f"{SCHEMAS}/DallE2Request/properties/user",
    ),
    "a parameter without a description": (
        lambda d: schemas(d)["User"].pop("description"), "parameter.description",
        f"{SCHEMAS}/GptImage1Request/properties/user",
    ),
    "an absent model that promises too much": (
        lambda d: schemas(d)["AbsentModelRequest"]["properties"]["size"].update(enum=["256x256"]),
        "absent.promise", f"{SCHEMAS}/AbsentModelRequest/properties/size",
    ),
    "an example of a request that is refused": (
        lambda d: operation(d)["requestBody"]["content"]["application/json"]["examples"]["page"]["value"].update(n="2"),
        "example.valid", f"{OPERATION}/requestBody/content/application~1json/examples/page/value",
    ),
    "an example of an answer without data": (
        lambda d: content(d)["examples"]["page"]["value"].pop("data"),
        "example.valid", f"{OPERATION}/responses/200/content/application~1json/examples/page/value",
    ),
    "an example of a schema": (
        lambda d: schemas(d)["ImagePartialEvent"]["example"].pop("size"),
        "example.valid", f"{SCHEMAS}/ImagePartialEvent/example",
    ),
    "an example in a list": (
        lambda d: schemas(d)["Prompt"].update(examples=["a cat", ""]), "example.valid", f"{SCHEMAS}/Prompt/examples/1",
    ),
    "an example of a header": (
        lambda d: d["components"]["responses"]["TooManyRequests"]["headers"]["Retry-After"].update(example=20),
        "example.valid", "#/components/responses/TooManyRequests/headers/Retry-After/example",
    ),
    "a default in an answer, outside its enum": (
        lambda d: schemas(d)["ResponseQuality"].update(default="best"),
        "default.valid", f"{SCHEMAS}/ResponseQuality/default",
    ),
    "a parameter of the query without a value": (
        lambda d: operation(d).update(parameters=[{"name": "v", "in": "query", "required": True, "schema": {}}]),
        "parameter.sent", f"{OPERATION}/parameters/0",
    ),
    "a header that is required": (
        lambda d: operation(d).update(parameters=[{"name": "x-v", "in": "header", "required": True, "schema": {}}]),
        "parameter.sent", f"{OPERATION}/parameters/0",
    ),
    "nullable, which is of OpenAPI 3.0": (
        lambda d: schemas(d)["User"].update(nullable=True), "document.loads", f"{SCHEMAS}/User/nullable",
    ),
    "nullable in an answer": (
        lambda d: schemas(d)["Image"]["properties"].update(seed={"type": "integer", "nullable": True}),
        "schema.nullable", f"{SCHEMAS}/Image/properties/seed/nullable",
    ),
    "a component that nothing refers to": (
        lambda d: schemas(d).update(Lost={"type": "string"}), "component.used", f"{SCHEMAS}/Lost",
    ),
    "no answer to a refusal": (
        lambda d: operation(d)["responses"].pop("400"), "response.documented", f"{OPERATION}/responses",
    ),
    "a successful answer without a schema": (
        lambda d: content(d).pop("schema"), "response.documented", f"{OPERATION}/responses/200",
    ),
    "a field of an answer that is not described": (
        lambda d: schemas(d)["DallE3Request"]["x-response"].update(fields=["mood"]),
        "response.fields", f"{SCHEMAS}/DallE3Request/x-response/fields",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told(name: str, tmp_path: Path) -> None:
    """Each defect is named by its rule, at its place, with a proposal; the exit code is 1."""
    edit, rule, pointer = WRONG[name]
    document = copy.deepcopy(DOCUMENT)
    edit(document)
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document))
    result = run(str(path), "--json")
    told = [(each["rule"], each["pointer"]) for each in json.loads(result.output)]

    assert 1 == result.exit_code
    assert (rule, pointer) in told
    assert {each for each, _ in told} <= {rule, "absent.promise", "component.used", "response.fields"}  # which follow
    assert all(each["fix"] and each["problem"] for each in json.loads(result.output))


ACTION = {"target": "$.info", "update": {"x-vendor": "v"}, "x-source": "its documentation, 2026-11"}
DEVIATION = {"clause": "data.count", "reason": "always one", "source": "its issue 5, 2026-10", "expires": "2999-01-01"}
DIALECTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "an action without a source": ({"actions": [{**ACTION, "x-source": ""}]}, "dialect.source", "#/actions/0"),
    "a source without a day": (
        {"actions": [ACTION, {**ACTION, "update": {"x-vendor": "w"}, "x-source": "its documentation"}]},
        "dialect.date", "#/actions/1/x-source",
    ),
    "a deviation without a day": (
        {"actions": [ACTION], "x-deviations": [{**DEVIATION, "source": "its issue 5"}]},
        "dialect.date", "#/x-deviations/0/source",
    ),
    "a deviation from no clause": (
        {"actions": [ACTION], "x-deviations": [{**DEVIATION, "clause": "data.cuont"}]},
        "document.loads", "#/x-deviations/0/clause",
    ),
    "an action without effect": ({"actions": [ACTION, ACTION]}, "document.loads", "#/actions/1"),
}  # fmt: skip


@pytest.mark.parametrize("name", DIALECTS)
def test_what_is_wrong_with_a_dialect_is_told(name: str, tmp_path: Path) -> None:
    """A dialect can be linted as a file; its problems name the file."""
    overlay, rule, pointer = DIALECTS[name]
    path = tmp_path / "vendor.overlay.yaml"
    path.write_text(yaml.safe_dump({"overlay": "1.0.0", "info": {"title": "V", "version": "1"}, **overlay}))
    result = run(str(path))

    assert 1 == result.exit_code
    assert result.output.startswith(f"{path}{pointer}: ")
    assert f"[{rule}]" in result.output
    assert "1 problem" in result.output


def test_wrong_usage(tmp_path: Path) -> None:
    """A file or a dialect that is not there is no problem of the document's: exit code 2."""
    assert 2 == run(str(tmp_path / "nope.yaml")).exit_code
    assert 2 == run("--dialect", "nope").exit_code


def test_a_broken_file_is_told_in_one_line(tmp_path: Path) -> None:
    """What is no YAML at all is told like anything else."""
    path = tmp_path / "broken.yaml"
    path.write_text("openapi: [")
    (problem,) = lint(path)

    assert "document.loads" == problem.rule
    assert 1 == run(str(path)).exit_code
