"""The shares of the connections to the database."""

from __future__ import annotations

from tests.support.servers import PostgresServer
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.store.capacity import (
    api_connections,
    capacity_warning,
    connections_wanted,
)


def test_the_api_has_the_connections_that_the_workers_leave() -> None:
    settings = ServiceSettings(pool_size=20, workers=3)
    assert api_connections(settings) == 14
    assert connections_wanted(settings) == 14 + 1 + 3 * 3
    assert api_connections(ServiceSettings(pool_size=4, workers=3)) == 2


def test_more_connections_than_the_server_allows_are_a_warning(postgres: PostgresServer) -> None:
    url = postgres.url()
    assert capacity_warning(ServiceSettings(database_url=url, pool_size=20)) == ""
    found = capacity_warning(ServiceSettings(database_url=url, pool_size=100))
    assert found.startswith("the service may open 102 connections and the server allows 100, of ")
