"""The published roots as verify sees them: from memory while notices arrive, else from the database.

An epoch is older than the revocation list as soon as a leaf is revoked on the primary: the notice says so, and a replica that has
not replayed that version of the list is not used.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from zkctl.runtime.records import record
from zkctl.service.proving.data.replicas import Replicas
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.store.database import LISTS, Database, Row, StoreUnavailable

LOOK_S = 2.0  # between two reads although no notice arrived


@record
class RootState:
    """An epoch of a registry; `has_newer_revocations` is True if a leaf was revoked since it was built."""

    registry: str
    epoch: int
    root: int
    revocation_root: int
    issued_at: float  # seconds since 1970
    n_leaves: int
    record: bytes
    signature: bytes
    tree_digest: str
    is_newest: bool
    withdrawn: bool
    has_newer_revocations: bool


@record
class _View:
    """What was read at a time of the monotonic clock."""

    epochs: dict[str, list[RootState]]
    read_at: float


class Roots:
    """The roots of all registries; `run` follows the notices."""

    def __init__(
        self,
        database: Database,
        *,
        replicas: Replicas | None = None,
        history: int = 16,
        grace_s: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._replicas = database, replicas
        self._history, self._grace_s, self._clock = history, grace_s, clock
        self._announced: dict[str, int] = {}  # the newest list version of each registry
        self._in_doubt = True  # a notice may have been lost: ask the primary
        self._fresh_until = float("-inf")
        self._view: _View | None = None
        self._is_following = False
        self._reading = asyncio.Lock()

    async def find(self, registry: str, root: int) -> RootState | None:
        """Return the epoch with a root, the newest if several have it; "" is the only registry.

        Raises: Problem database-unavailable if the roots in memory are older than the grace.
        """
        epochs = await self.epochs(registry)
        return next(
            (each for each in reversed(epochs) if each.root == root and each.tree_digest), None
        )

    async def newest(self, registry: str) -> RootState | None:
        """Return the newest epoch that is not withdrawn.  Raises: as `find`."""
        return next(
            (each for each in reversed(await self.epochs(registry)) if each.is_newest), None
        )

    async def epochs(self, registry: str) -> Sequence[RootState]:
        """Return the last epochs of a registry in order.  Raises: as `find`."""
        by_registry = (await self._current()).epochs
        if not registry and len(by_registry) == 1:
            return next(iter(by_registry.values()))
        return by_registry.get(registry, ())

    async def registries(self) -> list[str]:
        """Return the names of the registries.  Raises: as `find`."""
        return sorted((await self._current()).epochs)

    async def run(self) -> None:
        """Follow the notices until cancelled."""
        async with self._database.subscribe(LISTS) as notices:
            self._is_following = True
            try:
                while True:
                    found = await notices.next(LOOK_S)
                    if found is not None:
                        self._note(found[1])
            finally:
                self._is_following = False

    def _note(self, text: str) -> None:
        self._fresh_until = float("-inf")
        try:
            registry, version = json.loads(text)
            self._announced[registry] = max(self._announced.get(registry, 0), int(version))
        except (ValueError, TypeError):
            self._in_doubt = True

    async def _current(self) -> _View:
        asked_at = self._clock()
        if self._view is not None and self._is_fresh(asked_at):
            return self._view
        async with self._reading:
            view = self._view
            if view is not None and (view.read_at >= asked_at or self._is_fresh(asked_at)):
                return view
            try:
                self._view = await self._read()
            except StoreUnavailable:
                if view is None or self._clock() - view.read_at > self._grace_s:
                    raise Problem("database-unavailable") from None
                return view
            return self._view

    def _is_fresh(self, now: float) -> bool:
        return self._is_following and self._database.is_listening and now < self._fresh_until

    async def _read(self) -> _View:
        begun = self._clock()
        self._fresh_until = begun + LOOK_S  # a notice during the read resets it
        replica = None
        if self._replicas is not None and not self._in_doubt:
            replica = self._replicas.choose()
        if replica is not None:
            try:
                view = await self._read_from(replica, begun)
            except StoreUnavailable:
                view = None
            if view is not None:
                return view
        is_in_doubt, self._in_doubt = self._in_doubt, False
        try:
            view = await self._read_from(self._database, begun)
        except StoreUnavailable:
            self._in_doubt, self._fresh_until = is_in_doubt, float("-inf")
            raise
        assert view is not None
        return view

    async def _read_from(self, database: Database, begun: float) -> _View | None:
        """Read versions, then epochs; None from a replica that is behind the announced versions."""
        rows = await database.run("revocations.versions")
        versions = {row["registry"]: int(row["list_version"]) for row in rows}
        if database is not self._database:
            if any(versions.get(name, 0) < known for name, known in self._announced.items()):
                return None
        else:
            self._announced |= versions
        epochs = await database.run("roots.recent", most=self._history)
        return _View(_by_registry(epochs, versions), begun)


def _by_registry(rows: Sequence[Row], versions: Mapping[str, int]) -> dict[str, list[RootState]]:
    newest = {row["registry"]: row["epoch"] for row in rows if not row["withdrawn"]}
    found: dict[str, list[RootState]] = {}
    for row in rows:
        name = row["registry"]
        state = _state(row, newest.get(name), versions.get(name, 0))
        found.setdefault(name, []).append(state)
    return found


def _state(row: Mapping[str, Any], newest: int | None, list_version: int) -> RootState:
    return RootState(
        registry=row["registry"],
        epoch=int(row["epoch"]),
        root=int.from_bytes(bytes(row["root"]), "big"),
        revocation_root=int.from_bytes(bytes(row["revocation_root"]), "big"),
        issued_at=float(row["valid_from"]),
        n_leaves=int(row["n_leaves"]),
        record=bytes(row["record"]),
        signature=bytes(row["signature"]),
        tree_digest=row["tree_digest"] or "",
        is_newest=row["epoch"] == newest,
        withdrawn=bool(row["withdrawn"]),
        has_newer_revocations=int(row["list_version"]) < list_version,
    )
