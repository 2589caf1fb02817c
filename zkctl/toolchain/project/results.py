"""The results of `zkctl test`."""

from __future__ import annotations

from zkctl.runtime.records import made_by, record


@record
class CaseResult:
    """A file of inputs, or, with no file, a circuit that could not be tried.

    `message` says why it failed, or how a bad input was refused; neither it nor `where` has a value.
    """

    circuit: str
    file: str
    passed: bool
    message: str
    where: str
    seconds: float


@record
class CasesSummary:
    """All results, circuit by circuit, files by name."""

    n_cases: int
    n_failed: int
    cases: list[CaseResult]
    files: list[str] = made_by(list)
