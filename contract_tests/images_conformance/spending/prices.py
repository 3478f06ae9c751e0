"""What a request costs at most, also when a server serves what it should have refused."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from images_contract import ABSENT, Contract, ContractError
from images_contract.reading import read_yaml

from ..errors import PriceError
from ..exchange import Request

SHIPPED = Path(__file__).with_name("prices.yaml")


@dataclass(frozen=True)
class Price:
    """What one image costs where the request has all the values of `when`."""

    when: Mapping[str, Any]
    usd: float


@dataclass(frozen=True)
class ModelPrices:
    """The prices of one model, with their source and date."""

    prices: tuple[Price, ...]
    partial_image: float
    text_token: float
    source: str
    date: str

    def image(self, values: Mapping[str, Any]) -> float:
        """Return the price of one image: the dearest entry that the values do not rule out."""
        known = {name: {price.when[name] for price in self.prices if name in price.when} for name in self._names()}
        fixed = {name: values[name] for name in known if _hashable(values.get(name)) in known[name]}
        fitting = [p.usd for p in self.prices if all(p.when.get(name, value) == value for name, value in fixed.items())]
        return max(fitting or [price.usd for price in self.prices])

    def _names(self) -> set[str]:
        return {name for price in self.prices for name in price.when}


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str | int | float) else None


@dataclass(frozen=True)
class Prices:
    """Prices by model; `unknown` is what an image of a model without a price costs, None where that is an error."""

    models: Mapping[str, ModelPrices]
    unknown: float | None = None

    @classmethod
    def load(cls, override: Path | None = None, unknown: float | None = None) -> Prices:
        """Read the shipped prices and, over them, a file of the user's; raises PriceError for a malformed one."""
        models: dict[str, ModelPrices] = {}
        for path in (SHIPPED, override):
            if path is not None:
                models |= _read(path)
        return cls(models, unknown)

    def worst_case(self, contract: Contract, request: Request) -> float:
        """Return what a request can cost at most, in USD; raises PriceError where a model has no price."""
        body = _plain_body(request.body)
        name = body.get(contract.discriminator)
        named = [name] if isinstance(name, str) and name in contract.models else [*contract.models]
        return max(self._of_model(contract, model, body, len(request.body)) for model in named)

    def _of_model(self, contract: Contract, model: str, body: Mapping[str, Any], size: int) -> float:
        count = asked_for(body.get("n"))
        prices = self.models.get(model)
        if prices is None:
            if self.unknown is None:
                raise PriceError(
                    f"no price is known for model {model!r}; add it to a file and pass --prices FILE, "
                    "or pass --unknown-price USD"
                )
            return count * self.unknown
        parameters = contract.profiles[model].parameters.values()
        defaults = {} if _GUESSED in body else {parameter.name: parameter.default for parameter in parameters}
        partials = asked_for(body.get("partial_images"), least=0)
        image = prices.image({**defaults, **body}) + partials * prices.partial_image
        return count * image + size * prices.text_token  # no token is shorter than a byte

    def unpriced(self, contract: Contract) -> list[str]:
        """Return the models of a contract that have no price."""
        return [name for name in contract.models if name not in self.models and name != ABSENT]


def _plain_body(data: bytes) -> dict[str, Any]:
    """Return a body as an object. Of what servers may read in several ways, only the counts, at their highest."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise ValueError("a key twice")
        return dict(pairs)

    try:
        body = json.loads(data.decode(), object_pairs_hook=once)
        return body if isinstance(body, dict) else {}
    except (ValueError, RecursionError):
        found = {name: re.findall(_COUNTED % name.encode(), data) for name in ("n", "partial_images")}
        counts = {name: max(asked_for(each.decode()) for each in values) for name, values in found.items() if values}
        return {**counts, _GUESSED: True}


_COUNTED = rb'"%s"\s*:\s*"?([0-9.eE+]+)'
_GUESSED = "\0"  # marks a body of which not even the defaults are sure
MOST = 1000  # images that any server makes at once, whatever it is told


def asked_for(value: Any, least: int = 1) -> int:
    """Return how many images a server could read out of a value, sensible or not."""
    try:
        number = float(value) if isinstance(value, int | float | str) else float(least)
    except ValueError:
        number = float(least)
    except OverflowError:
        number = float(MOST)
    return max(least, math.ceil(min(number, MOST))) if math.isfinite(number) else least


def _read(path: Path) -> dict[str, ModelPrices]:
    try:
        _, data = read_yaml(path)
    except ContractError as error:
        raise PriceError(str(error)) from error
    if not isinstance(data, dict):
        raise PriceError(f"{path}: must map model names to prices")
    return {model: _model(path, model, entry) for model, entry in data.items()}


def _model(path: Path, model: str, entry: Any) -> ModelPrices:
    try:
        prices = tuple(
            Price({k: v for k, v in each.items() if k != "usd"}, _usd(each["usd"])) for each in entry["prices"]
        )
        if not prices:
            raise ValueError("prices is empty")
        partial, token = _usd(entry.get("partial_image", 0)), _usd(entry.get("text_token", 0))
        return ModelPrices(prices, partial, token, str(entry.get("source", path)), str(entry.get("date", "")))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        problem = f"{type(error).__name__}: {error}"
        raise PriceError(
            f"{path}: {model}: {problem}; each entry of prices needs usd, a number of at least 0"
        ) from error


def _usd(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise ValueError(f"usd is {value!r}")
    return float(value)
