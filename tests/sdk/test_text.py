"""Strings of a document as Python source."""

from __future__ import annotations

import ast
import keyword

import pytest

from images_sdkgen.runtime._rules import Check, Parameter
from images_sdkgen.text import docstring, identifier, identifiers, literal, markdown

TEXTS = [
    "",
    "plain",
    'ends in "',
    '"""',
    "\\",
    'back\\"""',
    "two\nlines",
    "tab\tand\r",
    "\u202eevil",
    "♥ 小猫",
    "a " * 200,
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_docstring_is_one_string(text: str) -> None:
    """A docstring parses as one string that has the words of the text, whatever is in it."""
    (node,) = ast.parse(f"class A:\n    {docstring(text)}").body

    assert isinstance(node, ast.ClassDef)
    assert text.split() == str(ast.get_docstring(node) or "").split()


@pytest.mark.parametrize("text", TEXTS)
def test_source_is_printable(text: str) -> None:
    """No character that an editor would hide or turn around reaches the source."""
    source = docstring(text) + literal(text) + markdown(text)

    assert all(each.isprintable() or each == "\n" for each in source)


@pytest.mark.parametrize("value", [*TEXTS, 1, -1.5, True, None, [1, "a"], ("a",), (), {"a": [None]}, {}])
def test_a_literal_is_its_value(value: object) -> None:
    """A literal evaluates to the value that it was made of."""
    assert value == ast.literal_eval(literal(value))


def test_a_literal_of_rules_leaves_defaults_out() -> None:
    """A dataclass is printed as a call without its defaults."""
    source = literal(Parameter("n", default=1, checks=(Check("maximum", 1, "n.maximum"),)))

    assert source == 'Parameter("n", default=1, checks=(Check("maximum", 1, "n.maximum"), ))'


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *[
            ("n", "n"),
            ("class", "class_"),
            ("from", "from_"),
            ("a-b c", "a_b_c"),
            ("1x", "field_1x"),
            ("__init__", "init__"),
        ],
        *[("self", "self_"), ("", "field_"), ("\uff4e", "n"), ("type", "type"), ("größe", "größe"), ("None", "None_")],
    ],
)
def test_an_identifier(name: str, expected: str) -> None:
    """A name keeps its form as far as Python lets it."""
    assert identifier(name, {"self"}) == expected
    assert expected.isidentifier()
    assert not keyword.iskeyword(expected)


def test_identifiers_are_all_different() -> None:
    """Names that would be one in Python are told apart."""
    assert identifiers(["a-b", "a_b", "a b"]) == {"a-b": "a_b", "a_b": "a_b_2", "a b": "a_b_3"}
