"""The exception tree of zkctl; every class carries the exit code of the command line."""

from __future__ import annotations


class ZkctlError(Exception):
    """Base of every error meant for a person: the fault, its place and a hint.

    `message` says what is wrong with both values (lower case, no full stop); `where` is a file, section, offset or JSON path;
    `hint` says what to do next.
    """

    exit_code = 70
    kind = "internal"

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place, *callers = self.where.splitlines() or [""]
        text = f"{place}: {self.message}" if place else self.message
        text = "\n".join([text, *(f"  {line}" for line in callers)])
        return f"{text}\nhint: {self.hint}" if self.hint else text


class UsageError(ZkctlError):
    """A wrong combination of options."""

    exit_code = 2
    kind = "usage"


class CheckFailed(ZkctlError):
    """Something was checked and found false: a proof, a witness, a contribution."""

    exit_code = 1
    kind = "check-failed"


class UnsatisfiedError(CheckFailed):
    """A witness breaks a constraint.

    `message` and `where` may show values of the witness; `public_message` and `public_where` show none.
    """

    kind = "unsatisfied"
    public_message = "a constraint is not satisfied"
    public_where = ""


class AdviceFailed(UnsatisfiedError):
    """An assertion of advice fails: no value was found, which says nothing about a constraint.

    `text` is the author's.
    """

    text = ""


class InputError(ZkctlError):
    """The given data is malformed or not canonical."""

    exit_code = 3
    kind = "input"


class FormatError(InputError):
    """A file does not follow its format."""

    kind = "format"


class EncodingError(InputError):
    """A number or point is not a canonical member of its field or group."""

    kind = "encoding"


class ShapeError(InputError):
    """Arrays whose lengths or shapes do not belong together."""

    kind = "shape"


class CircuitError(InputError):
    """The circuit program is wrong."""

    kind = "circuit"


class HintFailed(CircuitError):
    """A hint of the user raised an exception; its text in `message` may show values, `public_message` shows none."""

    public_message = "a hint raised an exception"


class IntegrityError(ZkctlError):
    """A digest or signature mismatch, parts that do not belong together, or parameters that policy refuses."""

    exit_code = 4
    kind = "integrity"


class EnvironmentProblem(ZkctlError):
    """The surroundings do not allow it: a missing extra, a permission, a full disk, an existing output."""

    exit_code = 5
    kind = "environment"


class NetworkError(ZkctlError):
    """A download or upload failed; trying again may help."""

    exit_code = 6
    kind = "network"


class LimitError(ZkctlError):
    """A budget of time, memory or size is exceeded."""

    exit_code = 7
    kind = "limit"
