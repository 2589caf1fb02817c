"""The keys of addresses at rest, as the settings name them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from zkctl.errors import EnvironmentProblem
from zkctl.service.proving.data.kek import KekRing, KeyEncryptionKey, make_kek_file, open_kek
from zkctl.service.proving.data.sealed_address import Sealer
from zkctl.service.proving.settings import ServiceSettings
from zkctl.storage.private import make_private_folder


def open_sealer(settings: ServiceSettings, pepper: bytes, environ: Mapping[str, str]) -> Sealer:
    """Return pepper and KEK.  A missing KEK is made in the state folder if no other machine needs it.

    Raises: EnvironmentProblem for a missing setting, file, token or server; UsageError for a malformed setting.
    """
    kek: KeyEncryptionKey = open_kek(settings.kek or _made_at_first_start(settings), environ)
    if settings.kek_previous:
        kek = KekRing(kek, open_kek(settings.kek_previous, environ))
    return Sealer(pepper, kek)


def _made_at_first_start(settings: ServiceSettings) -> str:
    if not settings.makes_secrets:
        raise EnvironmentProblem(
            "the setting ZKCTL_KEK is missing: addresses are sealed at rest",
            hint="openssl rand -hex 32 > kek, and set ZKCTL_KEK=file:/path/to/kek",
        )
    path: Path = settings.state_dir.expanduser() / "kek"
    make_private_folder(path.parent)
    if not path.exists():
        make_kek_file(path)
    return f"file:{path}"


def trees_folder(settings: ServiceSettings) -> Path:
    """Return the folder of tree files."""
    return (settings.trees or settings.state_dir / "trees").expanduser()
