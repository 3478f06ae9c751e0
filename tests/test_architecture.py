"""The shape of the house: who imports whom, what packages show, what code may not know."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from images_contract import Contract

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    "images_contract": ROOT / "spec/images_contract",
    "images_sdkgen": ROOT / "generator/images_sdkgen",
    "images_client": ROOT / "generated_client/images_client",
    "images_conformance": ROOT / "contract_tests/images_conformance",
    "images_reference_server": ROOT / "reference_server/images_reference_server",
}
HAND_WRITTEN = ["images_contract", "images_sdkgen", "images_conformance", "images_reference_server"]
MAY_IMPORT = {
    "images_contract": set(),
    "images_sdkgen": {"images_contract"},
    "images_client": set(),
    "images_conformance": {"images_contract", "images_reference_server"},
    "images_reference_server": {"images_contract"},
}


def sources(package: str) -> list[Path]:
    """The Python files of a package, the generator's runtime modules included."""
    return sorted(PACKAGES[package].rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every top-level package that a file imports, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module.split(".")[0]


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_point_one_way(package: str) -> None:
    """A package imports of ours only what it may."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources(package)
        for line, name in imports(path)
        if name in PACKAGES and name != package and name not in MAY_IMPORT[package]
    ]

    assert [] == wrong


@pytest.mark.parametrize(
    "package", ["images_contract", "images_client", "images_reference_server", "images_conformance"]
)
def test_one_public_door(package: str) -> None:
    """`__all__` is sorted, constants first, and every name in it is there."""
    module = importlib.import_module(package)

    assert sorted(module.__all__, key=lambda name: (not name.isupper(), name)) == list(module.__all__)
    assert [] == [name for name in module.__all__ if not hasattr(module, name)]


@pytest.mark.parametrize(
    "package", ["images_contract", "images_sdkgen", "images_conformance", "images_reference_server"]
)
def test_no_rule_of_the_contract_is_typed_in_code(package: str) -> None:
    """No model name stands in code: the document alone knows models."""
    models = [re.compile(rf"\b{re.escape(name)}\b") for name in Contract.load().models]
    wrong = [
        f"{path.relative_to(ROOT)}: {text!r}"
        for path in sources(package)
        for text in _strings_of_code(path)
        if any(model.search(text) for model in models)
    ]

    assert [] == wrong


def _strings_of_code(path: Path) -> Iterator[str]:
    """String literals that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value
