"""The border to whatever knows holders: a PID becomes the inputs of a circuit in the API process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Custodian(Protocol):
    """A source of holder records: the addresses of a provider, or the generated holder of the demo."""

    async def inputs(
        self, tenant: str, pid: str, circuit: Any, request: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Return the inputs of a `ServedCircuit` for a holder; `request` has the members context, scope, reveal, allowed, prohibited.

        Raises: Problem unknown-pid; Problem invalid-pid.
        """
        ...
