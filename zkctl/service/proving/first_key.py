"""The key that the first start on loopback makes and shows once."""

from __future__ import annotations

from zkctl.service.proving.settings import ServiceSettings


async def first_key(_settings: ServiceSettings, _pepper: bytes) -> str:
    """Return a new key if there is none yet, else nothing."""
    return ""
