"""The JSON answer: which fields a model has stands in the document, what each of them says is worked out here."""

from __future__ import annotations

from typing import Any

from .jobs import Job

PREVIEW_TOKENS = 100
PIXELS_PER_TOKEN = 256
CHARACTERS_PER_TOKEN = 4


def payload(job: Job, images: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the body of a successful answer with these images."""
    return {"created": job.created, "data": images, **fields(job)}


def fields(job: Job) -> dict[str, Any]:
    """Return the optional fields that the job's model has."""
    known = facts(job)
    return {name: known[name] for name in job.model.fields if name in known}


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


def image(job: Job, index: int, carried: str) -> dict[str, Any]:
    """Return one image, its picture as base64 or as a URL, with whatever else the model tells about it."""
    item = {job.image_field: carried}
    if "revised_prompt" in job.model.image:
        item["revised_prompt"] = f"{job.prompt} (take {index + 1})"
    return item


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
