"""The names shared by code and artefacts: ports from the settings, a page for every alert."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from zkctl.service.deployment.names import (
    API_PORT,
    LONGEST_STOP_S,
    METRICS_PORT,
    RUNBOOKS,
    VARIABLES,
    VARIABLES_OF_ENVIRONMENT,
)


def test_ports_and_times_are_those_of_the_settings() -> None:
    assert (API_PORT, METRICS_PORT, LONGEST_STOP_S) == (8080, 9464, 30)
    assert {"DATABASE_URL", "DATABASE_URL_FILE", "ZKCTL_WORKERS"} <= VARIABLES_OF_ENVIRONMENT


@pytest.mark.parametrize("alert", RUNBOOKS)
def test_every_alert_has_a_page(alert: str) -> None:
    page = ROOT / f"docs/guides/operating/{RUNBOOKS[alert]}.md"
    assert f"`{alert}`" in page.read_text()


def test_defaults_have_their_form() -> None:
    for variable in VARIABLES.values():
        assert variable.form.fullmatch(variable.default)
