"""The page of a ceremony as the coordinator serves it: it works under its header, and the header alone forbids enough."""

from __future__ import annotations

import json
import re
import shutil
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.viewer.browser import Opener

pytest.importorskip("fastapi")

from tests.service.harness import SETTINGS, Harness
from tests.service.serving import serving
from tests.viewer.browser import Page
from tests.viewer.test_viewer import FILES, N_LINES, verdicts
from zkctl.service.coordinator.routes import VIEWER_POLICY

META = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
FORBIDDEN = """
(async () => {
  const seen = new Set();
  document.addEventListener('securitypolicyviolation', (e) => seen.add(e.effectiveDirective));
  const put = (name, facts) => document.body.append(Object.assign(document.createElement(name), facts));
  const away = 'http://127.0.0.1:9/x';
  await fetch(away).catch(() => 0);
  put('img', { src: away });
  put('img', { src: '/favicon.ico' });
  put('script', { src: '/files/circuit.r1cs' });
  put('link', { rel: 'stylesheet', href: away });
  put('iframe', { src: '/' });
  put('object', { data: away });
  put('video', { src: away });
  document.head.append(Object.assign(document.createElement('base'), { href: away }));
  const form = Object.assign(document.createElement('form'), { action: '/api/leave', method: 'post' });
  document.body.append(form);
  form.submit();
  try { new Worker('/files/viewer.html'); } catch { seen.add('worker-src'); }
  await new FontFace('f', `url(${away})`).load().catch(() => 0);
  await new Promise((done) => setTimeout(() => { try { eval('1'); } catch { seen.add('eval'); } done(); }));
  await new Promise((done) => setTimeout(done, 300));
  return [...seen].sort();
})()
"""


@pytest.fixture
def harness(finished: Path, tmp_path: Path) -> Iterator[Harness]:
    """A coordinator of the finished ceremony."""
    shutil.copytree(finished, tmp_path / "ceremony")
    made = Harness(tmp_path, replace(SETTINGS, burst=1000))
    yield made
    made.coordinator.close()


@pytest.fixture
def url(harness: Harness) -> Iterator[str]:
    with serving(harness) as address:
        yield address


def change(harness: Harness, pattern: re.Pattern[str] | str, new: str) -> None:
    """Put something else into the page; it must have been there."""
    path = harness.ceremony / "viewer.html"
    text, count = re.subn(pattern, lambda _: new, path.read_text(), count=1)
    assert count == 1
    path.write_text(text)


def fetch_beside(page: Page) -> None:
    """Let the page fetch the files beside it."""
    page.run("document.getElementById('fetch').click()")
    page.wait_for("readHere.size === expected.size && !document.getElementById('fetch').disabled")


def test_all_checks_turn_green(url: str, open_page: Opener) -> None:
    page = open_page(url + "files/viewer.html")
    assert verdicts(page) == ["✓"] * N_LINES
    fetch_beside(page)
    assert page.text("#headline") == "The ledger holds, and all files are the recorded ones"
    assert verdicts(page) == ["✓"] * N_LINES
    assert [row[4] for row in page.rows("lines")] == ["", *["✓ Ed25519"] * 3, "", "none", ""]
    assert {row[0] for row in page.rows("files")} == set(FILES)
    assert all(row[2].startswith("✓ ") for row in page.rows("files"))
    asked = {address for address in page.requests() if "favicon" not in address}
    assert asked == {f"{url}files/{name}" for name in ("viewer.html", *FILES)}
    assert page.complaints() == []


def test_what_was_changed_is_found(harness: Harness, url: str, open_page: Opener) -> None:
    raw = bytearray((harness.ceremony / "0003.zkey").read_bytes())
    raw[-1] ^= 1
    (harness.ceremony / "0003.zkey").write_bytes(raw)
    page = open_page(url + "files/viewer.html")
    fetch_beside(page)
    assert page.text("#headline") == "1 thing is wrong"


def test_its_headers(url: str) -> None:
    with urllib.request.urlopen(url + "files/viewer.html") as answer:  # noqa: S310  (ours)
        headers = answer.headers
    assert headers.get_all("Content-Security-Policy") == [VIEWER_POLICY]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_what_the_header_alone_forbids(harness: Harness, url: str, open_page: Opener) -> None:
    """Also if somebody put another page in place of ours, without a policy of its own."""
    change(harness, META, "")
    page = open_page(url + "files/viewer.html")
    assert page.run(FORBIDDEN) == [
        "base-uri",
        "connect-src",
        "eval",
        "font-src",
        "form-action",
        "frame-src",
        "img-src",
        "media-src",
        "object-src",
        "script-src",
        "script-src-elem",
        "style-src-elem",
        "worker-src",
    ]
    assert page.run("location.href") == url + "files/viewer.html"


def test_nobody_shows_it_in_a_frame(url: str, open_page: Opener, tmp_path: Path) -> None:
    """What a policy inside a page cannot forbid."""
    outer = tmp_path / "outer.html"
    outer.write_text(
        f'<!doctype html><html data-ready="yes"><iframe src="{url}files/viewer.html"></iframe>'
    )
    page = open_page(outer.as_uri())
    page.wait_for("document.readyState === 'complete'")
    assert any("frame-ancestors 'none'" in text for text in page.complaints()), page.complaints()


def test_header_and_page_together_stop_injected_scripts(
    harness: Harness, url: str, open_page: Opener
) -> None:
    """The header permits inline scripts, because their hashes change; the page's own policy names them."""
    evil = "<main><script>window.hit=1</script><img src=x onerror='window.hit=1'>"
    change(harness, "<main>", evil)
    page = open_page(url + "files/viewer.html")
    assert page.run("window.hit === undefined")
    assert any("Content Security Policy" in text for text in page.complaints())
    assert json.loads(page.run("JSON.stringify(document.images.length)")) == 1
