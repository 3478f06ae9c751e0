"""Whatever is wrong with a document is told in one line with file and pointer, quickly, never by a crash."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from images_contract import Contract, ContractError, validator

from .bodies import examples, json_values, shown
from .conftest import SPEC, Load

SCHEMAS = "#/components/schemas"
BODY = "#/paths/~1images~1generations/post"
GPT = f"{SCHEMAS}/GptImage1Request"
MUST_END_WITHIN = 1.0  # seconds
GONE = object()

# ---------------------------------------------------------------- files that are no document

FLAT = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: "
BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
CHAIN = "a0: &a0 x\n" + "".join(f"a{n}: &a{n} {'[' * 50}*a{n - 1}{']' * 50}\n" for n in range(1, 400))

FILES: dict[str, tuple[bytes | str, str]] = {
    "empty": ("", "holds nothing"),
    "only a comment": ("# nothing\n", "holds nothing"),
    "text": ("just a sentence", "holds text"),
    "a list": ("- openapi: 3.1.0", "holds a list"),
    "a number": ("5", "holds a int"),
    "not YAML": ("a: [1, 2", "is not YAML: did not find expected"),
    "a tab": ("a:\n\t- 1", "line 2"),
    "two documents": ("a: 1\n---\nb: 2", "another document"),
    "not UTF-8": (b"openapi: \xff\xfe", "is not UTF-8: byte 0xff at offset 9"),
    "UTF-16": ("openapi: 3.1.0".encode("utf-16"), "is not UTF-8"),
    "a control character": ("a: \x01", "is not YAML"),
    "an alias bomb": (BOMB, "more than 1,000,000 values"),
    "nesting hidden in aliases": (CHAIN, "nested more than 100 levels"),
    "an alias of itself": ("a: &a [*a]", "alias *a refers to itself (line 1)"),
    "an alias of nothing": ("a: *b", "alias *b refers to nothing (line 1)"),
    "deep flow lists": ("[" * 20_000, "nested more than 100 levels"),
    "deep flow mappings": ("{a: " * 20_000, "nested more than 100 levels"),
    "deep block mappings": ("\n".join(" " * n + "a:" for n in range(4_000)), "nested more than 100 levels"),
    "deep block lists": ("- " * 20_000 + "x", "nested more than 100 levels"),
    "a key twice": ("openapi: 3.1.0\nopenapi: 3.1.0", "key 'openapi' stands twice in one mapping (line 2)"),
    "a list as key": ("? [a]\n: 1", "a key must be a string (line 1)"),
    "a Python tag": ("a: !!python/name:os.system x", "is not plain YAML (line 1)"),
    "binary": ("a: !!binary aGk=", "is not plain YAML"),
    "not a number": ("a: .nan", "is no JSON number (line 1)"),
    "infinity": ("a: -.inf", "is no JSON number"),
    "a number too large": ("a: 1e400", "is no JSON number"),
    "5,000 digits": (f"a: {'9' * 5000}", "an integer of 5,000 digits (line 1)"),
    "an integer that is none": ("a: !!int x", "'x' is no integer"),
    "a boolean that is none": ("a: !!bool 5", "'5' is no boolean"),
    "a mapping that is none": ("a: !!map [1]", "tagged as a mapping"),
    "OpenAPI 3.0": ("openapi: 3.0.3", "this tool reads 3.1"),
    "no version": ("info: {}", "this tool reads 3.1"),
    "no info": ("openapi: 3.1.0", "needs info"),
    "info is text": ("openapi: 3.1.0\ninfo: x", "needs info"),
    "paths is a number": (FLAT + "5", "#/paths: needs at least one path"),
    "paths is empty": (FLAT + "{}", "#/paths: needs at least one path"),
    "a path is text": (FLAT + "{/a: x}", "#/paths/~1a: must map methods"),
    "an operation is text": (FLAT + "{/a: {post: x}}", "#/paths/~1a: must map methods"),
    "no operationId": (FLAT + "{/a: {post: {}}}", "#/paths/~1a/post: operationId is null"),
    "an operationId twice": (
        FLAT + "{/a: {post: {operationId: x}, get: {operationId: x}}}",
        "operationId 'x' is taken by #/paths/~1a/post",
    ),
    "no operation with models": (FLAT + "{/a: {post: {operationId: x}}}", "no operation has a JSON body"),
}


def told(load: Callable[[], Contract]) -> str:
    """Return what is said of a bad document, having checked that it is one line and came soon."""
    start = time.process_time()
    with pytest.raises(ContractError) as caught:
        load()
    elapsed = time.process_time() - start
    message = str(caught.value)

    assert "\n" not in message
    assert len(message) < 600
    assert elapsed < MUST_END_WITHIN
    return message


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_document_is_told(tmp_path: Path, name: str) -> None:
    """A file that cannot be a contract is named, with the line or pointer of what is wrong."""
    content, expected = FILES[name]
    path = tmp_path / "openapi.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    message = told(lambda: Contract.load(path))

    assert message.startswith(str(path))
    assert expected in message


@pytest.mark.parametrize("name", ["missing.yaml", ".", "a\0b", "x" * 300])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    """A file that is missing, a folder, or has a name that no file can have, is said to be unreadable."""
    assert "cannot be read" in told(lambda: Contract.load(f"{tmp_path}/{name}"))


def test_yaml_is_read_as_version_1_2(tmp_path: Path) -> None:
    """Ratios, dates, `off` and `no` are texts, as OpenAPI's YAML 1.2 has them."""
    from images_contract.reading import read_yaml

    path = tmp_path / "values.yaml"
    path.write_text("[16:9, 2025-04-29, off, no, 1_000, 010, 0x1F, 0o17, 1e3, ~, TRUE, 200]")

    assert ["16:9", "2025-04-29", "off", "no", "1_000", 10, 31, 15, 1000.0, None, True, 200] == read_yaml(path)[1]


# ---------------------------------------------------------------- documents that say what no rule comes of

EDITS: dict[str, tuple[str, Any, str]] = {
    # references
    "$ref to nothing": (f"{GPT}/properties/n", {"$ref": f"{SCHEMAS}/Nope"}, "leads nowhere: there is no 'Nope'"),
    "$ref is a number": (f"{GPT}/properties/n", {"$ref": 5}, "$ref is 5, not a string"),
    "$ref to another file": (f"{GPT}/properties/n", {"$ref": "other.yaml#/N"}, "leaves the document"),
    "$ref to the web": (f"{GPT}/properties/n", {"$ref": "https://example.com/n.json"}, "leaves the document"),
    "$ref in a circle": (f"{SCHEMAS}/N", {"$ref": f"{SCHEMAS}/N"}, "runs in a circle"),
    "$ref around itself": (f"{SCHEMAS}/N", {"allOf": [{"$ref": f"{SCHEMAS}/N"}]}, "runs in a circle"),
    "$ref to its parent": (f"{GPT}/properties/n", {"$ref": GPT}, "runs in a circle"),
    "$ref with rules beside it": (f"{SCHEMAS}/ImageGenerationRequest/oneOf/1/minProperties", 2, "no rule is derived"),
    # keywords with arguments of the wrong shape
    "enum is text": (f"{SCHEMAS}/Style/enum", "vivid", 'enum: is "vivid"; enum takes a list'),
    "enum is empty": (f"{SCHEMAS}/Style/enum", [], "enum takes a list of values"),
    "minimum is text": (f"{SCHEMAS}/N/minimum", "1", 'minimum: is "1"; minimum takes a number'),
    "minimum is true": (f"{SCHEMAS}/N/minimum", True, "minimum: is true; minimum takes a number"),
    "maxLength is negative": (f"{SCHEMAS}/User/maxLength", -1, "User/maxLength"),
    "maxLength is a fraction": (f"{SCHEMAS}/User/maxLength", 1.5, "User/maxLength"),
    "type is unknown": (f"{SCHEMAS}/N/type", "int", "N/type"),
    "type is a number": (f"{SCHEMAS}/N/type", 5, "N/type"),
    "type is an empty list": (f"{SCHEMAS}/N/type", [], "N/type"),
    "required is true": (f"{GPT}/required", True, "required: is true, not a list"),
    "required has a number": (f"{GPT}/required", ["prompt", 5], "required"),
    "required has a name twice": (f"{GPT}/required", ["prompt", "model", "prompt"], "each once"),
    "required has an unknown name": (f"{GPT}/required", ["prompt", "model", "style"], "names 'style'"),
    "properties is a list": (f"{GPT}/properties", ["n"], 'properties: is ["n"], not a mapping'),
    "properties is text": (f"{GPT}/properties", "n", 'properties: is "n", not a mapping'),
    "a property is true": (f"{GPT}/properties/n", True, "is true; a schema must be a mapping"),
    "a property is null": (f"{GPT}/properties/n", None, "properties/n"),
    "additionalProperties is a schema": (f"{GPT}/additionalProperties", {}, "write true or false"),
    "allOf is a mapping": (f"{GPT}/allOf", {}, "allOf"),
    "oneOf is empty": (f"{SCHEMAS}/ImageGenerationRequest/oneOf/0/oneOf", [], "no alternative names a model"),
    "x-json-integer is text": (f"{SCHEMAS}/N/x-json-integer", "yes", "x-json-integer takes true"),
    "a pattern that is none in an answer": (f"{SCHEMAS}/B64Json/pattern", "(", "regex"),
    "a schema of an answer is a number": (f"{SCHEMAS}/Image", 5, "Image"),
    # keywords that rules are not derived from
    "an unknown keyword": (f"{SCHEMAS}/N/maximun", 10, "did you mean 'maximum'?"),
    "multipleOf": (f"{SCHEMAS}/N/multipleOf", 2, "no rule is derived from 'multipleOf'"),
    "pattern": (f"{SCHEMAS}/User/pattern", "^a", "no rule is derived from 'pattern'"),
    "nullable": (f"{SCHEMAS}/N/nullable", True, "no rule is derived from 'nullable'"),
    "not": (f"{GPT}/not", {"required": ["n"]}, "no rule is derived from 'not'"),
    "anyOf": (f"{GPT}/allOf/0", {"anyOf": [{"required": ["n"]}]}, "no rule is derived from 'anyOf'"),
    "else": (f"{GPT}/allOf/0/else", {"required": ["n"]}, "no rule is derived from 'else'"),
    "dependentRequired": (f"{GPT}/dependentRequired", {"n": ["size"]}, "no rule is derived from 'dependentRequired'"),
    "rules beside oneOf": (f"{SCHEMAS}/ImageGenerationRequest/required", ["prompt"], "in each model's schema"),
    "anyOf beside oneOf": (f"{SCHEMAS}/ImageGenerationRequest/anyOf", [{}], "in each model's schema"),
    # conditions
    "if without then": (f"{GPT}/allOf/0/then", GONE, "is a condition that no rule is derived from"),
    "then without if": (f"{GPT}/allOf/0/if", GONE, "is a condition that no rule is derived from"),
    "if is true": (f"{GPT}/allOf/0/if", True, "not a mapping"),
    "if not": (f"{GPT}/allOf/0/if", {"not": {"required": ["n"]}}, "is a condition that no rule is derived from"),
    "if with anyOf beside": (f"{GPT}/allOf/0/if/anyOf", [{}], "is outside what is derived of a condition"),
    "then false": (f"{GPT}/allOf/0/then", False, "not a mapping"),
    "not in a condition": (
        f"{GPT}/allOf/0/then/properties/output_format",
        {"not": {}},
        "no rule is derived from 'not'",
    ),
    "a misspelt parameter": (f"{GPT}/allOf/0/if/required", ["backgroud"], "did you mean 'background'?"),
    # what our own extensions hold
    "a level that is none": (f"{GPT}/x-rules/additionalProperties/level", "shall", "use must, should or may"),
    "a level that is a list": (f"{GPT}/x-rules/additionalProperties/level", ["must"], "use must, should or may"),
    "x-rules is a list": (f"{GPT}/x-rules", [], "not a mapping"),
    "x-rules of no keyword": (f"{SCHEMAS}/N/x-rules", {"minimun": {}}, "did you mean 'minimum'?"),
    "x-rules with a word too many": (f"{SCHEMAS}/N/x-rules/x-json-integer/why", "x", "write {level: …, source: …}"),
    "x-clause is text": (f"{GPT}/allOf/0/x-clause", "x", "not a mapping"),
    "x-clause with a number as id": (f"{GPT}/allOf/0/x-clause/id", 5, "x-clause/id"),
    "x-clause with a blank in its id": (f"{GPT}/allOf/0/x-clause/id", "a b", "words joined by dots"),
    "x-clause with an unknown word": (f"{GPT}/allOf/0/x-clause/refuse_locally", True, "known are id"),
    "x-clause with a level that is none": (f"{GPT}/allOf/0/x-clause/level", "maybe", "use must, should or may"),
    "x-clause with an id twice": (f"{GPT}/allOf/1/x-clause/id", "background.transparent-needs-alpha", "stands already"),
    "x-open is a mapping": (f"{SCHEMAS}/DallE2Request/x-open", {}, "not a list"),
    "x-open has a number": (f"{SCHEMAS}/DallE2Request/x-open", [5], "needs id, parameter, sentence, source"),
    "x-open without a schema": (f"{SCHEMAS}/DallE2Request/x-open/0/schema", GONE, "is empty"),
    "x-open with a schema of text": (f"{SCHEMAS}/DallE2Request/x-open/0/schema", "auto", "not a mapping"),
    "x-open of no parameter": (f"{SCHEMAS}/DallE2Request/x-open/0/parameter", "qualty", "did you mean 'quality'?"),
    "x-open with an unknown keyword": (
        f"{SCHEMAS}/DallE2Request/x-open/0/schema",
        {"patern": "a"},
        "no rule is derived",
    ),
    "x-clauses is a mapping": (f"{BODY}/x-clauses", {}, "not a list"),
    "x-clauses has a text": (f"{BODY}/x-clauses/0", "x", "needs id, level, sentence and source"),
    "x-clauses without a sentence": (f"{BODY}/x-clauses/0/sentence", GONE, "needs id, level, sentence and source"),
    "x-clauses with an id twice": (f"{BODY}/x-clauses/1/id", "reject.status-400", "is declared already at"),
    "x-clauses with a blank in an id": (f"{BODY}/x-clauses/0/id", "a b", "words joined by dots"),
    "x-clauses with a level that is none": (f"{BODY}/x-clauses/0/level", "never", "use must, should or may"),
    "x-clauses that need no parameter": (
        f"{BODY}/x-clauses/0/needs",
        "sise",
        'needs: is "sise", which is no parameter',
    ),
    "x-clauses that need a list": (f"{BODY}/x-clauses/0/needs", [], "needs: is [], which is no parameter"),
    "x-clauses elsewhere": (f"{SCHEMAS}/Image/x-clauses", [], "is read only inside the operation"),
    "x-response is a list": (f"{GPT}/x-response", [], "not a mapping"),
    "x-response lists a number": (f"{GPT}/x-response/fields", [5], "this lists names"),
    "x-refused-with is a number": (f"{SCHEMAS}/Model/x-refused-with", 400, "list the statuses"),
    # defaults
    "a default outside its enum": (f"{SCHEMAS}/Style/default", "bold", 'Style/default: is "bold"'),
    "a default beyond its bound": (f"{SCHEMAS}/N/default", 0, "N/default: is 0"),
    "a default of another type": (f"{SCHEMAS}/Stream/default", "false", 'Stream/default: is "false"'),
    # models
    "a model twice": (f"{SCHEMAS}/DallE2Request/properties/model/const", "dall-e-3", "has a schema already"),
    "a model without a name": (f"{SCHEMAS}/DallE2Request/properties/model/const", GONE, "needs a const"),
    "a model whose name is a number": (f"{SCHEMAS}/DallE2Request/properties/model/const", 2, "needs a const"),
    "a model named absent": (f"{SCHEMAS}/DallE2Request/properties/model/const", "absent", "can be called 'absent'"),
    "a model that cannot be named": (f"{SCHEMAS}/Model/maxLength", 3, "can never be named"),
    "a model that need not be named": (f"{SCHEMAS}/DallE2Request/required", ["prompt"], "must name 'model'"),
    "a model that is no object": (f"{SCHEMAS}/DallE2Request/type", "string", "must be object"),
    "a model without a type": (f"{SCHEMAS}/DallE2Request/type", GONE, "must be object"),
    "a model outside the mapping": (
        f"{SCHEMAS}/ImageGenerationRequest/oneOf/0/discriminator/mapping/dall-e-2",
        GONE,
        "lacks the model 'dall-e-2'",
    ),
    "a mapping to another model": (
        f"{SCHEMAS}/ImageGenerationRequest/oneOf/0/discriminator/mapping/dall-e-2",
        f"{SCHEMAS}/DallE3Request",
        "but 'dall-e-2' is at",
    ),
    "a mapping of an unknown model": (
        f"{SCHEMAS}/ImageGenerationRequest/oneOf/0/discriminator/mapping/dall-e-1",
        f"{SCHEMAS}/DallE3Request",
        "no schema has the model 'dall-e-1'",
    ),
    "an open absent model": (f"{SCHEMAS}/AbsentModelRequest/additionalProperties", True, "additionalProperties false"),
    "a parameter of the absent model alone": (
        f"{SCHEMAS}/AbsentModelRequest/properties/bonus",
        {"type": "string"},
        "speaks of 'bonus', which no model has",
    ),
    "no discriminator": (
        f"{SCHEMAS}/ImageGenerationRequest/oneOf/0/discriminator",
        GONE,
        "no operation has a JSON body",
    ),
    "a discriminator without its property": (
        f"{SCHEMAS}/ImageGenerationRequest/oneOf/0/discriminator",
        {"mapping": {}},
        "needs propertyName",
    ),
    "a discriminator that is text": (
        f"{SCHEMAS}/ImageGenerationRequest/oneOf/0/discriminator",
        "model",
        "not a mapping",
    ),
    # the frame
    "components is a list": ("#/components", [], "leads nowhere"),
    "schemas is text": (SCHEMAS, "x", "leads nowhere"),
    "requestBody is text": (f"{BODY}/requestBody", "x", "not a mapping"),
    "content is a list": (f"{BODY}/requestBody/content", [], "not a mapping"),
    "the body's schema is true": (f"{BODY}/requestBody/content/application~1json/schema", True, "not a mapping"),
    "an operationId is a number": (f"{BODY}/operationId", 5, "operationId is 5"),
}


def put(document: Any, pointer: str, value: Any) -> None:
    """Replace what stands at a pointer, add it to a mapping, or take it away."""
    *steps, last = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
    for step in steps:
        document = document[int(step) if isinstance(document, list) else step]
    if value is GONE:
        del document[last]
    elif isinstance(document, list):
        document[int(last)] = value
    else:
        document[last] = value


@pytest.mark.parametrize("name", EDITS)
def test_what_no_rule_comes_of_is_told(document: dict[str, Any], load: Load, tmp_path: Path, name: str) -> None:
    """A document that says something that we do not derive, or says it wrongly, is refused at that place."""
    pointer, value, expected = EDITS[name]
    put(document, pointer, copy.deepcopy(value) if value is not GONE else GONE)
    message = told(lambda: load(document))

    assert message.startswith(f"{tmp_path / 'openapi.json'}#/")
    assert expected in message


# ---------------------------------------------------------------- anything at all

FRAGMENTS: list[Any] = [
    {"$ref": f"{SCHEMAS}/N"}, {"$ref": GPT}, {"$ref": f"{SCHEMAS}/Nope"}, {"type": "string"}, {"enum": ["a", 1]},
    {"const": "dall-e-3"}, {"properties": {"a": True}}, {"required": ["x"]}, {"oneOf": [{}]}, {"not": {}}, {"if": {}},
    {"level": "may", "source": "x"}, ["string", "null"], ["prompt"], "model", "must", "integer", True, 0, -1, 5, None,
]  # fmt: skip
WORDS = [
    "type", "enum", "const", "minimum", "maxLength", "required", "properties", "additionalProperties", "oneOf", "anyOf",
    "allOf", "not", "if", "then", "else", "$ref", "default", "discriminator", "needs", "pattern", "prompt", "model",
    "n", "x-open", "x-clause", "x-clauses", "x-rules", "x-source", "x-response", "x-refused-with", "x-json-integer",
]  # fmt: skip


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every node below a node."""
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [inner for key, value in members for inner in ((*path, key), *places(value, (*path, key)))]


def bears_rules(path: tuple[Any, ...]) -> bool:
    """Tell whether rules about requests come of this place."""
    return (
        path[:2] == ("components", "schemas")
        and len(path) > 2
        and str(path[2]).endswith(("Request", "N", "Size", "Model"))
    )


OURS = json.loads(json.dumps(Contract.load(SPEC).document))
PLACES = places(OURS)
RULED = [path for path in PLACES if bears_rules(path)]
SAMPLE = [
    {**named, "prompt": "A cat", **extra}
    for named in ({}, *({"model": name} for name in ("gpt-image-1", "dall-e-3", "dall-e-2", "x", None, 5)))
    for extra in (
        {}, {"n": 1}, {"n": 2}, {"n": 11}, {"n": 1.0}, {"n": "2"}, {"n": None}, {"size": "1024x1024"}, {"size": "auto"},
        {"size": "x"}, {"size": None}, {"quality": "hd"}, {"quality": "auto"}, {"stream": False}, {"style": "vivid"},
        {"user": 5}, {"a": 1}, {"prompt": ""}, {"prompt": "a" * 4001}, {"prompt": None}, {"x": 1},
        {"partial_images": 2},
        {"background": "transparent", "output_format": "jpeg"}, {"background": "transparent", "output_format": None},
    )
]  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A change of one place: replaced, deleted, doubled, given a new member, or filled from elsewhere."""

    kind: str
    path: tuple[Any, ...]
    value: Any
    word: str
    origin: tuple[Any, ...]

    def applied(self) -> dict[str, Any]:
        """Return our document with this change."""
        document: dict[str, Any] = copy.deepcopy(OURS)
        parent = at(document, self.path[:-1])
        key, old = self.path[-1], parent[self.path[-1]]
        if self.kind == "delete":
            del parent[key]
        elif self.kind == "double" and isinstance(parent, list):
            parent.append(copy.deepcopy(old))
        elif self.kind == "double":
            parent[self.word] = copy.deepcopy(old)
        elif self.kind == "add" and isinstance(old, dict):
            old[self.word] = copy.deepcopy(self.value)
        elif self.kind == "add" and isinstance(old, list):
            old.insert(0, copy.deepcopy(self.value))
        else:
            parent[key] = copy.deepcopy(at(OURS, self.origin) if self.kind == "fill" else self.value)
        return document


def at(document: Any, path: tuple[Any, ...]) -> Any:
    """Return what stands at a path."""
    for step in path:
        document = document[step]
    return document


CHANGES = st.builds(
    Change,
    kind=st.sampled_from(["replace", "delete", "double", "add", "fill"]),
    path=st.sampled_from(RULED) | st.sampled_from(PLACES),
    value=st.sampled_from(FRAGMENTS) | json_values,
    word=st.sampled_from(WORDS),
    origin=st.sampled_from(PLACES),
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to write documents to."""
    return tmp_path_factory.mktemp("mutants") / "openapi.json"


def loaded_or_told(file: Path) -> Contract | str:
    """Return the contract in a file or what is said of it."""
    try:
        return Contract.load(file)
    except ContractError as error:
        return str(error)


@examples(50, long=5_000)
@given(change=CHANGES)
def test_a_changed_document_loads_or_is_told(file: Path, change: Change) -> None:
    """A document changed at random either loads, and then agrees with JSON Schema, or is refused in one line."""
    document = change.applied()
    file.write_text(json.dumps(document))
    loaded = loaded_or_told(file)
    if isinstance(loaded, str):
        assert loaded.startswith(str(file))
        assert "\n" not in loaded
        return
    judge = validator(document, f"{loaded.operation}/requestBody/content/application~1json/schema")
    differing = [shown(body) for body in SAMPLE if judge.is_valid(body) == bool(loaded.violations(body))]

    assert [] == differing


@examples(60, long=2_000)
@given(text=st.text(alphabet=st.sampled_from("ab:-[]{}&*?!|>'\"#%@`,. \n\t01\x00é~<"), max_size=60))
def test_any_text_is_read_or_told(file: Path, text: str) -> None:
    """Whatever a file holds, reading it ends in a contract or in one line about it."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        Contract.load(file)

    assert str(caught.value).startswith(str(file))
