"""What goes into the Authorization header, and how it is kept out of everything that is recorded."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from .exchange import Credential

MISSING: frozenset[Credential] = frozenset({"none"})
MALFORMED: frozenset[Credential] = frozenset({"malformed", "no scheme", "other scheme", "empty"})
WRONG: frozenset[Credential] = frozenset({"wrong", "truncated", "extended", "other case"})
DENIED = frozenset({401, 402, 403})  # to a request with the right key: the account may not, whatever the contract says

REDACTED = b"[the key stood here]"
# A short key may be a word like any other: where it comes back, it may mean something else.
SHORT, REDACTED_SHORT = 12, b"[a word that is the key]"


@dataclass(frozen=True)
class Key:
    """An API key, or None for a server without keys; `repr` does not show it."""

    value: str | None = field(repr=False)

    def authorization(self, credential: Credential) -> str | None:
        """Return an Authorization header of a kind; None for no header."""
        key = self.value
        if credential in WRONG:
            return f"Bearer {self._wrong(credential)}"
        if key is None or credential == "none":
            return {"malformed": "NotAScheme", "empty": "Bearer"}.get(credential)
        headers: dict[str, str] = {
            "right": f"Bearer {key}",
            "lower-case scheme": f"bearer {key}",
            "no scheme": key,
            "other scheme": f"Token {key}",
            "malformed": "NotAScheme",
            "empty": "Bearer",
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
        tokens = {self.value or "", sent if sent not in ("Bearer", "NotAScheme") else ""}
        for token in sorted(filter(None, tokens), key=len, reverse=True):
            data = data.replace(token.encode(), REDACTED if len(token) >= SHORT else REDACTED_SHORT)
            data = _without_halves(data, token.encode()) if len(token) >= 2 * SHORT else data
        return data


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
