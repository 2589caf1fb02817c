"""The generated holder of the demo: one address in a registry without revocations."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from zkctl.address.hashes import (
    fields_commitment,
    holder_key,
    pid_commitment,
    registry_leaf,
)
from zkctl.address.merkle import MerkleTree
from zkctl.address.pid import parse_pid
from zkctl.address.requests import new_secret
from zkctl.address.revocations import RevocationTree
from zkctl.field import BN254_FR, FieldArray
from zkctl.runtime.records import record
from zkctl.service.proving.policy import RootState
from zkctl.service.proving.problems import Problem
from zkctl.storage.mapped import read_input

DEMO_PID = "JP-13-113-01"  # the holder's address
_PLACE = 5  # of the leaf; the places before it hold random leaves
_N_FIELDS = 8
_MAX_BYTES = 4096


@record(repr=False)
class DemoHolder:
    """The secret of the holder, and the openings of the leaf."""

    secret: int
    pid_salt: int
    field_salts: tuple[int, ...]
    others: tuple[int, ...]  # leaves

    @classmethod
    def generate(cls) -> DemoHolder:
        """Return a new holder; all numbers are random."""
        salts = tuple(new_secret() for _ in range(_N_FIELDS))
        return cls(new_secret(), new_secret(), salts, tuple(new_secret() for _ in range(_PLACE)))

    @classmethod
    def read(cls, path: Path) -> DemoHolder:
        """Read the holder of a demo's folder."""
        members = json.loads(read_input(path, _MAX_BYTES))
        salts, others = tuple(map(int, members["field_salts"])), tuple(map(int, members["others"]))
        return cls(int(members["secret"]), int(members["pid_salt"]), salts, others)

    def members(self) -> dict[str, Any]:
        """Return the members of the file."""
        return {
            "secret": str(self.secret),
            "pid_salt": str(self.pid_salt),
            "field_salts": [str(salt) for salt in self.field_salts],
            "others": [str(leaf) for leaf in self.others],
        }

    def commitments(self) -> tuple[int, int]:
        """Return the commitments to the PID and to eight empty fields."""
        pid = pid_commitment(parse_pid(DEMO_PID), self.pid_salt)
        return pid, fields_commitment((0,) * _N_FIELDS, self.field_salts)

    def leaf(self) -> int:
        """Return the leaf."""
        return registry_leaf(*self.commitments(), holder_key(self.secret), 0)

    def tree(self, depth: int) -> MerkleTree:
        """Return the registry's tree."""
        return MerkleTree(depth, FieldArray.from_ints(BN254_FR, [*self.others, self.leaf()]))

    def inputs(self, depth: int, *, scope: int, context: int) -> dict[str, Any]:
        """Return the inputs of membership-v1 for trees of this depth."""
        tree, revoked = self.tree(depth), RevocationTree(depth, [])
        path, low = tree.path(_PLACE), revoked.low_entry(self.leaf())
        pid, fields = self.commitments()
        numbers = {
            "root": tree.root(),
            "revocation_root": revoked.root(),
            "scope": scope,
            "context": context,
            "holder_secret": self.secret,
            "pid_commitment": pid,
            "fields_commitment": fields,
            "version": 0,
            "siblings": path.siblings,
            "path": path.bits,
            "low_value": low.value,
            "low_next": low.next,
            "low_link": low.link,
            "low_siblings": low.path.siblings,
            "low_path": low.path.bits,
        }
        return {
            name: [str(each) for each in value] if isinstance(value, list) else str(value)
            for name, value in numbers.items()
        }


class DemoCustodian:
    """The custodian of one generated holder."""

    def __init__(self, holder: DemoHolder, depth: int) -> None:
        # computed once: the hashes take 20 ms, for which the event loop would answer no other request
        self._inputs = holder.inputs(depth, scope=0, context=0)

    async def inputs(
        self, _tenant: str, pid: str, _circuit: Any, request: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Return the inputs for the PID of the demo; `request` has scope and context as numbers.  Raises: Problem."""
        if pid != DEMO_PID:
            raise Problem("unknown-pid", detail=f"the demo knows one PID, {DEMO_PID}")
        asked = {name: str(request.get(name) or 0) for name in ("scope", "context")}
        return self._inputs | asked


@record
class DemoRoot:
    """The one root of the demo's registry; it is always the newest."""

    revocation_root: int
    issued_at: float
    is_newest: bool = True
    withdrawn: bool = False
    has_newer_revocations: bool = False


class DemoRoots:
    """The roots of the demo's registry: they never change."""

    def __init__(self, holder: DemoHolder, depth: int, now: Callable[[], float]) -> None:
        self._root, self._now = holder.tree(depth).root(), now
        self._revocation_root = RevocationTree(depth, []).root()

    async def newest(self, _registry: str) -> RootState:
        """Return the root, issued now."""
        return DemoRoot(self._revocation_root, self._now())

    async def registries(self) -> list[str]:
        """Return no name: the demo publishes no snapshot."""
        return []

    async def find(self, registry: str, root: int) -> RootState | None:
        """Return the root if it is the registry's."""
        return await self.newest(registry) if root == self._root else None
