"""What can go wrong while a client is generated."""

from __future__ import annotations

from images_contract import ContractError


class GenerateError(ContractError):
    """The document is a sound contract, but no client can be made of it; the message says where and why."""
