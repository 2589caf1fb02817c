"""Certificates in files: the steps of a proof that an auditor replays without the prover."""

from __future__ import annotations

from pathlib import Path

from zkctl.errors import InputError
from zkctl.lint.certificate import Certificate, read_certificate, write_certificate
from zkctl.runtime.printable import located, printable
from zkctl.storage.atomic import atomic_output
from zkctl.storage.mapped import read_bytes

MAX_BYTES = 1 << 30


def save_certificate(path: Path, certificate: Certificate, *, force: bool = False) -> None:
    """Write the steps as JSON.  Raises: UsageError, EnvironmentProblem as `atomic_output`."""
    with atomic_output(path, force=force) as file:
        file.write(write_certificate(certificate).encode() + b"\n")


def load_certificate(path: Path) -> Certificate:
    """Return the steps of a file.

    Raises: InputError if it holds no certificate; EnvironmentProblem if it is unreadable; LimitError if it is too large.
    """
    raw = read_bytes(path, MAX_BYTES)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise InputError("the certificate is not UTF-8", where=printable(path)) from None
    with located(path):
        return read_certificate(text)
