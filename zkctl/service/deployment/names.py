"""The names that the deployment artefacts share with the code: values one may replace, ports, variables, runbooks."""

from __future__ import annotations

import re

from zkctl import __version__
from zkctl.runtime.records import record
from zkctl.service.proving.families import FAMILIES, MetricKind
from zkctl.service.proving.settings import ServiceSettings, host_and_port, rows
from zkctl.service.proving.settings_sources import OTHER_NAMES

VERSION = __version__
NAMESPACE = "zkp-production"
ROLES = ("prover", "verifier")


@record
class ReplacedValue:
    """A value that `zkctl deploy eject --set` replaces: its default in all artefacts, and its form."""

    default: str
    form: re.Pattern[str]
    meaning: str


_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9._/-]{1,200})?")
_IMAGE = re.compile(r"[a-z0-9][a-z0-9._/:-]{0,250}(@sha256:[0-9a-f]{64})?")

VARIABLES = {
    "registry": ReplacedValue("registry.example.com", _HOST, "registry and path of the images"),
    "host": ReplacedValue("zkp.example.com", _HOST, "host name of the service"),
    "legacy": ReplacedValue("legacy.example.com", _HOST, "host name of the legacy system"),
    "docs": ReplacedValue("docs.example.com/zkctl", _HOST, "host and path of the runbooks"),
    "base": ReplacedValue("python:3.11-slim-bookworm", _IMAGE, "base image; add its digest"),
}

_DEFAULTS = ServiceSettings()
API_PORT = host_and_port(_DEFAULTS.listen)[1]
METRICS_PORT = host_and_port(_DEFAULTS.admin_listen)[1]
# ports of other programs, and the second API on one machine in docker-compose.yaml
PORTS = frozenset({API_PORT, METRICS_PORT, 8081, 4318, 5432, 6379, 8200, 9090, 9093})
USER = 65532  # of the images

METRICS = frozenset(FAMILIES) | {
    f"{name}_{end}"
    for name, family in FAMILIES.items()
    if family.kind is MetricKind.HISTOGRAM
    for end in ("bucket", "sum", "count")
}
VARIABLES_OF_ENVIRONMENT = (
    frozenset(row.env for row in rows())
    | {f"{row.env}_FILE" for row in rows() if row.is_secret}
    | OTHER_NAMES
)
LONGEST_STOP_S = _DEFAULTS.drain_delay_s + _DEFAULTS.grace_s

# the alerts, each with its page in docs/guides/operating
RUNBOOKS = {
    "ZkpGenerationFailures": "generation-failures",
    "ZkpVerificationFailures": "verification-failures",
    "ZkpDown": "down",
    "ZkpDatabaseLost": "database-lost",
    "ZkpGenerationSlow": "generation-slow",
    "ZkpMemoryHigh": "memory-high",
    "ZkpCpuHigh": "cpu-high",
    "ZkpBacklog": "backlog",
    "ZkpCanary": "stale-verifying-key",
    "ZkpHostileProofs": "hostile-proofs",
}
