"""The client of the proving and verifying service; needs nothing but zkctl.

    from zkctl.client import ServiceClient

    service = ServiceClient("https://zkp.example.org", key=os.environ["ZKCTL_API_KEY"])
    verdict = service.verify(bundle)

It waits on the server with `Prefer: wait`, honours `Retry-After`, and repeats only requests that may be repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zkctl.client.service_client import Proved as Proved
    from zkctl.client.service_client import ServiceClient as ServiceClient

__all__ = ["Proved", "ServiceClient"]


def __getattr__(name: str) -> Any:
    """Load the client when it is used."""
    if name in __all__:
        from zkctl.client import service_client

        return getattr(service_client, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
