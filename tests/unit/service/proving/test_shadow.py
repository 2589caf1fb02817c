"""A shadow: the caller gets the legacy answer, and differences of the verdicts are counted."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.demo_service import shared_demo
from tests.support.legacy_system import legacy_system
from tests.support.service_api import InProcessApi, open_api
from tests.support.stores import execute
from zkctl.service.proving.flags import Flag
from zkctl.service.proving.series import MergedMetrics

VERIFY = "/v1/zkp/verify"


class Flags:
    """A flag that the test sets."""

    flag = Flag()

    def current(self) -> Flag:
        return self.flag


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared_demo(tmp_path_factory.getbasetemp().parent)


def counts(api: InProcessApi, merged: MergedMetrics) -> tuple[float, float]:
    """Comparisons and differences so far, once no comparison runs."""

    async def ended() -> None:
        assert api.client is not None
        shadow = api.client._transport.app.state.shadow  # type: ignore[attr-defined]
        await asyncio.gather(*shadow._comparing)

    api.run(ended())
    merged.add("api", api.service.metrics.drain())
    names = ("zkp_shadow_compared_total", "zkp_shadow_mismatch_total")
    compared, different = (merged.value(name) or 0 for name in names)
    return compared, different


def test_the_legacy_system_answers_and_differences_are_counted(demo: Path, tmp_path: Path) -> None:
    flags, merged = Flags(), MergedMetrics()
    with legacy_system() as legacy:
        change = {"change": lambda service: replace(service, flags=flags)}
        options = {"legacy_url": legacy.url, "legacy_accel": True}
        with open_api(tmp_path, demo, **change, **options) as api:
            body = {"proof": api.prove()["proof"]}
            flags.flag = Flag(rollout_tenths=0, shadow=True)
            answer = api.post(VERIFY, body)
            assert (answer.status_code, answer.json()) == (200, {"valid": True})
            (path, authorization, raw) = legacy.requests[0]
            assert (path, authorization) == (VERIFY, f"Bearer {api.key}")
            assert json.loads(raw) == body
            assert counts(api, merged) == (1, 0)

            wrong = {**body, "expect": {"scope": "8"}}  # ours: context-mismatch
            assert api.post(VERIFY, wrong).json() == {"valid": True}
            assert counts(api, merged) == (2, 1)
            assert api.post(VERIFY, {}).json() == {"valid": True}  # ours: malformed
            assert counts(api, merged) == (3, 2)
            legacy.status = 422
            assert api.post(VERIFY, {}).status_code == 422
            assert counts(api, merged) == (4, 2)
            legacy.status = 500  # no verdict
            assert api.post(VERIFY, body).status_code == 500
            assert counts(api, merged) == (4, 2)

            legacy.status = 200  # no use is recorded
            used = {**body, "expect": {"consumeNullifier": True}}
            for _ in range(2):
                assert api.post(VERIFY, used).json() == {"valid": True}
            assert counts(api, merged) == (6, 2)
            assert execute(f"sqlite://{tmp_path}/api.db", "SELECT * FROM nullifiers") == []

            n_before = len(legacy.requests)
            flags.flag = Flag(shadow=True)  # in the rollout: the service answers alone
            assert api.post(VERIFY, body).json()["circuitId"]
            flags.flag = Flag(rollout_tenths=0)  # no shadow: the proxy asks
            assert api.post(VERIFY, body).headers["x-accel-redirect"] == "@legacy"
            assert len(legacy.requests) == n_before


def test_without_the_legacy_answer_the_proxy_asks(demo: Path, tmp_path: Path) -> None:
    flags, merged = Flags(), MergedMetrics()
    flags.flag = Flag(rollout_tenths=0, shadow=True)
    with legacy_system() as legacy:
        url = legacy.url
    with open_api(
        tmp_path,
        demo,
        worker=False,
        change=lambda service: replace(service, flags=flags),
        legacy_url=url,
        legacy_accel=True,
    ) as api:
        answer = api.post(VERIFY, {})
        assert answer.status_code == 503
        assert answer.headers["x-accel-redirect"] == "@legacy"
        assert counts(api, merged) == (0, 0)
