"""Azure's own path, query and header, from the document to the server, the suite and the SDK."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from click.testing import CliRunner, Result

from images_conformance.cli import main
from images_contract import Contract, ContractError
from images_reference_server import RunningServer, running
from images_sdkgen.generation import generate

KEY = "azure-key-0123456789"
BODY = {"prompt": "a cat", "model": "gpt-image-1", "size": "1024x1024", "quality": "low"}


@pytest.fixture(scope="module")
def contract() -> Contract:
    """The contract as Azure has it."""
    return Contract.load(dialect="azure-openai")


@pytest.fixture(scope="module")
def server(contract: Contract) -> Iterator[RunningServer]:
    """The reference server in Azure's place."""
    with running(contract.document, key=KEY) as running_server:
        yield running_server


def origin(server: RunningServer) -> str:
    """Return scheme, host and port of a server."""
    return server.base_url.partition("/openai")[0]


def check(url: str, *words: str) -> Result:
    """Check a deployment."""
    common = ["--dialect", "azure-openai", "--models", "dall-e-3", "--depth", "smoke", "--no-journal"]
    return CliRunner().invoke(main, ["check", url, *common, *words], env={"OPENAI_API_KEY": KEY})


def test_the_official_client_is_served(server: RunningServer) -> None:
    """AzureOpenAI of the official SDK finds any deployment, and sends the key and the version where they belong."""
    version = "2025-04-01-preview"
    with openai.AzureOpenAI(azure_endpoint=origin(server), api_key=KEY, api_version=version, max_retries=0) as client:
        answer = client.images.generate(model="gpt-image-1", prompt="a cat", size="1024x1024")
    wrong = openai.AzureOpenAI(azure_endpoint=origin(server), api_key="no", api_version=version, max_retries=0)
    with wrong, pytest.raises(openai.AuthenticationError):
        wrong.images.generate(model="gpt-image-1", prompt="a cat")

    assert answer.data
    assert answer.data[0].b64_json


def test_key_and_version_are_wanted(server: RunningServer) -> None:
    """A bearer token is no key here, and a request without the version finds nothing."""
    url = f"{server.base_url}/images/generations"
    version = {"api-version": "2025-04-01-preview"}
    bearer = httpx2.post(url, json=BODY, params=version, headers={"Authorization": f"Bearer {KEY}"})
    no_version = httpx2.post(url, json=BODY, headers={"api-key": KEY})

    assert (401, 404) == (bearer.status_code, no_version.status_code)
    assert "www-authenticate" not in bearer.headers


def test_the_suite_goes_the_same_way(server: RunningServer, tmp_path: Path) -> None:
    """`check` is conformant with a deployment's URL, also one that names a version, and shows how to reproduce."""
    result = check(
        f"{origin(server)}/openai/deployments/mine?api-version=2026-01-01", "--json", str(tmp_path / "r.json")
    )
    report = json.loads((tmp_path / "r.json").read_text())

    assert 0 == result.exit_code, result.output
    assert report["target"]["url"].endswith("/openai/deployments/mine/images/generations?api-version=2026-01-01")
    assert KEY not in result.output


def test_a_failure_is_reproduced_with_the_right_header(contract: Contract, tmp_path: Path) -> None:
    """The curl command of a failure has the header api-key, with the variable in it."""
    with running(contract.document, key=KEY, fault="envelope:no-message") as faulty:
        result = check(faulty.base_url, "--json", str(tmp_path / "r.json"))
    clauses = json.loads((tmp_path / "r.json").read_text())["clauses"]
    shown = [each for clause in clauses for each in clause["evidence"] if each["request"]["credential"] == "right"]

    assert 1 == result.exit_code, result.output
    assert shown
    assert all('-H "api-key: $OPENAI_API_KEY"' in each["curl"] for each in shown)
    assert all("Bearer" not in each["curl"] + each["python"] for each in shown)


def test_a_query_with_anything_else_is_refused() -> None:
    """A base URL may have the parameters that the contract names; another one may be a key, and is refused."""
    result = check("http://127.0.0.1:9/openai/deployments/mine?code=secret-4711")

    assert 2 == result.exit_code
    assert "no query but api-version" in result.output
    assert "secret-4711" not in result.output


def test_the_sdk_goes_the_same_way(
    contract: Contract, server: RunningServer, tmp_path: Path,
    import_client: Callable[[Path], AbstractContextManager[Any]],
) -> None:  # fmt: skip
    """The generated client sends header and version; it has no URL of its own, since every resource has another."""
    generate(contract, tmp_path / "client")
    with import_client(tmp_path / "client") as sdk:
        with sdk.Client(api_key=KEY, base_url=f"{origin(server)}/openai/deployments/mine") as client:
            answer = client.images.generate(model="gpt-image-1", prompt="a cat", size="1024x1024")
        with pytest.raises(sdk.ConfigurationError) as caught:
            sdk.Client(api_key=KEY)

    assert answer.data[0].b64_json
    assert "no base URL" in str(caught.value)


BAD = {
    "in: query, name: key": "must name a header",
    "in: cookie, name: key": "must name a header",
}


@pytest.mark.parametrize("place", BAD)
def test_a_key_in_a_url_is_no_contract(place: str, tmp_path: Path) -> None:
    """A security scheme that would write the key into URLs or cookies is told, with its place."""
    action = f"{{target: $.components.securitySchemes.bearer, update: {{type: apiKey, {place}}}}}"
    path = tmp_path / "key.overlay.yaml"
    path.write_text(f"overlay: 1.0.0\ninfo: {{title: K, version: 1.0.0}}\nactions: [{action}]\n")
    with pytest.raises(ContractError) as caught:
        Contract.load(dialect=path)

    assert BAD[place] in str(caught.value)
    assert "#/components/securitySchemes/bearer" in str(caught.value)
