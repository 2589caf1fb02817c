"""The bodies of requests: exactly these fields, of these types."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Body(BaseModel):
    """A JSON object without surprises."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class JoinRequest(Body):
    """A request to enter the queue; the signature is of `signing.QueueEntry`."""

    public_key: str = Field(max_length=200)
    name: str = Field(max_length=200)
    address: str = Field(max_length=2000)
    coordinator: str = Field(max_length=64)
    challenge: str = Field(max_length=64)
    signature: str = Field(max_length=200)
    invitation: str = Field(default="", max_length=100)


class UploadRequest(Body):
    """A key that is about to be sent, with its receipt."""

    n_bytes: int
    receipt: dict[str, Any]
