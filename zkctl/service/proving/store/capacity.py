"""The division of the connections to PostgreSQL among the processes of a service."""

from __future__ import annotations

from zkctl.service.proving.settings import ServiceSettings

WORKER_CONNECTIONS = 2  # for statements, and for heartbeats beside them
_LISTENING = 1  # connection of a process that receives notices
_LEAST = 2
_RESERVED = 10  # connections of the server that a service leaves to administrators


def api_connections(settings: ServiceSettings) -> int:
    """Return the API process's share of `pool_size`; the workers have the rest."""
    return max(_LEAST, settings.pool_size - WORKER_CONNECTIONS * settings.workers)


def connections_wanted(settings: ServiceSettings) -> int:
    """Return the largest number of connections that all processes of this service open."""
    of_workers = settings.workers * (WORKER_CONNECTIONS + _LISTENING)
    return api_connections(settings) + _LISTENING + of_workers


def capacity_warning(settings: ServiceSettings) -> str:
    """Return a warning if the server allows fewer connections than this service may open, else nothing.

    Raises: psycopg.Error, as the caller has checked the schema before.
    """
    import psycopg

    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        row = connection.execute("SHOW max_connections").fetchone()
    allowed, wanted = int(row[0]) if row else 0, connections_wanted(settings)
    if wanted <= allowed - _RESERVED:
        return ""
    return (
        f"the service may open {wanted} connections and the server allows {allowed}, of which {_RESERVED} are"
        " reserved: lower pool_size, or raise max_connections"
    )
