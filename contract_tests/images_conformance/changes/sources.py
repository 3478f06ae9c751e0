"""Contracts to compare, from files or from git."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from images_contract import Contract, ContractError

from ..errors import ConformanceError

SHIPPED = "spec/openapi.yaml"  # what a bare revision means
DIALECTS = "spec/dialects"


def load(source: str, dialect: str | None = None) -> Contract:
    """Load a document: a file, `REVISION:PATH`, or a bare revision, which means its spec/openapi.yaml.

    A dialect is applied: an overlay file as it is; a name as the revision has it, or as it is shipped for a file.
    Raises ConformanceError or ContractError, a sentence that names the revision, for what cannot be read.
    """
    if Path(source).is_file():
        return Contract.load(source, dialect)
    revision, _, path = source.partition(":")
    if source.startswith("-"):
        raise ConformanceError(f"{source!r} is neither a file nor a git revision")
    with TemporaryDirectory() as folder:
        names: dict[str, str] = {}  # what the files here are called in git

        def fetched(wanted: str) -> Path:
            local = Path(folder, f"{len(names)}.yaml")
            local.write_bytes(_show(f"{revision}:{wanted}", source))
            names[str(local)] = f"{revision}:{wanted}"
            return local

        document = fetched(path or SHIPPED)
        named = dialect and not Path(dialect).is_file()
        overlay = fetched(f"{DIALECTS}/{dialect}.overlay.yaml") if named else dialect
        try:
            return Contract.load(document, overlay)
        except ContractError as error:
            raise _renamed(error, names) from None


def _renamed(error: ContractError, names: dict[str, str]) -> ContractError:
    """Return an error that speaks of files as git knows them."""
    problem, path = error.problem, str(error.path)
    for local, name in names.items():
        problem, path = problem.replace(local, name), path.replace(local, name)
    return type(error)(problem, path=path, pointer=error.pointer)


def _show(blob: str, source: str) -> bytes:
    """Return a file of a revision."""
    try:
        done = subprocess.run(["git", "cat-file", "blob", blob], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise ConformanceError(f"{source!r} is no file, and git, which might know it, is not installed") from error
    except ValueError as error:  # a name that no command can have
        raise ConformanceError(f"{source!r} is neither a file nor a git revision: {error}") from error
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        why = told[-1].removeprefix("fatal: ") if told else f"git ended with {done.returncode}"
        raise ConformanceError(f"{source!r} is neither a file nor a document in git ({blob}): {why}")
    return done.stdout
