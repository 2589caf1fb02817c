"""The operator's work on data beside a running service; each change is a row of the audit log."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from zkctl.address.poseidon_rounds import MODULUS
from zkctl.ceremony.record.signing import openssh_key
from zkctl.errors import InputError, UsageError
from zkctl.formats.json.strict import parse_integer
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.service.proving.audit import Audit, AuditAction
from zkctl.service.proving.data.address_import import (
    Destination,
    ImportSummary,
    LegacySource,
    VerifySummary,
    import_addresses,
    verify_import,
)
from zkctl.service.proving.data.address_table import erase_address
from zkctl.service.proving.data.epoch_build import (
    EpochSummary,
    RegistryTrees,
    build_epoch,
    withdraw_epoch,
)
from zkctl.service.proving.data.keys_at_rest import open_sealer, trees_folder
from zkctl.service.proving.data.legacy_csv import read_columns
from zkctl.service.proving.data.revocation_table import Reason, RevokedLeaf, revoke_leaf
from zkctl.service.proving.data.sealed_address import open_address
from zkctl.service.proving.flag_table import change_flag, read_flag
from zkctl.service.proving.flags import Flag
from zkctl.service.proving.secret_files import load_secret
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.store.database import LISTS, Database
from zkctl.service.proving.store.open import store_of
from zkctl.storage.atomic import atomic_output
from zkctl.storage.private import read_secret
from zkctl.toolchain.address.documents import credential_document, line_of

T = TypeVar("T")
OPERATOR = "operator"
_MAX_KEY = 1 << 16
_PAGE_ROWS = 1000
Work = Callable[[Database, Audit], Awaitable[T]]


@record
class LegacyImport:
    """A legacy file with the map of its columns, and where its addresses go."""

    source: Path
    columns: Path
    tenant: str
    registry: str

    def legacy(self) -> LegacySource:
        """Return the source.  Raises: FormatError."""
        return LegacySource(self.source, read_columns(self.columns))


@record
class ExportSummary:
    """Credentials written."""

    credentials: str
    n_credentials: int


@record
class EraseSummary:
    """An erased address; its leaf stays in the tree until it is revoked."""

    tenant: str
    leaf: str


@record
class WithdrawSummary:
    """A withdrawn epoch, and the epoch of the record that says so."""

    registry: str
    withdrawn: int
    epoch: int


class DataOperations:
    """The data in the database of the settings.  All methods raise StoreUnavailable, and as `load_secret` and `open_sealer`."""

    def __init__(self, settings: ServiceSettings, environ: Mapping[str, str] = os.environ) -> None:
        self._settings, self._environ = settings, environ

    def import_addresses(
        self,
        wanted: LegacyImport,
        *,
        rejected: Path,
        dry_run: bool = False,
        progress: Progress = silent,
    ) -> ImportSummary:
        """Import a legacy CSV.  Raises: as `import_addresses`."""
        legacy, to = wanted.legacy(), self._destination(wanted.tenant, wanted.registry)

        async def work(database: Database, audit: Audit) -> ImportSummary:
            done = await import_addresses(
                database, legacy, to, rejected=rejected, dry_run=dry_run, progress=progress
            )
            if done.n_imported and not dry_run:
                about = f"{wanted.registry}: {done.n_imported}"
                await _note(audit, AuditAction.ADDRESS_IMPORTED, wanted.tenant, about)
            return done

        return self._run(work)

    def verify_import(self, wanted: LegacyImport, *, progress: Progress = silent) -> VerifySummary:
        """Compare a legacy CSV with the database.  Raises: as `verify_import`."""
        legacy, to = wanted.legacy(), self._destination(wanted.tenant, wanted.registry)
        return self._run(lambda database, _: verify_import(database, legacy, to, progress=progress))

    def export_credentials(
        self, tenant: str, registry: str, output: Path, *, force: bool = False
    ) -> ExportSummary:
        """Write the credentials of the holders who keep their secrets, one a line, for delivery.

        Raises: IntegrityError for a row that does not open; EnvironmentProblem.
        """
        sealer = open_sealer(self._settings, self._pepper(), self._environ)

        async def work(database: Database, _: Audit) -> int:
            count = 0
            with atomic_output(output, force=force, private=True) as stream:
                async for row in _sealed_rows(database, tenant, registry):
                    if row["custody"] == "holder":
                        opened = open_address(row, sealer, tenant=tenant, registry=registry)
                        stream.write(line_of(credential_document(opened.credential)))
                        count += 1
            return count

        return ExportSummary(str(output), self._run(work))

    def erase(
        self, tenant: str, *, legacy_id: str | None, registry: str | None, leaf: str | None
    ) -> EraseSummary:
        """Destroy the content of an address.  Raises: UsageError without a legacy id or a leaf; UnknownLeaf."""
        if (legacy_id is None) == (leaf is None) or (leaf is not None and registry is None):
            raise UsageError("expected a legacy id, or a registry and a leaf")
        number = None if leaf is None else _leaf(leaf)

        async def work(database: Database, audit: Audit) -> EraseSummary:
            erased = await erase_address(
                database, tenant, legacy_id=legacy_id, registry=registry, leaf=number
            )
            await _note(audit, AuditAction.ADDRESS_ERASED, tenant, f"leaf {erased}"[:60])
            return EraseSummary(tenant, str(erased))

        return self._run(work)

    def revoke(
        self, tenant: str, registry: str, leaf: str, reason: str, *, new_leaf: str | None = None
    ) -> RevokedLeaf:
        """Revoke a leaf.  Raises: UsageError for an unknown reason; as `revoke_leaf`."""
        if reason not in set(Reason):
            raise UsageError(f"the reason is unknown: expected one of {', '.join(Reason)}")
        numbers = _leaf(leaf), None if new_leaf is None else _leaf(new_leaf)

        async def work(database: Database, audit: Audit) -> RevokedLeaf:
            done = await revoke_leaf(
                database, tenant, registry, numbers[0], Reason(reason), new_leaf=numbers[1]
            )
            if done.is_new:
                about = f"{registry}/{done.list_version}"
                await _note(audit, AuditAction.LEAF_REVOKED, tenant, about)
            return done

        return self._run(work)

    def build_roots(
        self,
        registry: str,
        *,
        signing_key: Path | None = None,
        valid_for_s: int,
        progress: Progress = silent,
    ) -> EpochSummary:
        """Publish an epoch.  Raises: as `build_epoch`."""
        private = self._signing_key(signing_key)
        trees = self._trees(registry)

        async def work(database: Database, audit: Audit) -> EpochSummary:
            done = await build_epoch(
                database, trees, private, valid_for_s=valid_for_s, progress=progress
            )
            await _note(audit, AuditAction.ROOT_SIGNED, "", f"{registry}/{done.epoch}")
            return done

        return self._run(work)

    def follow_roots(
        self,
        registry: str,
        *,
        signing_key: Path | None,
        valid_for_s: int,
        every_s: float,
        published: Callable[[EpochSummary], None],
    ) -> None:
        """Publish an epoch now, after each revocation, and at least each `every_s`, until interrupted."""
        private, trees = self._signing_key(signing_key), self._trees(registry)

        async def work(database: Database, audit: Audit) -> None:
            clock = asyncio.get_running_loop().time
            built, next_at = -1, clock()
            async with database.subscribe(LISTS) as notices:
                while True:
                    versions = await database.run("revocations.versions")
                    newest = {row["registry"]: int(row["list_version"]) for row in versions}
                    if clock() >= next_at or built < newest.get(registry, 0):
                        next_at = clock() + every_s
                        done = await build_epoch(database, trees, private, valid_for_s=valid_for_s)
                        await _note(audit, AuditAction.ROOT_SIGNED, "", f"{registry}/{done.epoch}")
                        built = done.list_version
                        published(done)
                    await notices.next(max(0.0, next_at - clock()))

        self._run(work)

    def withdraw(
        self, registry: str, epoch: int, *, signing_key: Path | None = None
    ) -> WithdrawSummary:
        """Withdraw an epoch.  Raises: as `withdraw_epoch`."""
        private = self._signing_key(signing_key)

        async def work(database: Database, audit: Audit) -> WithdrawSummary:
            number = await withdraw_epoch(database, registry, epoch, private)
            await _note(audit, AuditAction.ROOT_SIGNED, "", f"{registry}/{number}")
            return WithdrawSummary(registry, epoch, number)

        return self._run(work)

    def roots(self, registry: str) -> Sequence[Mapping[str, Any]]:
        """Return the rows of all epochs of a registry."""
        return self._run(lambda database, _: database.run("roots.of_registry", registry=registry))

    def flag(self) -> Flag:
        """Return the feature flag."""
        return self._run(lambda database, _: read_flag(database))

    def change_flag(self, changes: Mapping[str, Any]) -> Flag:
        """Change the feature flag; works with the database alone, when no API runs."""
        return self._run(
            lambda database, audit: change_flag(database, changes, changed_by=OPERATOR, audit=audit)
        )

    def _destination(self, tenant: str, registry: str) -> Destination:
        sealer = open_sealer(self._settings, self._pepper(), self._environ)
        return Destination(tenant, registry, sealer, self._settings.registry_depth)

    def _trees(self, registry: str) -> RegistryTrees:
        settings = self._settings
        depths = settings.registry_depth, settings.revocation_depth
        return RegistryTrees(registry, trees_folder(settings), *depths)

    def _signing_key(self, path: Path | None) -> bytes:
        """Return the private key in the form of OpenSSH: of the file, or the service's own."""
        if path is not None:
            return read_secret(path, _MAX_KEY)
        return openssh_key(load_secret(self._settings, "signing_key_file"))

    def _pepper(self) -> bytes:
        return load_secret(self._settings, "pepper_file")

    def _run(self, work: Work[T]) -> T:
        async def whole() -> T:
            async with store_of(self._settings, 1) as store:
                return await work(store.database, Audit(store.database, self._pepper()))

        return asyncio.run(whole())


async def _sealed_rows(
    database: Database, tenant: str, registry: str
) -> AsyncIterator[Mapping[str, Any]]:
    after = 0
    while True:
        page = await database.run(
            "addresses.sealed_page",
            tenant=tenant,
            registry=registry,
            after=after,
            most=_PAGE_ROWS,
        )
        for row in page:
            yield row
        if len(page) < _PAGE_ROWS:
            return
        after = int(page[-1]["id"])


async def _note(audit: Audit, action: AuditAction, tenant: str, about: str) -> None:
    await audit.record(action, tenant=tenant, subject=OPERATOR, about=about)


def _leaf(text: str) -> int:
    number = parse_integer(text, where="the leaf")
    if not 0 < number < MODULUS:
        raise InputError("the leaf is wrong: expected 1 to p - 1")
    return number
