"""The secrets of a service: made on loopback, demanded elsewhere, private."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from zkctl.errors import EnvironmentProblem, FormatError
from zkctl.service.proving.secret_files import load_secret, load_secrets, secrets_open_to_all
from zkctl.service.proving.settings_sources import load_settings


def test_secrets_are_made_once(tmp_path: Path) -> None:
    settings = load_settings({"state_dir": tmp_path / "state"}, {})
    first = load_secrets(settings)
    assert first.pepper == load_secrets(settings).pepper
    assert len({first.pepper, first.cache_key, first.signing_key}) == 3
    assert stat.S_IMODE((tmp_path / "state" / "pepper").stat().st_mode) == 0o600
    assert first.pepper.hex() not in repr(first)


def test_a_named_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("ab" * 32)
    settings = load_settings({"pepper_file": file, "listen": "0.0.0.0:1"}, {})
    assert load_secret(settings, "pepper_file") == b"\xab" * 32
    message = "is missing: a service that others reach needs its own secrets"
    with pytest.raises(EnvironmentProblem, match=f"ZKCTL_CACHE_KEY_FILE {message}"):
        load_secret(settings, "cache_key_file")


@pytest.mark.parametrize("content", ["", "ab", "g" * 64, "AB" * 32, "ab" * 32 + "\n\n"])
def test_malformed_secrets(tmp_path: Path, content: str) -> None:
    file = tmp_path / "secret"
    file.write_text(content)
    settings = load_settings({"pepper_file": file}, {})
    with pytest.raises(
        FormatError, match="the secret is malformed: expected 64 hexadecimal digits in one line"
    ):
        load_secret(settings, "pepper_file")


def test_secrets_that_every_user_can_read(tmp_path: Path) -> None:
    """The group may read: a container gets its secrets so."""
    for mode, found in ((0o600, False), (0o440, False), (0o644, True)):
        file = tmp_path / f"secret-{mode}"
        file.write_text("ab" * 32)
        file.chmod(mode)
        settings = load_settings({"pepper_file": file}, {})
        assert secrets_open_to_all(settings) == ([file] if found else [])


@pytest.mark.parametrize(
    ("url", "is_made"),
    [
        ("sqlite:////x/y.db", True),
        ("postgresql://u@127.0.0.1:5/d", True),
        ("postgresql:///d", True),
        ("postgresql://u:p@db.example.org/d", False),
        ("postgresql://u@10.0.0.7,10.0.0.8/d", False),
    ],
)
def test_a_database_on_another_machine_needs_the_secrets_of_its_service(
    tmp_path: Path, url: str, is_made: bool
) -> None:
    """A key made on a laptop with a pepper of the laptop would never be accepted."""
    settings = load_settings({"state_dir": tmp_path / "state"}, {"DATABASE_URL": url})
    if is_made:
        assert len(load_secret(settings, "pepper_file")) == 32
        return
    with pytest.raises(
        EnvironmentProblem, match="a service whose database is elsewhere needs its own secrets"
    ):
        load_secret(settings, "pepper_file")
