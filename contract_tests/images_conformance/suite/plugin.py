"""The hooks: options, a test per clause and model, property tests, and what is told at the end."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from pathlib import Path
from typing import Any

import pytest

from images_contract import ContractError

from ..errors import ConformanceError
from ..planning.plan import check_selection
from ..recordings.journal import Journal
from ..recordings.places import default_journal
from ..sending.target import is_free, read_key
from .ending import Ending
from .fixtures import SHARED, explored, report, result
from .options import add_options, read_options
from .properties import properties
from .sharing import Shared

__all__ = ["explored", "report", "result"]  # fixtures

JOURNAL, SESSION = "images_journal", "images_session"  # what the controller of xdist tells its workers
KEPT = 100  # runs that stay in a journal that nobody named: each property test is one


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `check` and `fuzz`."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Read the options, and find a journal for all processes."""
    config.addinivalue_line("markers", "fuzz: explores the server with drawn requests; left out unless chosen with -m")
    options, told = read_options(config), getattr(config, "workerinput", {})
    try:
        if not told and not config.option.collectonly:
            _check_access(options)
        journal = Path(told[JOURNAL]) if told else _journal(options, config)
        shared = Shared.of(options, journal, told.get(SESSION) or uuid.uuid4().hex)
        check_selection(shared.contract, shared.settings.selection)
    except (ConformanceError, ContractError) as error:
        raise pytest.UsageError(str(error)) from error
    config.stash[SHARED] = shared
    if not told:
        config.pluginmanager.register(Ending(shared))


def _check_access(options: dict[str, Any]) -> None:
    """Raise ConformanceError where there is no key, or no permission to spend money."""
    url = options["base_url"]
    if url is None:
        return
    if not is_free(url) and options["budget"] is None and not options["yes"]:
        raise ConformanceError(
            f"requests to {url} may cost money: set a ceiling with --budget USD, or pass --yes; "
            f"images-conformance check {url} --dry-run tells what the planned ones can cost"
        )
    read_key(options["api_key_env"], auth=not options["no_auth"])


def _journal(options: dict[str, Any], config: pytest.Config) -> Path:
    """Return the journal: the one that is named, one of this target, or one that goes with the embedded server."""
    path: Path | None = options["journal_file"]
    if path is None and options["base_url"] is None:
        folder = tempfile.mkdtemp(prefix="images-conformance-")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        return Path(folder) / "journal.sqlite"
    kept = path or default_journal(options["base_url"], "pytest")
    with Journal.open(kept) as journal:
        if path is None:
            journal.prune(KEPT)
    return kept


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist which journal and which session is ours."""
    shared = node.config.stash[SHARED]
    node.workerinput |= {JOURNAL: str(shared.journal), SESSION: shared.settings.session}


def pytest_report_header(config: pytest.Config) -> str:
    """Say what is judged by what."""
    shared = config.stash[SHARED]
    target = shared.options["base_url"] or "the embedded reference server"
    return f"images-conformance: {target}, contract {shared.contract.version}, {shared.settings.selection.phrase()}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of every clause, and one of every property, named as they are."""
    shared = metafunc.config.stash[SHARED]
    models = shared.settings.selection.models
    if "clause" in metafunc.fixturenames:
        clauses = [each for each in shared.contract.clauses if not models or each.model in (None, *models)]
        metafunc.parametrize("clause", clauses, ids=[clause.name for clause in clauses])
    if "subject" in metafunc.fixturenames:
        subjects = [each for each in properties(shared.contract) if not models or each.model in models]
        metafunc.parametrize("subject", subjects, ids=[subject.name for subject in subjects])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the property tests out unless they are chosen: they send other requests, which may cost as well."""
    fuzz = [item for item in items if item.get_closest_marker("fuzz")]
    if fuzz and "fuzz" not in config.option.markexpr:
        config.hook.pytest_deselected(items=fuzz)
        items[:] = [item for item in items if item not in fuzz]
