"""A defect of parameters, as data: proof systems, the policy of ceremonies and commands exchange it."""

from __future__ import annotations

from zkctl.runtime.records import record


@record
class Finding:
    """A defect: its stable id, a message, and whether it is refused or only reported."""

    id: str
    message: str
    refused: bool = True

    def __str__(self) -> str:
        return f"{self.message} [{self.id}]"
