"""What the classes of answers are derived from, and what these bases must know of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from openapi_python_client.strings import ClassName

from images_contract import Contract

from .pictures import picture, places


@dataclass(frozen=True)
class Base:
    """A class of the runtime: its name, the members that no field may hide, and the wire names that it must know."""

    name: str
    members: frozenset[str] = frozenset()
    fields: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict[str, str | tuple[str, ...]])

    def constants(self, names: Mapping[str, str]) -> dict[str, str | tuple[str, ...]]:
        """Return what a class tells its base, by the Python names of its fields."""
        return {
            constant: names[wire] if isinstance(wire, str) else tuple(names[each] for each in wire)
            for constant, wire in self.fields.items()
        }


_PICTURE = frozenset(
    {"path", "bytes", "abytes", "save", "asave", "open", "remote_url", "save_with", "asave_with"}
    | {"base64_field", "url_field", "downloads"}
)
_PICTURES = frozenset({"pictures", "picture_fields", "downloads", "save_all", "asave_all"})


def base_of(contract: Contract, class_name: str, *, is_answer: bool) -> Base:
    """Return the base of a class that the engine makes of a component schema, or of one inside it."""
    schemas = contract.document.get("components", {}).get("schemas", {})
    schema = next((each for name, each in schemas.items() if str(ClassName(name, "field_")) == class_name), None)
    if is_answer and (found := places(contract, schema)):
        return Base("BasePictures", _PICTURES, {"picture_fields": tuple(str(place[0]) for place in found)})
    if is_answer:
        return Base("Answer")
    if found_picture := picture(contract, schema):
        url = {"url_field": found_picture.url} if found_picture.url else {}
        return Base("BasePicture", _PICTURE, {"base64_field": found_picture.base64, **url})
    return Base("ResponseModel")
