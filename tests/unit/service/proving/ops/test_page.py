"""The page as text: a policy that fits, nothing unescaped; tests/viewer/test_ops.py looks at it in a browser."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.support.ops_sample import CIRCUITS, HOSTILE
from zkctl.service.proving.flags import Flag
from zkctl.service.proving.ops.page import OPS_POLICY, flag_page, ops_page
from zkctl.service.proving.ops.view import CircuitView, ErrorView, OpsView, ProcessView

EMPTY = OpsView("zkp-prover", "1.0", {}, [], 0.0, [], [], [], [], [], None, [], None, None)
FULL = replace(
    EMPTY,
    service=HOSTILE,
    health={"status": HOSTILE, "circuits": HOSTILE},
    circuits=[CircuitView(each, 3, 0.5, False) for each in CIRCUITS],
    processes=[ProcessView(HOSTILE, 12, HOSTILE, 5.0, 1.5, 99.0)],
    flag=Flag(zkp_enabled=False, rollout_tenths=125, whitelist=(HOSTILE,), shadow=True, version=3),
    errors=[ErrorView(HOSTILE, HOSTILE, HOSTILE, 1234, 5.0)],
    database_up=False,
)


class Tags(HTMLParser):
    """The tags of a page, and those left open."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


PAGES = [
    ops_page(EMPTY),
    ops_page(FULL),
    flag_page(Flag(), message=HOSTILE),
    flag_page(Flag(), needs_key=False),
]


@pytest.mark.parametrize("text", PAGES, ids=["empty", "full", "form", "open form"])
def test_pages_are_well_formed_and_have_no_script(text: str) -> None:
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert "script" not in tags.seen
    (style,) = re.findall("<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in OPS_POLICY
    assert "style=" not in text
    assert not re.findall("https?://", text)


def test_states_are_shown() -> None:
    text = ops_page(FULL)
    assert "12.5 % of the subjects and 1 by name, in shadow of the legacy system; version 3" in text
    assert "database does not answer" in text
    assert "fails" in text
    assert "1,234" in text
    assert "No circuit is served." in ops_page(EMPTY)
    assert "This process has no flag" in ops_page(EMPTY)


def test_the_names_of_the_whitelist_are_not_shown() -> None:
    flag = Flag(whitelist=("did:example:alice",))
    assert "alice" not in flag_page(flag)
    assert "alice" not in ops_page(replace(EMPTY, flag=flag))


def test_the_form_asks_for_a_key_where_one_is_needed() -> None:
    assert 'name="key"' in flag_page(Flag())
    assert 'name="key"' not in flag_page(Flag(), needs_key=False)
