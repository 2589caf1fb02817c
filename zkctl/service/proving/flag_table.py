"""The feature flag in the database, and its copy in each process.

A change is pushed by a notice; each process also looks every two seconds, and keeps the last flag in a file for a start without a
database.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from zkctl.errors import EnvironmentProblem, FormatError
from zkctl.formats.json.strict import Node, load_json
from zkctl.service.proving.audit import Audit, AuditAction
from zkctl.service.proving.flags import DISABLED, MAX_BYTES, Flag, changed, parse_flag
from zkctl.service.proving.store.database import FLAGS, Database, StoreUnavailable
from zkctl.service.proving.store.statements import json_value
from zkctl.storage.private import read_private, replace_private

LOOK_S = 2.0  # between two looks at the table
MAX_STATE_AGE_S = 3600.0  # for which the file counts without a database
_REFRESH_S = 60.0  # between two writes of an unchanged flag


async def read_flag(database: Database) -> Flag:
    """Return the flag; without a change so far, all subjects are in.  Raises: StoreUnavailable."""
    rows = await database.run("flags.newest")
    return _flag_of(rows[0]) if rows else Flag()


async def change_flag(
    database: Database,
    changes: Mapping[str, Any],
    *,
    changed_by: str,
    audit: Audit | None = None,
) -> Flag:
    """Write the next version with its row of the audit log, and send the notice.  Raises: StoreUnavailable."""
    async with database.transaction() as session:
        await session.run("flags.lock")
        rows = await session.run("flags.newest")
        flag = changed(_flag_of(rows[0]) if rows else Flag(), changes)
        await session.run(
            "flags.insert",
            version=flag.version,
            flag=json.dumps(flag.document()),
            changed_by=changed_by,
        )
        if audit is not None:
            await audit.record(
                AuditAction.FLAG_CHANGED,
                tenant="",
                subject=changed_by,
                about=f"version {flag.version}",
                session=session,
            )
        await session.notify(FLAGS, str(flag.version))
    return flag


class FlagWatch:
    """The flag of a process; `run` keeps it up to date."""

    def __init__(
        self,
        database: Database,
        state_file: Path,
        clock: Callable[[], float],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        on_change: Callable[[Flag], None] | None = None,
    ) -> None:
        self._database, self._state_file = database, state_file
        self._clock, self._monotonic = clock, monotonic  # of the file, and of this process
        self._on_change = on_change
        self._flag: Flag | None = None
        self._read_at = 0.0  # monotonic: the time of day may jump
        self._written_at = float("-inf")

    def current(self) -> Flag:
        """Return the flag: disabled if the database was not read for an hour."""
        if self._flag is None or self._monotonic() - self._read_at > MAX_STATE_AGE_S:
            return DISABLED
        return self._flag

    async def run(self) -> None:
        """Follow the table until cancelled."""
        async with self._database.subscribe(FLAGS) as subscription:
            while True:
                await self.look()
                await subscription.next(LOOK_S)

    async def look(self) -> None:
        """Read the flag once; without a database take the last one from the file, if that is young enough."""
        try:
            flag = await read_flag(self._database)
        except StoreUnavailable:
            if self._flag is None:
                self._read_state()
            return
        is_new = flag != self._flag
        self._flag, self._read_at = flag, self._monotonic()
        if is_new and self._on_change is not None:
            self._on_change(flag)
        if is_new or self._read_at - self._written_at >= _REFRESH_S:
            self._write_state()

    def _read_state(self) -> None:
        where = str(self._state_file)
        try:
            raw = read_private(self._state_file, MAX_BYTES)
            if raw is None:
                return
            node = Node(load_json(raw, one_decimal=True, where=where), where)
            flag = parse_flag(json.dumps(node.member("flag").value).encode(), where=where)
            read_at = float(node.member("read_at").number())
        except (FormatError, EnvironmentProblem):
            return  # a damaged file is no reason to be enabled
        age = self._clock() - read_at
        if 0 <= age <= MAX_STATE_AGE_S:
            self._flag, self._read_at = flag, self._monotonic() - age

    def _write_state(self) -> None:
        assert self._flag is not None
        document = {"flag": self._flag.document(), "read_at": int(self._clock())}
        self._written_at = self._read_at
        try:
            replace_private(self._state_file, json.dumps(document).encode() + b"\n")
        except EnvironmentProblem:
            return  # a full disk: the flag in memory counts


def _flag_of(row: Mapping[str, Any]) -> Flag:
    return parse_flag(json.dumps(json_value(row["flag"])).encode(), where="feature_flags")
