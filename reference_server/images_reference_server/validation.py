"""Requests judged by a JSON Schema library, straight from the document and by none of the contract's own rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from images_contract import validator

from .catalogue import Catalogue, Document, Model
from .errors import Refusal, no_model, no_such_model
from .messages import refusal

Verdict = Model | Refusal


class Validation:
    """Says of any JSON value which model serves it, or why none does.

    `open_absent`: a request without `model` is served as well when only some of the models accept it. `nameless` judges
    those requests instead, if there is such a one.
    """

    def __init__(
        self, document: Document, catalogue: Catalogue, *, open_absent: bool = True, nameless: Validation | None = None
    ) -> None:
        self._document = document
        self.catalogue = catalogue
        self.nameless = nameless or self
        self.open_absent = open_absent
        every = [*catalogue.models, *filter(None, [catalogue.absent])]
        self._validators = {model.pointer: validator(document, model.pointer) for model in every}

    def judge(self, body: Any) -> Verdict:
        """Return the model that serves a body, or the refusal that blames the parameter which breaks a rule."""
        if not isinstance(body, dict) or "model" not in body:
            return self.nameless._judge_absent(body)
        if not isinstance(body["model"], str):
            return self._check(self.catalogue.models[0], body)
        model = self.catalogue.model(body["model"])
        return self._check(model, body) if model else no_such_model(body["model"])

    def _check(self, model: Model, body: Any) -> Verdict:
        try:
            errors = list(self._validators[model.pointer].iter_errors(body))
        except ValueError as error:  # nested deeper than the library goes
            return Refusal(400, f"Invalid body: {error}.", code="invalid_value")
        return refusal(self._document, model, errors) if errors else model

    def _judge_absent(self, body: Any) -> Verdict:
        if self.catalogue.absent is None and isinstance(body, dict):
            return no_model()
        chosen = next((model for model in self.catalogue.models if self._serves(model, body)), None)
        if chosen and self.open_absent:
            return chosen
        verdict = self._check(self.catalogue.absent or self.catalogue.models[0], body)
        return verdict if isinstance(verdict, Refusal) else chosen or self.catalogue.models[0]

    def _serves(self, model: Model, body: Any) -> bool:
        if not isinstance(body, Mapping):
            return False
        return isinstance(self._check(model, {**body, "model": model.name}), Model)
