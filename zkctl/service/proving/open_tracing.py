"""The choice between no traces and those that go to a collector: only the second loads OpenTelemetry's packages."""

from __future__ import annotations

from zkctl.service.proving.logs import Log
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.tracing import Tracing


def open_tracing(settings: ServiceSettings, service: str, log: Log) -> Tracing:
    """Return the tracing of the settings.  Raises: EnvironmentProblem if the extra is missing."""
    if not settings.otlp_endpoint:
        return Tracing()
    from zkctl.service.proving.otel_tracing import OtelTracing

    return OtelTracing(settings, service, log)
