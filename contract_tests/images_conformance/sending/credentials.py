"""What goes into the header of the key, and how it is kept out of everything that is recorded."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ..exchange import Credential, Exchange

MISSING: frozenset[Credential] = frozenset({"none"})
MALFORMED: frozenset[Credential] = frozenset({"malformed", "no scheme", "other scheme", "empty"})
WRONG: frozenset[Credential] = frozenset({"wrong", "truncated", "extended", "other case"})
DENIED = frozenset({401, 402, 403})  # to a request with the right key: the account may not, whatever the contract says

REDACTED = b"[the key stood here]"
# A short key may be a word like any other: where it comes back, it may mean something else. Shorter ones are no
# secrets but what people write where a server wants none: x, none, EMPTY.
SHORT, SHORTEST, REDACTED_SHORT = 12, 6, b"[a word that is the key]"


@dataclass(frozen=True)
class Key:
    """An API key, or None for a server without keys; `repr` does not show it."""

    value: str | None = field(repr=False)
    scheme: str = "Bearer"  # the word before the key; empty where the header holds nothing else

    def authorization(self, credential: Credential) -> str | None:
        """Return what stands in the header for the key, of a kind; None for no header."""
        key = self.value
        if credential in WRONG:
            return f"{self.scheme} {self._wrong(credential)}".strip()
        if key is None or credential == "none":
            return {"malformed": "NotAScheme", "empty": self.scheme}.get(credential)
        headers: dict[str, str] = {
            "right": f"{self.scheme} {key}".strip(),
            "unknown": f"{self.scheme} {key}".strip(),
            "lower-case scheme": f"{self.scheme.lower()} {key}".strip(),
            "no scheme": key,
            "other scheme": f"Token {key}",
            "malformed": "NotAScheme",
            "empty": self.scheme,
        }
        return headers[credential]

    def _wrong(self, credential: Credential) -> str:
        key = self.value or ""
        near = {"truncated": key[:-1], "extended": f"{key}x", "other case": key.swapcase()}.get(credential, key)
        return near if near and near != key else f"sk-{secrets.token_hex(16)}"

    def blot(self, data: bytes, authorization: str | None) -> bytes:
        """Return what came back without the key and the token that was sent, and without any half of either.

        Servers may show the ends of a key, to say which one they mean.
        """
        sent = (authorization or "").rpartition(" ")[2]
        return _without(data, {self.value or "", sent if sent not in (self.scheme, "NotAScheme") else ""})


@dataclass(frozen=True)
class Secrets:
    """What a request that others sent gives away in its headers; `repr` does not show it."""

    tokens: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, headers: Iterable[tuple[str, str]]) -> Secrets:
        """Return the token of the Authorization header, and what other headers hold that may be a secret."""
        found = {name.lower(): text.strip().rpartition(" ")[2] for name, text in headers if _SECRET.search(name)}
        if found.get("authorization", "").lower() in _SCHEMES:
            del found["authorization"]
        return cls(frozenset(token for name, token in found.items() if name == "authorization" or len(token) >= SHORT))

    def blot(self, data: bytes) -> bytes:
        """Return what was sent or came back without the secrets."""
        return _without(data, self.tokens)

    def blotted(self, exchange: Exchange) -> Exchange:
        """Return an exchange without them in what came back."""
        response, failure = exchange.response, exchange.failure and self._blot_text(exchange.failure)
        if response is not None:
            headers = tuple((name, self._blot_text(text)) for name, text in response.headers)
            response = replace(response, headers=headers, body=self.blot(response.body))
        return replace(exchange, response=response, failure=failure)

    def _blot_text(self, text: str) -> str:
        return self.blot(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


_SCHEMES = ("basic", "bearer", "digest", "token")
_SECRET = re.compile(r"(^|-)(authorization|cookie|secret|token|apikey|(?<!idempotency-)key)$", re.IGNORECASE)


def after(credential: Credential, status: int) -> Credential:
    """Return what is known of the credential of a request that others sent, once it was answered with a status."""
    return "unknown" if credential in ("right", "lower-case scheme") and status in DENIED else credential


def credential_of(headers: Iterable[tuple[str, str]]) -> Credential:
    """Return what the Authorization header of a request is by its form; whether its key is good only a server knows.

    Where there is none but a secret stands in another header, it is taken for the key.
    """
    given = {name.lower(): text for name, text in headers}
    if "authorization" not in given:
        return "right" if any(map(_SECRET.search, given)) else "none"
    scheme, _, token = given["authorization"].strip().partition(" ")
    if scheme.lower() != "bearer":
        return "other scheme" if token else "no scheme"
    if not token or " " in token.strip():
        return "malformed" if token else "empty"
    return "right" if scheme == "Bearer" else "lower-case scheme"


def _without(data: bytes, tokens: Iterable[str]) -> bytes:
    """Return data without tokens; a short one goes where it is a word of its own, as its letters may be anywhere."""
    for token in sorted(tokens, key=len, reverse=True):
        word = token.encode("utf-8", "surrogatepass")
        if len(token) >= SHORT:
            data = data.replace(word, REDACTED)
            data = _without_halves(data, word) if len(token) >= 2 * SHORT else data
        elif len(token) >= SHORTEST:
            data = re.sub(_WORD % re.escape(word), REDACTED_SHORT, data)
    return data


_WORD = rb"(?<![A-Za-z0-9+/])%b(?![A-Za-z0-9+/=])"  # not within base64


def _without_halves(data: bytes, token: bytes) -> bytes:
    """Return data without any run of at least half of a token."""
    half = (len(token) + 1) // 2
    block = (half + 1) // 2  # every run of a half holds one of these blocks whole: a quick look, for large bodies
    if not any(token[start : start + block] in data for start in range(0, len(token) - block + 1, block)):
        return data
    for length in range(len(token) - 1, half - 1, -1):
        for start in range(len(token) - length + 1):
            data = data.replace(token[start : start + length], REDACTED)
    return data
