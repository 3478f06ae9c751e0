"""Faults in the pictures themselves: their size, format and transparency."""

from __future__ import annotations

from dataclasses import replace

from ...jobs import AUTO, OPAQUE, Job
from ...pictures import ALPHA, NO_ALPHA, OPAQUE_ALPHA, Sketch
from ...seams import Call
from .registry import every, fault, several, taking


def _other_format(sketch: Sketch) -> Sketch:
    return replace(sketch, output_format="webp" if sketch.output_format == "png" else "png")


@fault("pixels", "sketch")
def size_fixed(sketch: Sketch, call: Call) -> Sketch:
    """Every picture is 1024x1024."""
    return replace(sketch, size=(1024, 1024))


@fault("pixels", "sketch")
def small(sketch: Sketch, call: Call) -> Sketch:
    """Every picture is 512x512."""
    return replace(sketch, size=(512, 512))


@fault("pixels", "sketch")
def sides_swapped(sketch: Sketch, call: Call) -> Sketch:
    """Width and height of a picture are swapped."""
    return replace(sketch, size=(sketch.size[1], sketch.size[0]))


@fault("pixels", "sketch")
def one_off(sketch: Sketch, call: Call) -> Sketch:
    """A picture is one pixel too wide."""
    return replace(sketch, size=(sketch.size[0] + 1, sketch.size[1]))


@fault("pixels", "sketch")
def half_size(sketch: Sketch, call: Call) -> Sketch:
    """A picture has half the width and height."""
    return replace(sketch, size=(sketch.size[0] // 2, sketch.size[1] // 2))


@fault("pixels", "sketch", each=every)
def auto_is_tiny(sketch: Sketch, call: Call) -> Sketch:
    """Where the size is the server's choice, a picture is 100x100."""
    return replace(sketch, size=(100, 100)) if call.members.get("size", AUTO) == AUTO else sketch


@fault("pixels", "sketch", each=every)
def halved_where_asked(sketch: Sketch, call: Call) -> Sketch:
    """A picture has half the width and height that were asked for."""
    half = (sketch.size[0] // 2, sketch.size[1] // 2)
    return sketch if call.members.get("size", AUTO) == AUTO else replace(sketch, size=half)


@fault("pixels", "sketch")
def portrait_is_square(sketch: Sketch, call: Call) -> Sketch:
    """A picture that is to be higher than wide is a square."""
    width, height = sketch.size
    return replace(sketch, size=(width, width)) if height > width else sketch


@fault("pixels", "sketch")
def small_in_base64(sketch: Sketch, call: Call) -> Sketch:
    """Pictures that come as base64 are thumbnails."""
    carried = call.job.image_field if call.job else ""
    return replace(sketch, size=(64, 64)) if carried == "b64_json" else sketch


@fault("pixels", "sketch")
def square_in_best_quality(sketch: Sketch, call: Call) -> Sketch:
    """In the best quality every picture is a square."""
    choices = call.job.model.choices("quality") if call.job else ()
    best = call.members.get("quality") in [value for value in choices if value != AUTO][:1]
    return replace(sketch, size=(min(sketch.size), min(sketch.size))) if best else sketch


@fault("pixels", "sketch")
def last_one_small(sketch: Sketch, call: Call) -> Sketch:
    """Of several pictures, all but the first are thumbnails."""
    return replace(sketch, size=(64, 64)) if sketch.index else sketch


@fault("pixels", "sketch", each=taking("output_format"))
def format_wrong(sketch: Sketch, call: Call) -> Sketch:
    """A picture is in another format than asked for."""
    return _other_format(sketch)


@fault("pixels", "sketch")
def always_png(sketch: Sketch, call: Call) -> Sketch:
    """Every picture is a png."""
    return replace(sketch, output_format="png")


@fault("pixels", "sketch")
def webp_is_png(sketch: Sketch, call: Call) -> Sketch:
    """Who asks for webp gets png."""
    return replace(sketch, output_format="png") if sketch.output_format == "webp" else sketch


@fault("pixels", "sketch", each=taking("background"))
def no_alpha(sketch: Sketch, call: Call) -> Sketch:
    """A transparent picture has no alpha channel."""
    return replace(sketch, alpha=NO_ALPHA)


@fault("pixels", "sketch")
def opaque_alpha(sketch: Sketch, call: Call) -> Sketch:
    """A transparent picture has an alpha channel that is opaque all over."""
    return replace(sketch, alpha=OPAQUE_ALPHA) if sketch.alpha == ALPHA else sketch


@fault("pixels", "sketch")
def opaque_in_webp(sketch: Sketch, call: Call) -> Sketch:
    """A transparent picture is opaque where it is a webp."""
    return replace(sketch, alpha=NO_ALPHA) if sketch.output_format == "webp" else sketch


@fault("pixels", "sketch")
def transparent_when_opaque(sketch: Sketch, call: Call) -> Sketch:
    """A picture is see-through although an opaque one is asked for."""
    return replace(sketch, alpha=ALPHA) if sketch.output_format != "jpeg" else sketch


@fault("pixels", "sketch", level="should", each=several)
def all_alike(sketch: Sketch, call: Call) -> Sketch:
    """All pictures of a request are the same."""
    return replace(sketch, index=0)


@fault("pixels", "sketch", each=taking("background"))
def holes_where_opaque_is_asked(sketch: Sketch, call: Call) -> Sketch:
    """Who asks for an opaque picture gets one with holes, unless it is a jpeg."""
    opaque = call.members.get("background") == OPAQUE and sketch.output_format != "jpeg"
    return replace(sketch, alpha=ALPHA) if opaque else sketch


@fault("pixels", "sketch")
def webp_by_default(sketch: Sketch, call: Call) -> Sketch:
    """Who does not say a format gets webp."""
    return sketch if "output_format" in call.members else replace(sketch, output_format="webp")


@fault("pixels", "job")
def size_ignored(job: Job, call: Call) -> Job:
    """Size is ignored, and the answer says so: it is always the first size of the model."""
    return Job.from_request(job.model, {name: value for name, value in call.members.items() if name != "size"})


@fault("pixels", "job")
def format_ignored(job: Job, call: Call) -> Job:
    """output_format is ignored, and the answer says so."""
    body = {name: value for name, value in call.members.items() if name != "output_format"}
    return Job.from_request(job.model, body)


@fault("pixels", "job")
def background_ignored(job: Job, call: Call) -> Job:
    """background is ignored, and the answer says so."""
    return Job.from_request(job.model, {name: value for name, value in call.members.items() if name != "background"})
