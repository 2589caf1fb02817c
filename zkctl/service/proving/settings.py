"""The settings of the service: one table of names, defaults, units and meanings.

Each field of `ServiceSettings` is a row.  Its name in the environment is ZKCTL_ and the name in capitals; four connection
settings have no prefix.  `settings_sources.py` reads options, environment and `service.yaml`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from zkctl.errors import UsageError
from zkctl.runtime.printable import printable

PROVE_MODES = ("inputs", "sealed", "custodial")
USER_IDS = ("plain", "keyed", "off")
_WITHOUT_PREFIX = ("database_url", "database_read_urls", "database_listen_url", "redis_url")
_STATE = Path("~/.local/state/zkctl")


def setting(
    default: Any,
    unit: str,
    meaning: str,
    *,
    is_secret: bool = False,
    one_of: tuple[str, ...] = (),
) -> Any:
    """Return a field: its default, its unit ("" for texts) and its meaning; `one_of` limits texts and the parts of lists."""
    metadata = {"unit": unit, "meaning": meaning, "is_secret": is_secret, "one_of": one_of}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True)
class ServiceSettings:
    """The settings of one process; numbers are not negative, texts may be empty for "none"."""

    # connections
    database_url: str = setting(
        f"sqlite:///{_STATE}/service.db",
        "",
        "postgresql:// or sqlite:///; by default in state_dir",
        is_secret=True,
    )
    database_read_urls: tuple[str, ...] = setting((), "", "read replicas", is_secret=True)
    database_listen_url: str = setting(
        "", "", "for LISTEN, where database_url is a pooler", is_secret=True
    )
    redis_url: str = setting("", "", "cache that machines share", is_secret=True)
    pool_size: int = setting(100, "connections", "of all processes together")
    pool_idle_s: float = setting(30.0, "s", "until an idle connection is closed")
    pool_connect_s: float = setting(2.0, "s", "to connect, and to wait for a connection")
    statement_s: float = setting(5.0, "s", "for one statement")
    transaction_idle_s: float = setting(10.0, "s", "of silence in a transaction")
    max_replica_lag_s: float = setting(5.0, "s", "beyond it the primary is read")
    # network
    listen: str = setting("127.0.0.1:8080", "", "host:port of the API")
    admin_listen: str = setting("127.0.0.1:9464", "", "host:port of metrics and flags")
    tls_cert: Path | None = setting(None, "", "certificate chain, PEM")
    tls_key: Path | None = setting(None, "", "private key, PEM")
    tls_client_ca: Path | None = setting(None, "", "clients need a certificate of this CA")
    trusted_proxies: tuple[str, ...] = setting(
        (), "", "networks of proxies whose X-Client-Cert headers count"
    )
    # circuits and proving
    circuits: Path = setting(Path(), "", "folder with zkctl.lock and the outputs")
    prove_modes: tuple[str, ...] | None = setting(
        None, "", "forms of generate; by default inputs on loopback, else none", one_of=PROVE_MODES
    )
    workers: int = setting(1, "processes", "that prove")
    prover_threads: int = setting(
        0, "threads", "of one worker; 0: all processors, 1 with more workers"
    )
    table_mb: int = setting(256, "MiB", "for tables of one proving key")
    worker_memory_mb: int = setting(0, "MiB", "limit of a worker; 0: none")
    recycle_jobs: int = setting(500, "proofs", "after which a worker is replaced")
    recycle_rss_mb: int = setting(0, "MiB", "above which a worker is replaced; 0: never")
    recycle_age_s: float = setting(43_200.0, "s", "after which a worker is replaced")
    proof_timeout_s: float = setting(20.0, "s", "for one proof, then its worker is killed")
    witness_batch: int = setting(1, "jobs", "that a worker claims together")
    # secrets
    state_dir: Path = setting(_STATE, "", "folder of secrets, lock and the last flag")
    pepper_file: Path | None = setting(None, "", "key of digests of API keys, PIDs and requests")
    cache_key_file: Path | None = setting(None, "", "key of cached verdicts")
    signing_key_file: Path | None = setting(None, "", "Ed25519 key of published keys and roots")
    sealing_secret_file: Path | None = setting(None, "", "secret of the sealing keys of workers")
    kek: str = setting("", "", "key-encryption key: file:, pkcs11:, vault: or aws-kms:")
    kek_previous: str = setting("", "", "the one before it, until all addresses are wrapped again")
    # stop
    drain_delay_s: float = setting(5.0, "s", "between ready = 503 and the end of accepting")
    grace_s: float = setting(25.0, "s", "for running proofs after a signal to stop")
    # limits of requests
    max_body_bytes: int = setting(65_536, "bytes", "of a body")
    max_batch_body_bytes: int = setting(1_048_576, "bytes", "of a body of a batch")
    max_json_depth: int = setting(12, "levels", "of nesting in a body")
    max_number_digits: int = setting(78, "digits", "of a number in a body")
    max_head_bytes: int = setting(16_384, "bytes", "of the head of a request")
    max_url_bytes: int = setting(2_048, "bytes", "of path and query")
    body_timeout_s: float = setting(10.0, "s", "for a body to arrive")
    keep_alive_s: float = setting(30.0, "s", "between two requests of a connection")
    max_connections: int = setting(500, "connections", "to the API")
    max_wait_ms: int = setting(
        200, "ms", "that a request waits to begin; one that would wait longer is answered 503"
    )
    verify_per_s: float = setting(200.0, "requests/s", "verify, for each key")
    verify_burst: int = setting(400, "requests", "verify, at once, for each key")
    generate_per_minute: float = setting(60.0, "requests/min", "generate, for each key")
    rate_classes: tuple[str, ...] = setting(
        ("low=0.1", "standard=1", "high=10"),
        "",
        "factors of these three rates, by the class of a key",
    )
    max_generate_batch: int = setting(
        64, "requests", "in a batch of generate; at most the unfinished jobs of a tenant"
    )
    max_verify_batch: int = setting(256, "statements", "in a batch of verify")
    # queue
    max_unfinished_per_tenant: int = setting(16, "jobs", "of one tenant")
    max_queued_per_circuit: int = setting(100, "jobs", "queued for one circuit")
    max_queued: int = setting(1_000, "jobs", "queued in all")
    max_attempts: int = setting(3, "attempts", "of one job")
    lease_s: float = setting(15.0, "s", "of a claimed job without a heartbeat")
    heartbeat_s: float = setting(5.0, "s", "between heartbeats")
    reap_s: float = setting(5.0, "s", "between two runs of the reaper")
    poll_s: float = setting(1.0, "s", "between claims without a notification")
    job_deadline_s: float = setting(300.0, "s", "from acceptance to the result")
    result_ttl_s: float = setting(3_600.0, "s", "for which a result is kept")
    idempotency_ttl_s: float = setting(86_400.0, "s", "for which an idempotency key is kept")
    max_waiters: int = setting(200, "requests", "that wait for a job; more are answered 202")
    response_quantum_ms: int = setting(250, "ms", "proofs are released at multiples of it")
    # verification
    max_root_age_s: int = setting(600, "s", "of a root, where the request names no age")
    root_history: int = setting(16, "roots", "of a registry that are published")
    roots_grace_s: float = setting(60.0, "s", "for which roots in memory count without a database")
    max_challenge_ttl_s: int = setting(900, "s", "of a challenge")
    max_clock_skew_s: float = setting(30.0, "s", "between this machine and the database")
    # registries of addresses
    trees: Path | None = setting(None, "", "folder of tree files; by default trees in state_dir")
    registry_depth: int = setting(20, "levels", "of the trees of leaves")
    revocation_depth: int = setting(20, "levels", "of the trees of revocations")
    # cache
    cache_ttl_s: int = setting(300, "s", "of a cached verdict")
    cache_entries: int = setting(10_000, "verdicts", "in the memory of a process, without Redis")
    cache_timeout_ms: int = setting(50, "ms", "for an answer of Redis")
    cache_max_errors: int = setting(3, "errors", "in a row that switch Redis off")
    cache_pause_s: float = setting(5.0, "s", "for which Redis is then off")
    # keys, people and logs
    no_auth: bool = setting(False, "", "accept requests without a key; on loopback only")
    demo: bool = setting(False, "", "serve a generated holder; on loopback only")
    migrate: bool = setting(False, "", "apply migrations at start")
    environment: str = setting("live", "", "of API keys", one_of=("live", "test"))
    key_refresh_s: float = setting(5.0, "s", "until a revoked key is refused everywhere")
    key_overlap_s: float = setting(86_400.0, "s", "for which a rotated key is accepted")
    user_ids: str = setting("keyed", "", "of the log", one_of=USER_IDS)
    log_level: str = setting("info", "", "", one_of=("debug", "info", "warning", "error"))
    otlp_endpoint: str = setting(
        "", "", "address of a collector that receives traces, OTLP over HTTP; empty: no traces"
    )
    trace_percent: float = setting(100.0, "%", "of requests are traced")
    legacy_accel: bool = setting(False, "", "let the proxy repeat a refused request at @legacy")
    legacy_url: str = setting("", "", "the legacy system that a shadow is compared with")
    legacy_timeout_s: float = setting(10.0, "s", "for its answer")
    # retention
    job_days: int = setting(30, "days", "for rows of finished jobs")
    audit_days: int = setting(400, "days", "for rows of the audit log")
    backup_days: int = setting(35, "days", "for backups")

    @property
    def is_loopback(self) -> bool:
        """True if only this machine can reach the API."""
        return is_loopback(host_and_port(self.listen)[0])

    @property
    def makes_secrets(self) -> bool:
        """True if API and database are on this machine: no other one needs the same secrets, and missing ones are made."""
        try:
            host = urlsplit(self.database_url).hostname
        except ValueError:
            return False
        return self.is_loopback and (host is None or is_loopback(host))

    @property
    def accepted_modes(self) -> tuple[str, ...]:
        """The forms of generate that are on."""
        if self.prove_modes is not None:
            return self.prove_modes
        return ("inputs",) if self.is_loopback else ()


@dataclass(frozen=True)
class SettingRow:
    """A row of the table; `kind` is the field's annotation."""

    name: str
    env: str
    kind: str
    default: Any
    unit: str
    meaning: str
    is_secret: bool
    one_of: tuple[str, ...]


def rows() -> list[SettingRow]:
    """Return the table."""
    return [
        SettingRow(
            each.name, env_name(each.name), str(each.type), each.default, **dict(each.metadata)
        )
        for each in dataclasses.fields(ServiceSettings)
    ]


def env_name(name: str) -> str:
    """Return the name of a setting in the environment."""
    return name.upper() if name in _WITHOUT_PREFIX else f"ZKCTL_{name.upper()}"


def host_and_port(text: str) -> tuple[str, int]:
    """Return host and port of "host:port" or "[ipv6]:port"; port 0 is any free one.  Raises: UsageError."""
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port is None or parts.path:
        raise UsageError(
            f"the address is malformed: expected host:port, got {printable(text, 80)!r}",
            hint="write for example 127.0.0.1:8080",
        )
    return host, port


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
