"""The sources of settings: options, then the environment, then `service.yaml`, then the default.

A secret is no option: it comes from the environment or from a file that NAME_FILE names.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zkctl.errors import UsageError
from zkctl.formats.yaml_tree import YamlNode, load_yaml_tree
from zkctl.runtime.printable import printable
from zkctl.service.proving.client_certificates import networks_of
from zkctl.service.proving.legacy import check_legacy_url
from zkctl.service.proving.rate_classes import factors_of
from zkctl.service.proving.settings import ServiceSettings, SettingRow, host_and_port, rows
from zkctl.service.proving.tracing import check_trace_settings
from zkctl.storage.mapped import read_bytes

SERVICE_FILE = "service.yaml"
SERVED = "serve"  # the member of service.yaml about circuits, which `circuits.py` reads
_MAX_BYTES = 1 << 18
_FILE = "_FILE"
_PREFIX = "ZKCTL_"
# names of the toolchain and of clients, which the service does not read as settings
OTHER_NAMES = frozenset(
    f"{_PREFIX}{name}"
    for name in (
        *("API_KEY", "CACHE_DIR", "CONFIG", "IFMA", "INVITATION", "KERNELS", "MEMORY"),
        *("KEK_PIN", "KEK_PIN_FILE"),
        *("PTAU_MIRROR", "SERVICE", "STRICT", "THREADS", "VECTOR_WIDTH"),
    )
)
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True)
class SettingValue:
    """A value with its origin: option, environment, the file, or default."""

    row: SettingRow
    value: Any
    origin: str

    @property
    def shown(self) -> str:
        """The value as `zkctl service config` prints it; a secret only as `set`."""
        if self.row.is_secret and self.origin != "default" and self.value:
            return "set"
        return shown(self.row, self.value)


def shown(row: SettingRow, value: Any) -> str:
    """Return a value as people read it."""
    if value is None and row.one_of:
        return "automatic"
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def load_settings(
    options: Mapping[str, Any], environ: Mapping[str, str], file: Path | None = None
) -> ServiceSettings:
    """Return the settings; an option with the value None is not set, `file` is a service.yaml or None.

    Raises: UsageError for an unknown name, a malformed or too large value; FormatError, EnvironmentProblem for the file.
    """
    values = setting_values(options, environ, file)
    settings = ServiceSettings(**{each.row.name: each.value for each in values})
    if next(each for each in values if each.row.name == "database_url").origin == "default":
        file_name = "demo.db" if settings.demo else "service.db"
        url = f"sqlite:///{settings.state_dir.absolute()}/{file_name}"
        settings = dataclasses.replace(settings, database_url=url)
    for name in ("listen", "admin_listen"):
        host_and_port(getattr(settings, name))
    networks_of(settings.trusted_proxies)
    factors_of(settings.rate_classes)
    check_legacy_url(settings.legacy_url)
    check_trace_settings(settings.otlp_endpoint, settings.trace_percent)
    _check_loopback(settings)
    return settings


def setting_values(
    options: Mapping[str, Any], environ: Mapping[str, str], file: Path | None = None
) -> list[SettingValue]:
    """Return every setting with its origin, in the order of the table.  Raises: as `load_settings`."""
    table = {row.name: row for row in rows()}
    _check_names(options, table, "option", "")
    _check_environment(environ, table)
    stored = {} if file is None else _file_values(file, table)
    found = []
    for row in table.values():
        given = options.get(row.name)
        if given is not None and row.is_secret:
            raise UsageError(
                f"{row.name} is a secret and no option: other users see the options of a process",
                hint=f"set {row.env} or {row.env}{_FILE}",
            )
        if given is not None:
            found.append(SettingValue(row, _converted(row, given, f"option {row.name}"), "option"))
        elif (text := _from_environment(row, environ)) is not None:
            found.append(SettingValue(row, _converted(row, text, row.env), "environment"))
        elif row.name in stored:
            found.append(SettingValue(row, stored[row.name], printable(file or "")))
        else:
            found.append(SettingValue(row, _expanded(row.default), "default"))
    return found


def served_circuits(file: Path | None) -> dict[str, YamlNode]:
    """Return the member `serve` of a service.yaml: the facts about each circuit.  Raises: FormatError, EnvironmentProblem."""
    if file is None:
        return {}
    served = _members(file).get(SERVED)
    if served is None:
        return {}
    if not isinstance(served.value, dict):
        raise UsageError(
            f"`{SERVED}` is wrong: expected a mapping of circuits, got {served.kind}",
            where=served.place,
        )
    return served.value


def find_service_file(
    environ: Mapping[str, str], given: Path | None = None, *, circuits: Path | None = None
) -> Path | None:
    """Return the service.yaml: the given one, that of ZKCTL_CONFIG, of the working folder, of the folder of circuits, or None."""
    named = given or (Path(environ["ZKCTL_CONFIG"]) if environ.get("ZKCTL_CONFIG") else None)
    if named is not None:
        return named.absolute()
    folders = [Path(), circuits or Path(environ.get("ZKCTL_CIRCUITS") or ".").expanduser()]
    files = (folder / SERVICE_FILE for folder in folders)
    return next((file.absolute() for file in files if file.is_file()), None)


def _check_environment(environ: Mapping[str, str], table: Mapping[str, SettingRow]) -> None:
    known = {row.env: row for row in table.values()} | dict.fromkeys(OTHER_NAMES)
    known |= {f"{row.env}{_FILE}": row for row in table.values() if row.is_secret}
    _check_names([name for name in environ if name.startswith(_PREFIX)], known, "variable", "")


def _check_names(given: Iterable[str], known: Iterable[str], what: str, where: str) -> None:
    names = list(known)
    for name in given:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1, cutoff=0.5)
            raise UsageError(
                f"the {what} {printable(name, 60)} is no setting of the service",
                where=where,
                hint=f"use {near[0]}" if near else "see `zkctl service config`",
            )


def _from_environment(row: SettingRow, environ: Mapping[str, str]) -> str | None:
    """Return the text of a variable, or of the file that NAME_FILE names."""
    text, file = environ.get(row.env), environ.get(f"{row.env}{_FILE}")
    if not row.is_secret or file is None:
        return text
    if text is not None:
        raise UsageError(
            f"{row.env} and {row.env}{_FILE} exclude each other: expected one of them, got both"
        )
    return read_bytes(Path(file), _MAX_BYTES).decode("utf-8", "replace").strip()


def _file_values(file: Path, table: Mapping[str, SettingRow]) -> dict[str, Any]:
    members = _members(file)
    _check_names([name for name in members if name != SERVED], table, "member", printable(file))
    found = {}
    for name, node in members.items():
        if name == SERVED:
            continue
        if table[name].is_secret and "@" in str(node.value):
            raise UsageError(
                f"{name} holds a password: {SERVICE_FILE} is no place for secrets",
                where=node.place,
                hint=f"set {table[name].env}{_FILE}",
            )
        value = _converted(table[name], node.value, node.place)
        found[name] = file.parent / value if isinstance(value, Path) else value
    return found


def _members(file: Path) -> dict[str, YamlNode]:
    root = load_yaml_tree(read_bytes(file, _MAX_BYTES), printable(file))
    assert isinstance(root.value, dict)
    return root.value


def _expanded(value: Any) -> Any:
    if isinstance(value, Path):
        return value.expanduser()
    if isinstance(value, str) and value.startswith("sqlite:///~"):
        return "sqlite:///" + os.path.expanduser(value.removeprefix("sqlite:///"))  # noqa: PTH111
    return value


def _converted(row: SettingRow, given: Any, where: str) -> Any:
    """Return a value of the row's kind.  Raises: UsageError that quotes no secret."""
    kind = row.kind.removesuffix(" | None")
    if kind == "Path":
        return Path(given).expanduser()
    value: Any
    if kind == "bool":
        value = _TRUTH.get(str(given).lower())
    elif kind in ("int", "float"):
        value = _number(kind, given)
    elif kind == "str":
        value = _expanded(str(given)) if not isinstance(given, dict) else None
    else:
        parts = given.split(",") if isinstance(given, str) else list(given)
        value = tuple(part.strip() for part in parts if part.strip())
    chosen = value if isinstance(value, tuple) else (value,)
    if value is None or (row.one_of and not set(chosen) <= set(row.one_of)):
        raise _wrong(row, given, where)
    return value


def _number(kind: str, given: Any) -> int | float | None:
    try:
        value = int(str(given)) if kind == "int" else float(str(given))
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value < 1 << 53 else None


def _wrong(row: SettingRow, given: Any, where: str) -> UsageError:
    kinds = {"bool": "true or false", "int": "an integer", "float": "a number"}
    expected = " or ".join(row.one_of) or kinds.get(row.kind, "a string")
    unit = f" of {row.unit}" if row.unit else ""
    shown = "a secret" if row.is_secret else repr(printable(str(given), 60))
    return UsageError(
        f"the setting {row.name} is wrong: expected {expected}{unit}, got {shown}", where=where
    )


def _check_loopback(settings: ServiceSettings) -> None:
    """Check that what is meant for one machine is not served to others.  Raises: UsageError."""
    for name in ("no_auth", "demo"):
        if getattr(settings, name) and not settings.is_loopback:
            raise UsageError(
                f"{name} is for loopback only: expected 127.0.0.1, got {settings.listen}",
                hint="leave it out, and make keys with `zkctl service keys create`",
            )
