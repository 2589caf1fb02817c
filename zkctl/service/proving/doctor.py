"""The checks before and during production, each with a verdict: pass, fail, or unknown from this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from pathlib import Path

from zkctl.errors import ZkctlError
from zkctl.runtime import clock
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.service.proving.circuits import CircuitState, Registry
from zkctl.service.proving.data.keys_at_rest import open_sealer, trees_folder
from zkctl.service.proving.data.replicas import Replicas
from zkctl.service.proving.data.root_lookup import Roots
from zkctl.service.proving.data.tree_files import TreeFiles
from zkctl.service.proving.migrate import pending
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.secret_files import load_secrets, secrets_open_to_all
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.store.database import Database
from zkctl.service.proving.store.open import is_postgres, open_database, store_of
from zkctl.toolchain.project.lock_file import LOCK_FILE

_DAYS_LEFT = 14  # of a certificate
_DAY_S = 86_400


class CheckVerdict(StrEnum):
    """The result of a check."""

    PASS = "pass"  # noqa: S105  (a verdict)
    FAIL = "fail"
    UNKNOWN = "unknown"


@record
class DoctorFinding:
    """A check with its result."""

    check: str
    verdict: CheckVerdict
    detail: str


@record
class ExaminationSummary:
    """All findings."""

    findings: list[DoctorFinding]
    n_failed: int


class UnknownHere(Exception):
    """A check that does not apply, or whose answer is elsewhere."""


def examine(
    settings: ServiceSettings, service_file: Path | None, environ: Mapping[str, str]
) -> ExaminationSummary:
    """Run all checks; none changes anything but secrets that a first start on loopback makes."""
    return asyncio.run(_Examination(settings, service_file, environ).run())


class _Examination:
    """The checks in order."""

    def __init__(
        self, settings: ServiceSettings, service_file: Path | None, environ: Mapping[str, str]
    ) -> None:
        self._settings, self._file, self._environ = settings, service_file, environ

    async def run(self) -> ExaminationSummary:
        checks: dict[str, Callable[[], Awaitable[str]]] = {
            "secrets": self._secrets,
            "key-encryption key": self._kek,
            "database": self._database,
            "migrations": self._migrations,
            "circuits": self._circuits,
            "roots": self._roots,
            "replicas": self._replicas,
            "cache": self._cache,
            "TLS": self._tls,
            "authentication": self._authentication,
            "backups": self._backups,
        }
        findings = [await _finding(name, check) for name, check in checks.items()]
        return ExaminationSummary(
            findings, sum(each.verdict is CheckVerdict.FAIL for each in findings)
        )

    async def _secrets(self) -> str:
        load_secrets(self._settings)
        if found := secrets_open_to_all(self._settings):
            return _fail(f"every user of this machine can read {printable(found[0])}")
        return "pepper, cache key and signing key are there"

    async def _kek(self) -> str:
        kek = open_sealer(self._settings, b"", self._environ).kek
        context = b"zkctl doctor"
        if kek.unwrap(kek.wrap(bytes(32), context), context) != bytes(32):
            return _fail("it does not open what it sealed")
        return kek.kek_id.partition(":")[0]

    async def _database(self) -> str:
        async with store_of(self._settings, 1) as store:
            health = await store.database.health()
        if health != "connected":
            return _fail(f"expected connected, got {health}")
        return "PostgreSQL" if is_postgres(self._settings.database_url) else "SQLite"

    async def _migrations(self) -> str:
        missing = await asyncio.to_thread(pending, self._settings.database_url)
        if missing:
            return _fail(f"not applied: {', '.join(missing)}")
        return "all are applied"

    async def _circuits(self) -> str:
        if not (self._settings.circuits / LOCK_FILE).exists():
            raise UnknownHere("this machine has no zkctl.lock")
        registry = await asyncio.to_thread(Registry.load, self._settings, self._file)
        wrong = [each.id for each in registry if each.state is CircuitState.UNAVAILABLE]
        if wrong or not list(registry):
            return _fail(f"unavailable: {', '.join(wrong)}" if wrong else "none is served")
        return f"{len(list(registry))} with the digests of the lock"

    async def _roots(self) -> str:
        async with store_of(self._settings, 1) as store:
            return await self._epochs(store.database)

    async def _epochs(self, database: Database) -> str:
        roots, trees = Roots(database), TreeFiles(trees_folder(self._settings))
        names = await roots.registries()
        if not names:
            raise UnknownHere("no registry has an epoch")
        for name in names:
            newest = await roots.newest(name)
            if newest is None:
                return _fail(f"{name} has no epoch that is not withdrawn")
            if newest.has_newer_revocations:
                return _fail(f"{name} has revocations that no epoch contains: publish one")
            await trees.open(newest)
        return f"the newest epoch of each registry has its tree file ({len(names)})"

    async def _replicas(self) -> str:
        urls = self._settings.database_read_urls
        if not urls:
            raise UnknownHere("no replica is set")
        opened = [open_database(url) for url in urls]
        limit = self._settings.max_replica_lag_s
        async with store_of(self._settings, 1) as store:
            replicas = Replicas(store.database, opened, max_lag_s=limit)
            await replicas.measure()
            await replicas.measure()
            lags = replicas.lags()
            await replicas.close()
        behind = sum(lag >= limit for lag in lags)
        if behind:
            return _fail(f"{behind} of {len(lags)} are behind, or do not answer")
        return f"{len(lags)} with a lag below {limit:g} s"

    async def _cache(self) -> str:
        if not self._settings.redis_url:
            raise UnknownHere("no Redis is set: each process has its own cache")
        try:
            from redis.asyncio import from_url
            from redis.exceptions import RedisError
        except ImportError:
            return _fail('the package redis is missing: pip install "zkctl[redis]"')
        client = from_url(self._settings.redis_url, socket_timeout=2, socket_connect_timeout=2)
        try:
            await client.ping()
        except (RedisError, OSError):
            return _fail("Redis does not answer")
        finally:
            await client.aclose()
        return "Redis answers"

    async def _tls(self) -> str:
        settings = self._settings
        if settings.tls_cert is None:
            if settings.is_loopback:
                raise UnknownHere("the API is on loopback")
            return _fail("the API is reachable from other machines without a certificate")
        days = (_end_of(settings.tls_cert) - clock.now()) / _DAY_S
        if days < _DAYS_LEFT:
            return _fail(f"the certificate ends in {days:.0f} days")
        return f"the certificate counts for {days:.0f} days more"

    async def _authentication(self) -> str:
        if self._settings.no_auth:
            return _fail("requests need no key")
        return "requests need a key"

    async def _backups(self) -> str:
        raise UnknownHere("look at the schedule of zkctl service backup, and restore one")


async def _finding(name: str, check: Callable[[], Awaitable[str]]) -> DoctorFinding:
    try:
        return DoctorFinding(name, CheckVerdict.PASS, await check())
    except UnknownHere as reason:
        return DoctorFinding(name, CheckVerdict.UNKNOWN, str(reason))
    except ZkctlError as problem:
        place = f"{problem.where}: " if problem.where else ""
        return DoctorFinding(name, CheckVerdict.FAIL, f"{place}{problem.message}")
    except Problem as problem:
        return DoctorFinding(name, CheckVerdict.FAIL, problem.detail)


class _Failed(ZkctlError):
    """A failed check."""


def _fail(detail: str) -> str:
    raise _Failed(detail)


def _end_of(path: Path) -> float:
    """Return the end of a certificate in seconds since 1970.  Raises: ZkctlError."""
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
        return min(each.not_valid_after_utc.timestamp() for each in found)
    except (OSError, ValueError):
        raise _Failed("the certificate cannot be read") from None
