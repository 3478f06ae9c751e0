"""Examples and defaults, judged by the schemas beside them; and keywords that mean nothing in OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..document import escape, lookup, nodes
from ..keywords import shown
from ..validators import Validators
from .rules import Told

Sample = tuple[str, str, Any]  # pointer of the value, pointer of its schema, the value


def problems(document: Mapping[str, Any]) -> Told:
    """Yield the examples and defaults that break their own schema."""
    samples = [sample for here, node in nodes(dict(document)) for sample in _samples(document, here, node)]
    validators = Validators(document)
    for pointer, schema, value in samples:
        error = next(validators.at(schema).iter_errors(value), None)
        if error is not None:
            word = "default" if pointer.endswith("/default") else "example"
            place = "".join(f"/{escape(str(step))}" for step in error.instance_path)
            problem = f"the {word} {shown(value)} breaks its own schema, {schema}: {error.message[:200]}"
            yield f"{word}.valid", f"{pointer}{place}", problem, f"Mend the {word}, or the schema."
    for here, node in nodes(dict(document)):
        if "nullable" in node and _is_schema(here):
            fix = "Write the type as a list with 'null' in it."
            yield "schema.nullable", f"{here}/nullable", "nullable is OpenAPI 3.0: in 3.1 it has no effect", fix


def _samples(document: Mapping[str, Any], here: str, node: Mapping[str, Any]) -> Iterator[Sample]:
    if "schema" in node:  # of a media type, a header or a parameter
        at = f"{here}/schema"
        if "example" in node:
            yield f"{here}/example", at, node["example"]
        examples = node.get("examples")
        for name, example in examples.items() if isinstance(examples, dict) else ():
            place = f"{here}/examples/{escape(name)}"
            while isinstance(example, dict) and "$ref" in example:
                place, example = example["$ref"], lookup(document, example["$ref"])
            if isinstance(example, dict) and "value" in example:
                yield f"{place}/value", at, example["value"]
    elif _is_schema(here):
        for word in ("example", "default"):
            if word in node:
                yield f"{here}/{word}", here, node[word]
        examples = node.get("examples")
        for index, example in enumerate(examples if isinstance(examples, list) else ()):
            yield f"{here}/examples/{index}", here, example


def _is_schema(pointer: str) -> bool:
    return pointer.startswith("#/components/schemas/") or "/schema/" in f"{pointer}/"
