"""The circuits that the service offers: data from the lock file and the member `serve` of service.yaml.

A circuit's files are in the folder `build` beside zkctl.lock.  The lock has their digests; a file that differs makes its
circuit unavailable, and no other.  Nothing here names a circuit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from threading import Lock as ThreadLock
from typing import Any

from zkctl.ceremony.policy import warnings_for_findings
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.curve import Curve
from zkctl.errors import EnvironmentProblem, InputError, ZkctlError
from zkctl.formats.binary.wprog import read_program_circuit
from zkctl.formats.curve_names import NAMES_IN_FILES
from zkctl.runtime.digests import blake2b, sha256_hex
from zkctl.runtime.printable import printable
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.served_members import ServedMembers, SignalRole, role_of, served_members
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.settings_sources import served_circuits
from zkctl.storage.mapped import read_bytes
from zkctl.toolchain.project.circuits import digest_of
from zkctl.toolchain.project.lock_file import LOCK_FILE, LockedCircuit, read_lock_file
from zkctl.toolchain.proof.keys import PreparedVerifier
from zkctl.toolchain.proof.systems import ProofSystem, read_verifying_key

OUTPUT = "build"
MAX_VKEY_BYTES = 16 << 20
_ID = re.compile(r"(.+)-v([0-9]{1,6})(?:-[a-z0-9]+)?")
_SHOWN = 16  # digits of a digest in a message


class CircuitState(StrEnum):
    """The state of a circuit."""

    ACTIVE = "active"
    RETIRING = "retiring"  # proofs are accepted until `sunset`
    RETIRED = "retired"  # no proof is accepted
    UNAVAILABLE = "unavailable"  # a file is missing or not that of the lock


@dataclass(frozen=True)
class PublicSignal:
    """A public signal: its name, and what it means to a verifier."""

    name: str
    role: SignalRole


@dataclass(frozen=True)
class CircuitFiles:
    """The files of a circuit; those that only a prover needs may be missing (None)."""

    vkey: Path | None = None
    zkey: Path | None = None
    wprog: Path | None = None
    r1cs: Path | None = None
    sample: Path | None = None  # inputs of the self-test, JSON


@dataclass(frozen=True)
class CircuitKey:
    """A verifying key that is checked and prepared, with the system that it belongs to."""

    system: ProofSystem
    vkey: Any
    prepared: PreparedVerifier

    @property
    def curve(self) -> Curve:
        """The curve."""
        curve: Curve = self.vkey.curve
        return curve


@dataclass(frozen=True)
class ServedCircuit:
    """A circuit.  `interface` are its inputs; `digests` by r1cs, wprog, zkey and vkey are BLAKE2b-256 of the lock.

    `reason` says why it is unavailable; `registry` names the registry whose roots count, "" for the only one.
    """

    id: str
    pattern: str
    version: int
    state: CircuitState
    protocol: str = ""
    curve: str = ""
    registry: str = ""
    nullifier_kind: str = "nullifier"
    sunset: str = ""
    reason: str = ""
    signals: tuple[PublicSignal, ...] = ()
    interface: tuple[SignalGroup, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    vkey_sha256: str = ""  # the name of the key in the cache
    files: CircuitFiles = field(default_factory=CircuitFiles)
    key: CircuitKey | None = None

    @property
    def can_prove(self) -> bool:
        """True if proving key and witness program are there."""
        return self.key is not None and None not in (self.files.zkey, self.files.wprog)

    def position(self, role: SignalRole) -> int | None:
        """Return the index of the first public signal with a role, None if the circuit has none."""
        for k, signal in enumerate(self.signals):
            if signal.role is role:
                return k
        return None

    def ready_key(self) -> CircuitKey:
        """Return the key.  Raises: Problem circuit-unavailable."""
        if self.key is None or self.state is CircuitState.UNAVAILABLE:
            raise Problem("circuit-unavailable")
        return self.key


class Registry:
    """The circuits of this process; `reload` replaces all of them at once."""

    def __init__(self, circuits: Sequence[ServedCircuit] = (), *, is_loaded: bool = True) -> None:
        self._circuits = {each.id: each for each in circuits}
        self._is_loaded = is_loaded
        self._lock = ThreadLock()

    @classmethod
    def load(cls, settings: ServiceSettings, service_file: Path | None = None) -> Registry:
        """Read the lock file and the circuits.

        Raises: FormatError, EnvironmentProblem for lock and service.yaml; a circuit with a fault is unavailable instead.
        """
        made = cls(is_loaded=False)
        made.reload(settings, service_file)
        return made

    def reload(self, settings: ServiceSettings, service_file: Path | None = None) -> None:
        """Read everything again.  Raises: as `load`, and then nothing changes."""
        with self._lock:
            found = list(read_circuits(settings, service_file))
            self._circuits = {each.id: each for each in found}
            self._is_loaded = True

    @property
    def state(self) -> str:
        """The word of /health: loading, loaded, or partial if a circuit is unavailable."""
        if not self._is_loaded:
            return "loading"
        is_whole = all(each.state is not CircuitState.UNAVAILABLE for each in self)
        return "loaded" if self._circuits and is_whole else "partial"

    def __iter__(self) -> Iterator[ServedCircuit]:
        return iter(self._circuits.values())

    def __len__(self) -> int:
        return len(self._circuits)

    def get(self, circuit_id: str) -> ServedCircuit | None:
        """Return the circuit of an id, None if there is none."""
        return self._circuits.get(circuit_id)

    def find(self, pattern_or_id: str) -> ServedCircuit:
        """Return the circuit of an id, or the newest active one of a pattern.

        Raises: Problem unknown-circuit, or not-ready while circuits are loaded.
        """
        found = self._circuits.get(pattern_or_id) or self._newest(pattern_or_id)
        if found is not None:
            return found
        raise Problem("unknown-circuit" if self._is_loaded else "not-ready")

    def mark_unavailable(self, circuit_id: str, reason: str) -> None:
        """Note that a circuit cannot be used, until the next reload."""
        with self._lock:
            found = self._circuits[circuit_id]
            changed = replace(found, state=CircuitState.UNAVAILABLE, reason=reason)
            self._circuits = {**self._circuits, circuit_id: changed}

    def _newest(self, pattern: str) -> ServedCircuit | None:
        order = (CircuitState.ACTIVE, CircuitState.RETIRING, CircuitState.UNAVAILABLE)
        for state in order:
            found = [each for each in self if each.pattern == pattern and each.state is state]
            if found:
                return max(found, key=lambda each: each.version)
        return None


def read_circuits(
    settings: ServiceSettings, service_file: Path | None = None
) -> Iterator[ServedCircuit]:
    """Yield the circuits of the lock file; one with a fault is unavailable, with the reason.

    Raises: FormatError, EnvironmentProblem for lock and service.yaml; UsageError for a circuit that only service.yaml names.
    """
    folder = settings.circuits
    lock = read_lock_file(folder / LOCK_FILE)
    said = served_members(served_circuits(service_file), lock.circuits)
    for name, locked in lock.circuits.items():
        yield _read_circuit(folder / OUTPUT, name, locked, said[name])


def _read_circuit(
    folder: Path, name: str, locked: LockedCircuit, said: ServedMembers
) -> ServedCircuit:
    parts = _ID.fullmatch(name)
    made = ServedCircuit(
        id=name,
        pattern=said.pattern or (parts[1] if parts else name),
        version=int(parts[2]) if parts else 1,
        state=CircuitState(said.state),
        registry=said.registry,
        nullifier_kind=said.nullifier_kind,
        sunset=said.sunset,
        digests={kind: getattr(locked, kind) for kind in ("r1cs", "wprog", "zkey", "vkey")},
        files=_files(folder, name),
    )
    try:
        return _with_key(made, said)
    except ZkctlError as problem:
        reason = printable(problem.message, 300)
        return replace(made, state=CircuitState.UNAVAILABLE, reason=reason)


def _files(folder: Path, name: str) -> CircuitFiles:
    """Return the files that are there, under our names or those of the guide's scripts."""

    def first(*endings: str) -> Path | None:
        paths = (folder / f"{name}{ending}" for ending in endings)
        return next((path for path in paths if path.is_file()), None)

    return CircuitFiles(
        vkey=first(".vkey.json", "_vkey.json"),
        zkey=first(".zkey", "_final.zkey"),
        wprog=first(".wprog"),
        r1cs=first(".r1cs"),
        sample=first(".sample.json"),
    )


def _with_key(circuit: ServedCircuit, said: ServedMembers) -> ServedCircuit:
    """Return the circuit with its key and signals, all files compared with the lock.  Raises: ZkctlError."""
    files, digests = circuit.files, circuit.digests
    if files.vkey is None:
        raise EnvironmentProblem("the verification key is not there")
    raw = read_bytes(files.vkey, MAX_VKEY_BYTES)  # once: the key that is used is the locked one
    _check_digest("vkey", digests, blake2b(raw, digest_size=32).hexdigest())
    for kind in ("zkey", "wprog", "r1cs"):
        path = getattr(files, kind)
        if path is not None:
            _check_digest(kind, digests, digest_of(path))
    system, vkey = read_verifying_key(files.vkey, raw)
    warnings_for_findings(system.weak_key_findings(vkey), allow_insecure=False)
    groups = [] if files.wprog is None else read_program_circuit(files.wprog).signals
    signals = _public_signals(groups, said)
    if len(signals) != vkey.n_public:
        raise InputError(
            f"the names of public signals are wrong: expected {vkey.n_public}, got {len(signals)}",
            hint="name them in `public` of service.yaml, or add the witness program",
        )
    return replace(
        circuit,
        protocol=system.name,
        curve=NAMES_IN_FILES[vkey.curve.name],
        vkey_sha256=sha256_hex(raw),
        signals=signals,
        interface=tuple(each for each in groups if each.role.is_input),
        key=CircuitKey(system, vkey, system.prepare_vkey(vkey)),
    )


def _check_digest(kind: str, digests: Mapping[str, str], found: str) -> None:
    if digests[kind] != found:
        raise EnvironmentProblem(
            f"the {kind} is not that of the lock: expected {digests[kind][:_SHOWN] or 'none'}, got {found[:_SHOWN]}"
        )


def _public_signals(groups: Sequence[SignalGroup], said: ServedMembers) -> tuple[PublicSignal, ...]:
    names = said.public or [
        (name, group.name)
        for group in groups
        if group.role is not Role.PRIVATE
        for name in group.element_names()
    ]
    return tuple(PublicSignal(name, role_of(base, said.roles)) for name, base in names)
