"""What a client's calls come to, told to who runs it as a line of JSON each."""

import json
import os
from collections.abc import Callable

BASE_URL = os.environ["OPENAI_BASE_URL"]
PROMPT = "A lighthouse in the fog, from a client that nobody here wrote"


def attempt(call: str, made: Callable[[], str]) -> None:
    """Make a call and tell what it returned, or what the client raised."""
    try:
        outcome = made()
    except Exception as error:
        outcome = refusal(error) if hasattr(error, "status_code") else f"{type(error).__name__}: {str(error)[:100]}"
    print(json.dumps([call, outcome]), flush=True)


def refusal(error) -> str:
    """What a client tells of a refusal: status and blamed parameter, where it has them."""
    return f"{type(error).__name__} {error.status_code}, {getattr(error, 'param', None) or 'no parameter named'}"


def told(answer) -> str:
    """How many images an answer has, and in which form they came."""
    forms = ["base64" if image.b64_json else "a URL" if image.url else "nothing" for image in answer.data]
    return ", ".join(f"{forms.count(form)} x {form}" for form in dict.fromkeys(forms)) or "no image"


def kind(event) -> str:
    """What an event of a stream is."""
    return event.type.removeprefix("image_generation.")
