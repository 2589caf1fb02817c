"""Errors that the author's own `try` would swallow: the constraint that raised one would be missing, so the circuit is refused.

Each error of the language is noted with the circuit being built; an error still noted when the circuit is finished was caught on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from zkctl.errors import CircuitError, UnsatisfiedError, ZkctlError

_NOTED: ContextVar[list[ZkctlError] | None] = ContextVar("zkctl_errors", default=None)


def note(error: ZkctlError) -> None:
    """Note an error that is about to be raised with the circuit being built, if any."""
    noted = _NOTED.get()
    if noted is not None:
        noted.append(error)


@contextmanager
def noting(errors: list[ZkctlError]) -> Iterator[None]:
    """Collect the errors that are raised inside in a list."""
    token = _NOTED.set(errors)
    try:
        yield
    finally:
        _NOTED.reset(token)


@contextmanager
def attempt() -> Iterator[None]:
    """Forget the errors noted inside if it fails: the language itself tries this and does something else then."""
    noted = _NOTED.get()
    before = len(noted or ())
    try:
        yield
    except BaseException:
        if noted is not None:
            del noted[before:]
        raise


class Definition(Protocol):
    """A gadget: its name, and where it is defined."""

    @property
    def name(self) -> str:
        """The name of the function."""

    @property
    def place(self) -> str:
        """The place of the definition."""


@contextmanager
def whole(gadget: Definition, errors: list[ZkctlError]) -> Iterator[None]:
    """Note what leaves the body of a stamped gadget, whatever its type: the constraints before it are in no circuit."""
    try:
        yield
    except ZkctlError:
        raise
    except Exception as problem:
        text = f"the stamped gadget {gadget.name} raised {type(problem).__name__}"
        errors.append(CircuitError(text, where=gadget.place))
        raise


def refuse_swallowed(errors: list[ZkctlError]) -> None:
    """Refuse a circuit that went on after an error.

    Raises: CircuitError with the text and the place of the first error; that error again where values broke a constraint.
    """
    if not errors:
        return
    if isinstance(errors[0], UnsatisfiedError):
        raise errors[0]
    raise CircuitError(
        f"the circuit went on after an error, which a try or with statement swallowed: {errors[0].message}",
        where=errors[0].where,
        hint="let errors leave the circuit: what raised one is not enforced; isinstance(x, Uint) asks for a type",
    )
