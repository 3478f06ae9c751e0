"""The JSON answer: which fields a model has stands in the document, what each of them says is worked out here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .catalogue import Document, Schema
from .jobs import Job
from .samples import sample

CARRIERS = ("b64_json", "url")  # the members that carry a picture, one of the two
PREVIEW_TOKENS = 100
PIXELS_PER_TOKEN = 256
CHARACTERS_PER_TOKEN = 4


def payload(document: Document, job: Job, images: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the body of a successful answer with these images: the fields that its model has, and those required."""
    known = {"created": job.created, "data": images, **facts(job)}
    return completed(document, job.model.answer, ("created", "data", *job.model.fields), known)


def completed(document: Document, schema: Schema, names: Iterable[str], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that are named or required, in this order: what is known, else a value of their schema."""
    properties = schema.get("properties", {})
    wanted = [name for name in dict.fromkeys([*names, *schema.get("required", ())]) if name in {**properties, **known}]
    return {name: known[name] if name in known else sample(document, properties[name], name) for name in wanted}


def facts(job: Job) -> dict[str, Any]:
    """Return everything that an answer or an event may tell about a job."""
    told = {
        "background": job.background,
        "output_format": job.output_format,
        "quality": job.quality,
        "size": job.size_text,
        "usage": usage(job),
    }
    return {name: value for name, value in told.items() if value is not None}


def image(document: Document, job: Job, index: int, carried: str) -> dict[str, Any]:
    """Return one image, its picture as base64 or as a URL, with whatever else the model tells about it."""
    known = {job.image_field: carried, "revised_prompt": f"{job.prompt} (take {index + 1})"}
    names = [job.image_field, *(name for name in job.model.image if name not in CARRIERS)]
    return completed(document, job.model.picture, names, known)


def usage(job: Job) -> dict[str, Any]:
    """Return the tokens of a job, summed over its images."""
    text = max(1, len(job.prompt) // CHARACTERS_PER_TOKEN) * job.count
    previews = PREVIEW_TOKENS * job.previews if job.stream else 0
    drawn = (job.size[0] * job.size[1] // PIXELS_PER_TOKEN + previews) * job.count
    return {
        "input_tokens": text,
        "input_tokens_details": {"image_tokens": 0, "text_tokens": text},
        "output_tokens": drawn,
        "output_tokens_details": {"image_tokens": drawn, "text_tokens": 0},
        "total_tokens": text + drawn,
    }
