"""Certificates: the steps of a proof that outputs are unique, as data.

A step is a list: its name, then integers, strings and lists of them.  Decision 0064 defines the checker's
steps, which a file has, and 0040-lint.md those of the prover.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, TypeAlias

from zkctl.errors import CheckFailed, InputError
from zkctl.lint.checker import replay
from zkctl.lint.system import Form, System

Step: TypeAlias = "list[Any]"
Certificate: TypeAlias = "list[Step]"

REFUSALS = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
_NAME = re.compile(r"[a-z]{1,20}")  # of a step; the text of a file may have lines and be long
_DEEPEST = 900  # the checker refuses cases in so many cases


def write_certificate(steps: Certificate) -> str:
    """Return the steps as JSON; integers beyond 2^53 stay integers."""
    return json.dumps(steps, separators=(",", ":"))


def read_certificate(text: str) -> Certificate:
    """Return the steps of a JSON text.

    Raises: InputError if the text is not a list of lists that begin with a name.
    """
    if _nesting(text) > _DEEPEST:
        raise InputError(f"the certificate has lists in more than {_DEEPEST} lists")
    try:
        steps = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError("the certificate is not JSON") from None
    if not isinstance(steps, list) or not all(_is_step(step) for step in steps):
        raise InputError(
            "the certificate is not a list of steps: expected lists that begin with a name"
        )
    return steps


def proved_outputs(system: System, certificate: Certificate) -> frozenset[int]:
    """Return the outputs that a certificate proves unique.  Raises: CheckFailed naming the first step that does not hold."""
    reached: list[Step] = []

    def steps() -> Iterator[Step]:
        for step in certificate:
            reached.append(step)
            yield step

    try:
        return replay(system, steps())
    except (CheckFailed, *REFUSALS) as problem:
        step = reached[-1] if reached else None
        name = str(step[0] if isinstance(step, list) and step else step)
        shown = name if _NAME.fullmatch(name) else "unknown"
        where = f"step {len(reached) - 1} ({shown}) of the certificate"
        raise CheckFailed("a condition of the step does not hold", where=where) from problem


def _nesting(text: str) -> int:
    """Return how many lists are open at once, at most; a limit of Python's own may be too high for its stack."""
    steps = (1 if bracket == "[" else -1 for bracket in re.findall(r"[\[\]]", text))
    return max(accumulate(steps), default=0)


def _is_step(step: object) -> bool:
    return isinstance(step, list) and bool(step) and isinstance(step[0], str)


def terms(form: Form) -> list[list[int]]:
    """Return a linear form in the notation of steps: pairs of wire and coefficient, by wire."""
    return [[wire, form[wire]] for wire in sorted(form)]
