"""The way in: credentials, media type and body, each judged by itself. A check returns a refusal, or None."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from email.message import Message
from typing import Any

from starlette.requests import Request

from images_contract import Access

from .errors import Refusal, no_key, not_json, too_large, wrong_key, wrong_media_type

# A sender that is cut off in mid-body sees a broken connection, not our answer; so bodies are read on, within reason.
PATIENCE = 64 * 1024 * 1024


def check_key(request: Request, key: str | None, access: Access) -> Refusal | None:
    """Judge the header of the key: one, the scheme (in any case) before the key where the document wants one."""
    if key is None:
        return None
    headers = request.headers.getlist(access.key_header)
    text = headers[0].strip() if len(headers) == 1 else ""
    scheme, _, token = text.partition(" ") if access.key_scheme else ("", "", text)
    token = token.strip()
    if scheme.lower() != access.key_scheme.lower() or not token or len(token.split()) > 1:
        return no_key(access)
    # latin-1 is how header bytes reach us; comparing bytes keeps the time constant.
    same = hmac.compare_digest(token.encode("latin-1", "replace"), key.encode("utf-8"))
    return None if same else wrong_key(access)


def check_media_type(headers: Mapping[str, str]) -> Refusal | None:
    """Judge the content type: application/json, in UTF-8 if it says so, and not compressed."""
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        return wrong_media_type(f"{headers.get('content-type', '')}, {headers['content-encoding']}")
    message = Message()
    message["content-type"] = headers.get("content-type", "")
    charset = message.get_param("charset", "utf-8")
    plain = str(charset).lower() in ("utf-8", "utf8") and message.get_content_type() == "application/json"
    return None if plain else wrong_media_type(headers.get("content-type", ""))


async def read_body(request: Request, limit: int) -> bytes | Refusal:
    """Return the body, or the refusal of one that is over the limit."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        elif size > PATIENCE:
            break
    return too_large(limit) if size > limit else b"".join(chunks)


def parse(raw: bytes) -> Any | Refusal:
    """Return the JSON value of a body, or the refusal of what is not JSON, not UTF-8 or not to be represented."""
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_no_such_number)
        # Lone surrogates and numbers such as 1e400 pass the parser and can be said in no answer.
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        return not_json("it is nested too deeply")
    except UnicodeDecodeError as error:
        return not_json(f"it is not UTF-8 at byte {error.start}")
    except UnicodeEncodeError:
        return not_json("it holds half of a surrogate pair")
    except json.JSONDecodeError as error:
        return not_json(f"{error.msg} at line {error.lineno}, column {error.colno}")
    except ValueError:
        return not_json("it holds a number that JSON lacks or that is out of range")
    return body


def _no_such_number(name: str) -> Any:
    raise ValueError(name)
