"""`zkctl deploy check`: names, ports, variables, tags and circuits of the artefacts are those of the code.

Keys that one machine made for trials are refused.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from zkctl.errors import EnvironmentProblem, ZkctlError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.service.deployment.eject import WHEELS, artefacts
from zkctl.service.deployment.manifest_checks import manifest_findings
from zkctl.service.deployment.names import API_PORT, METRICS_PORT, RUNBOOKS
from zkctl.service.deployment.renames import renamed
from zkctl.service.deployment.text_checks import ArtefactFinding, text_findings
from zkctl.service.deployment.wheel import NAME
from zkctl.storage.mapped import map_file
from zkctl.toolchain.project.lock_file import LOCK_FILE, read_lock_file

CIRCUITS = "sdk/core/circuits"
DEMO = "demo"  # settings in the lock that `zkctl serve --demo` writes
DEVELOPMENT = "DEV-ONLY"  # setup-keys.sh --dev leaves this file
_NOT_TEXT = (".whl",)
_MIGRATIONS = "migrations/"
# files whose line must name this port: (file, pattern, port); the pattern must match at least once
_PLACES = (
    *((f"docker/Dockerfile.{role}", r"ZKCTL_LISTEN=\S+:(\d+)", API_PORT) for role in ("prover", "verifier")),
    *((f"docker/Dockerfile.{role}", r"ZKCTL_ADMIN_LISTEN=\S+:(\d+)", METRICS_PORT) for role in ("prover", "verifier")),
    *((f"docker/Dockerfile.{role}", r"127\.0\.0\.1:(\d+)/health", API_PORT) for role in ("prover", "verifier")),
    *((f"docker/Dockerfile.{role}", r"EXPOSE (\d+) ", API_PORT) for role in ("prover", "verifier")),
    *((f"docker/Dockerfile.{role}", r"EXPOSE \d+ (\d+)", METRICS_PORT) for role in ("prover", "verifier")),
    ("k8s/configmap.yaml", r"ZKCTL_LISTEN: \S+:(\d+)", API_PORT),
    ("k8s/configmap.yaml", r"ZKCTL_ADMIN_LISTEN: \S+:(\d+)", METRICS_PORT),
    ("monitoring/prometheus.yaml", r"port: (\d+)", METRICS_PORT),
    ("config/nginx.conf", r"server 127\.0\.0\.1:(\d+)", API_PORT),
    ("docker-compose.yaml", r"127\.0\.0\.1:\d+:(\d+)", API_PORT),
)  # fmt: skip


@record
class DeployCheckSummary:
    """The number of files that were read, and the findings as lines."""

    folder: str
    n_files: int
    findings: tuple[str, ...]


def compare_folder(folder: Path) -> DeployCheckSummary:
    """Compare a folder that `eject` wrote with the code, with the keys of its circuits.

    Raises: EnvironmentProblem if it is no such folder.
    """
    files = read_folder(folder)
    found = [*findings(files), *circuit_findings(folder / CIRCUITS)]
    return DeployCheckSummary(str(folder), len(files), tuple(map(str, found)))


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the artefacts of a folder, and the wheel.  Raises: EnvironmentProblem if one is missing."""
    names = [*artefacts(), f"{WHEELS}/zkctl.txt"]
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise EnvironmentProblem(
            f"{len(missing)} artefacts are missing, {missing[0]} first",
            where=printable(folder),
            hint="write them with `zkctl deploy eject`",
        )
    files = {name: (folder / name).read_bytes() for name in names}
    return files | {
        f"{WHEELS}/{path.name}": path.read_bytes() for path in (folder / WHEELS).glob("*.whl")
    }


def findings(files: Mapping[str, bytes]) -> Iterator[ArtefactFinding]:
    """Yield the findings about the artefacts: contents by their names."""
    originals = artefacts()
    for name, content in files.items():
        if name.startswith(_MIGRATIONS) and content != originals.get(name):
            yield ArtefactFinding(name, 0, "a migration never changes: the database has its digest")
    texts = {
        name: content.decode(errors="replace")
        for name, content in files.items()
        if not name.endswith(_NOT_TEXT) and not name.startswith(_MIGRATIONS)
    }
    for name, text in texts.items():
        yield from text_findings(name, text)
        if name in originals:
            yield from renamed(name, text, originals[name].decode())
    yield from _ports(texts)
    yield from _read("k8s", manifest_findings(texts))
    yield from _read("monitoring", _alerts(texts))
    yield from _read("dashboards", _dashboards(texts))
    if f"{WHEELS}/zkctl.txt" in files:
        yield from _wheel(files)


def _read(folder: str, found: Iterator[ArtefactFinding]) -> Iterator[ArtefactFinding]:
    """Yield findings; a file that cannot be read as its kind is one too."""
    try:
        yield from found
    except (AttributeError, LookupError, TypeError, ValueError, yaml.YAMLError) as problem:
        yield ArtefactFinding(
            folder, 0, f"a file is malformed, or lacks a member: {printable(str(problem), 80)}"
        )


def _ports(texts: Mapping[str, str]) -> Iterator[ArtefactFinding]:
    for name, pattern, expected in _PLACES:
        found = re.findall(pattern, texts.get(name, ""))
        if not found:
            yield ArtefactFinding(name, 0, f"nothing names the port {expected}")
        for port in found:
            if int(port) != expected:
                yield ArtefactFinding(name, 0, f"the port is {port}, expected {expected}")


def _alerts(texts: Mapping[str, str]) -> Iterator[ArtefactFinding]:
    name = "monitoring/rules.yaml"
    alerts = {
        rule["alert"]: rule["annotations"].get("runbook_url", "")
        for group in yaml.safe_load(texts[name])["groups"]
        for rule in group["rules"]
    }
    tests = texts["monitoring/rules.test.yaml"]
    for alert in sorted(RUNBOOKS.keys() - alerts.keys()):
        yield ArtefactFinding(name, 0, f"there is no alert {alert}")
    for alert, url in alerts.items():
        if alert not in RUNBOOKS:
            yield ArtefactFinding(name, 0, f"the alert {alert} has no runbook")
        elif not url.endswith(f"/operating/{RUNBOOKS[alert]}.md"):
            yield ArtefactFinding(
                name, 0, f"the runbook of {alert} is {url}, expected {RUNBOOKS[alert]}.md"
            )
        if f"name: {alert} fires" not in tests or f"name: {alert} is quiet" not in tests:
            yield ArtefactFinding("monitoring/rules.test.yaml", 0, f"{alert} is not tested")


def _dashboards(texts: Mapping[str, str]) -> Iterator[ArtefactFinding]:
    for name, text in texts.items():
        if name.startswith("dashboards/"):
            members = json.loads(text)
            if set(members) != {"dashboard", "folderUid", "overwrite"}:
                yield ArtefactFinding(name, 0, "it cannot be sent to /api/dashboards/db as it is")


def _wheel(files: Mapping[str, bytes]) -> Iterator[ArtefactFinding]:
    listed, name = files[f"{WHEELS}/zkctl.txt"].decode(), f"{WHEELS}/{NAME}"
    digest = hashlib.sha256(files.get(name, b"")).hexdigest()
    if listed != f"./{NAME} --hash=sha256:{digest}\n":
        yield ArtefactFinding(f"{WHEELS}/zkctl.txt", 0, f"it does not name {NAME} with its digest")


def circuit_findings(folder: Path) -> Iterator[ArtefactFinding]:
    """Yield the findings about the circuits' lock and keys; a folder without a lock has none."""
    if (folder / "build" / DEVELOPMENT).exists():
        yield ArtefactFinding(
            f"{CIRCUITS}/build", 0, "the keys were made on one machine, for trials only"
        )
    if not (folder / LOCK_FILE).is_file():
        return
    try:
        circuits = read_lock_file(folder / LOCK_FILE).circuits
    except ZkctlError as problem:
        yield ArtefactFinding(f"{CIRCUITS}/{LOCK_FILE}", 0, problem.message)
        return
    served = yaml.safe_load((folder / "service.yaml").read_text()) or {}
    for name in served.get("serve") or {}:
        if name not in circuits:
            yield ArtefactFinding(f"{CIRCUITS}/service.yaml", 0, f"the lock has no circuit {name}")
    for name, locked in circuits.items():
        if locked.settings == DEMO:
            yield ArtefactFinding(
                f"{CIRCUITS}/{LOCK_FILE}", 0, f"{name} is the circuit of the demo"
            )
        if not locked.vkey:
            yield ArtefactFinding(f"{CIRCUITS}/{LOCK_FILE}", 0, f"{name} has no verifying key")
        yield from _development_key(folder / "build" / f"{name}.zkey", name)


def _development_key(path: Path, name: str) -> Iterator[ArtefactFinding]:
    """Yield a finding if a contributor's name says that the key is for trials."""
    if path.is_file() and re.search(b"DEV ONLY", map_file(path).data):
        yield ArtefactFinding(
            f"{CIRCUITS}/build", 0, f"the key of {name} has a contribution DEV ONLY"
        )
