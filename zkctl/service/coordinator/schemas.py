"""What requests carry: exactly these fields, of these types."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Body(BaseModel):
    """A JSON object without surprises."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Entrance(Body):
    """Somebody who wants to enter the queue; the signature is of `signing.queue_message`."""

    public_key: str = Field(max_length=200)
    name: str = Field(max_length=200)
    challenge: str = Field(max_length=64)
    signature: str = Field(max_length=200)


class Announcement(Body):
    """A key that is about to be sent, with its receipt."""

    n_bytes: int
    receipt: dict[str, Any]
