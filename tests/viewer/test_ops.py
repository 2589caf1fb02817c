"""The operator's page in a browser, with and without JavaScript: figures, charts, and the change of the flag."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.viewer.browser import Opener, Page

pytest.importorskip("fastapi")

import uvicorn

from tests.support.ops_sample import ADMIN_KEY, HOSTILE, VERIFY_KEY, sample_service
from zkctl.service.proving.app import admin_application
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.store.open import open_store


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A running admin listener."""
    database = f"sqlite:///{tmp_path}/service.db"
    migrate(database)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config("none", log_level="critical"))

        async def serve() -> None:
            store = open_store(database)
            server.config.app = admin_application(sample_service(store))
            await server.serve([listener])
            await store.close()

        work = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        work.start()
        while not server.started:
            assert work.is_alive()
            threading.Event().wait(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        work.join(30)


def without_scripts(page: Page) -> Page:
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    return page


def submit(page: Page, key: str, percentage: str) -> None:
    """Fill the form and press its button as a person does, by the keyboard."""
    for name, text in (("rollout_percentage", percentage), ("key", key)):
        page.run(f"document.querySelector('[name={name}]').select()")
        page.run(f"document.querySelector('[name={name}]').focus()")
        page.call("Input.insertText", text=text)
    page.call("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", text="\r")
    page.call("Input.dispatchKeyEvent", type="keyUp", key="Enter", code="Enter")


def test_the_page_shows_the_service(open_page: Opener, url: str) -> None:
    page = open_page(f"{url}/ops")
    text = page.text()
    assert (
        page.text("#health")
        == "degraded circuits: partial, database: connected, cache does not answer"
    )
    for word in (
        "membership-v1",
        "active",
        "worker-0",
        "proving",
        "300 MiB",
        "unsatisfied",
        "root",
    ):
        assert word in text
    assert "a1a1a1a1a1a1" in text
    assert HOSTILE in text  # as text: a reason of an unavailable circuit
    assert page.run("document.querySelectorAll('svg').length") == 6
    boxes = page.run(
        "[...document.querySelectorAll('svg')].map((s) => s.getBoundingClientRect().width)"
    )
    assert all(width > 100 for width in boxes)
    assert page.complaints() == []
    assert {address.split("?")[0] for address in page.requests()} <= {
        f"{url}/ops",
        f"{url}/favicon.ico",
    }


def test_nothing_runs_and_nothing_is_wider_than_the_window(open_page: Opener, url: str) -> None:
    page = open_page(f"{url}/ops")
    for width in (390, 1200):
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        page.call("Emulation.setDeviceMetricsOverride", **size)
        assert page.run("document.documentElement.scrollWidth") <= width
    assert page.run("document.scripts.length") == 0


def test_the_flag_is_changed_without_javascript(open_page: Opener, url: str) -> None:
    page = without_scripts(open_page(f"{url}/ops/flag"))
    submit(page, ADMIN_KEY, "5")
    page.wait_for("location.pathname === '/ops' && document.getElementById('flag') !== null")
    assert "5 % of the subjects" in page.text("#flag")
    assert "version 1" in page.text("#flag")


def test_a_key_without_the_scope_changes_nothing(open_page: Opener, url: str) -> None:
    page = without_scripts(open_page(f"{url}/ops/flag"))
    submit(page, VERIFY_KEY, "5")
    page.wait_for("document.getElementById('message') !== null")
    assert "does not have the scope admin" in page.text("#message")
    assert "100 % of the subjects" in open_page(f"{url}/ops").text("#flag")
