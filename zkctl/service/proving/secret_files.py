"""The secrets of a service: each a file of 64 hexadecimal digits that only its owner reads.

On loopback a missing one is made at the first start, in the state folder; a service that others reach, or whose database is
on another machine, needs all of them: a key made with another pepper would never be accepted.
"""

from __future__ import annotations

import re
import secrets
import stat
from pathlib import Path

from zkctl.errors import EnvironmentProblem, FormatError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.service.proving.settings import ServiceSettings, env_name
from zkctl.storage.mapped import read_input
from zkctl.storage.private import make_private_folder, read_private, replace_private

SECRET_BYTES = 32
_NAMES = ("pepper_file", "cache_key_file", "signing_key_file", "sealing_secret_file")
_HEX = re.compile(rb"[0-9a-f]{64}\n?")


@record(repr=False)
class ServiceSecrets:
    """32 bytes each: the key of digests, the key of cached verdicts, and the Ed25519 key of published keys and roots."""

    pepper: bytes
    cache_key: bytes
    signing_key: bytes


def load_secrets(settings: ServiceSettings) -> ServiceSecrets:
    """Read the secrets that every process needs.  Raises: EnvironmentProblem, FormatError."""
    return ServiceSecrets(
        pepper=load_secret(settings, "pepper_file"),
        cache_key=load_secret(settings, "cache_key_file"),
        signing_key=load_secret(settings, "signing_key_file"),
    )


def load_secret(settings: ServiceSettings, name: str) -> bytes:
    """Read one secret; `name` is that of its setting, which ends with _file.

    Raises: EnvironmentProblem if it is not there; FormatError.
    """
    path: Path | None = getattr(settings, name)
    if path is not None:
        return _parse(read_input(path, 4096), path)
    if not settings.makes_secrets:
        why = "whose database is elsewhere" if settings.is_loopback else "that others reach"
        raise EnvironmentProblem(
            f"the setting {env_name(name)} is missing: a service {why} needs its own secrets",
            hint=f"openssl rand -hex 32 > {name.removesuffix('_file')}, and set {env_name(name)}",
        )
    return _made_at_first_start(settings.state_dir.expanduser() / name.removesuffix("_file"))


def secrets_open_to_all(settings: ServiceSettings) -> list[Path]:
    """Return the files of secrets that every user of this machine can read."""
    named = (getattr(settings, name) for name in _NAMES)
    found = [path for path in named if path is not None and path.is_file()]
    return [path for path in found if path.stat().st_mode & stat.S_IROTH]


def _made_at_first_start(path: Path) -> bytes:
    make_private_folder(path.parent)
    found = read_private(path, 4096)
    if found is None:
        replace_private(path, secrets.token_hex(SECRET_BYTES).encode() + b"\n")
        found = read_private(path, 4096) or b""
    return _parse(found, path)


def _parse(content: bytes, path: Path) -> bytes:
    if not _HEX.fullmatch(content):
        raise FormatError(
            "the secret is malformed: expected 64 hexadecimal digits in one line",
            where=printable(path),
            hint="make one with: openssl rand -hex 32",
        )
    return bytes.fromhex(content.decode())
