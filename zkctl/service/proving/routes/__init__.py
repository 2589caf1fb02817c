"""The routes of the API, one module for each subject; each has a `router`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import APIRouter

    from zkctl.service.proving.service import Service

# modules of this package; those of PROVING are part of a prover only
ALWAYS = ("probes", "verify", "challenges", "circuits", "registry", "addresses", "documentation")
PROVING = ("generate", "jobs", "sealing")
ADMIN = (
    "administration",
    "flags",
    "ops",
)


def api_routers(service: Service) -> list[APIRouter]:
    """Return the routers of the API of a verifier, or of a prover."""
    return _routers((*ALWAYS, *(PROVING if service.can_prove else ())))


def admin_routers() -> list[APIRouter]:
    """Return the routers of the admin listener."""
    return _routers(ADMIN)


def _routers(names: tuple[str, ...]) -> list[APIRouter]:
    return [import_module(f"{__name__}.{name}").router for name in names]
