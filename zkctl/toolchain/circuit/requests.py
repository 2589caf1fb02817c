"""Requests for the computation of witnesses."""

from __future__ import annotations

from pathlib import Path

from zkctl.runtime.records import record

DEFAULT_SECONDS = 600
DEFAULT_MIB = 1024


@record
class WasmLimits:
    """The bounds of one run of a circom .wasm.  Units: seconds; MiB, with tables and wires."""

    time_limit: int = DEFAULT_SECONDS
    memory_limit: int = DEFAULT_MIB


@record
class BatchChoices:
    """The choices of a batch.

    `keep_going` writes the witnesses of the other lines if one fails; `r1cs` and `reduce` as for `calculate_witness`.
    """

    r1cs: Path | None = None
    keep_going: bool = False
    reduce: bool = False


USUAL_LIMITS = WasmLimits()
USUAL_CHOICES = BatchChoices()
