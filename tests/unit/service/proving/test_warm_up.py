"""The work of an API process after it is ready."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.support.demo_service import shared_demo
from zkctl.service.proving import warm_up as module
from zkctl.service.proving.cache import MemoryCache
from zkctl.service.proving.circuits import Registry
from zkctl.service.proving.service import Service
from zkctl.service.proving.settings_sources import load_settings
from zkctl.service.proving.warm_up import warm_up


def test_keys_are_offered_and_each_curve_is_prepared_once(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo: Path = shared_demo(tmp_path_factory.getbasetemp().parent)
    prepared: list[str] = []
    monkeypatch.setattr(module, "prepare_verification", lambda curve: prepared.append(curve.name))
    registry, cache = Registry.load(load_settings({"circuits": demo}, {})), MemoryCache(1, 1)
    service = cast(Service, SimpleNamespace(registry=registry, cache=cache))
    asyncio.run(warm_up(service))
    [circuit] = registry
    assert circuit.files.vkey is not None
    assert asyncio.run(cache.get_key(circuit.vkey_sha256)) == circuit.files.vkey.read_bytes()
    assert prepared == ["bn254"]
