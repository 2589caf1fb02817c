"""A ceremony as one HTML page that re-checks its own digests in the browser.

The page is composed of the files of viewer_files/: no request leaves it, its policy names the hashes of
its one script and one style, and the ceremony's strings are data in it, never markup.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from zkctl.ceremony.record.rules import time_text
from zkctl.formats.ceremony_files import MAX_RULES_BYTES
from zkctl.runtime import clock
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.storage.mapped import read_bytes
from zkctl.toolchain.ceremony.audit import ceremony_status, verify_ceremony
from zkctl.toolchain.ceremony.folder import (
    FINAL,
    RULES,
    VERIFICATION_KEY,
    CeremonyFolder,
    blake2b,
    open_ceremony,
    tool,
)
from zkctl.toolchain.ceremony.key import KeyVerifySummary

_SCRIPTS = ("digests.js", "transcript.js", "zkey.js", "files.js", "page.js")
_PASSED = (
    "passed: digests, signatures, contributions, beacon, and the key against circuit and phase 1"
)
_NOT_MADE = "not made: verify the folder of the ceremony"


@record
class ViewerSummary:
    """The page written, with the state it shows."""

    viewer: str
    ceremony: str
    n_lines: int
    state: str
    audited: bool
    warnings: list[str]


def export_viewer(
    folder: Path,
    output: Path,
    *,
    audit: bool = True,
    allow_insecure: bool = False,
    force: bool = False,
    progress: Progress = silent,
) -> ViewerSummary:
    """Return Audit a ceremony and write its page with the verdict.

    Raises: as `verify_ceremony`, before anything is written.
    """
    check_destination(output, force=force)
    summary = None
    if audit:
        summary = verify_ceremony(folder, allow_insecure=allow_insecure, progress=progress)
    ceremony = open_ceremony(folder)
    with atomic_output(output, force=force) as stream:
        stream.write(viewer_page(ceremony, summary))
    return ViewerSummary(
        viewer=str(output),
        ceremony=ceremony.ceremony_id,
        n_lines=len(ceremony.ledger.lines),
        state=ceremony_status(folder).state,
        audited=audit,
        warnings=summary.warnings if summary else [],
    )


def viewer_page(ceremony: CeremonyFolder, audit: KeyVerifySummary | None = None) -> bytes:
    """Return the page, with the verdict of an audit if one was made."""
    assets = _assets()
    style, script = assets["style.css"], "\n".join(assets[name] for name in _SCRIPTS)
    parts = {
        "policy": _policy(script, style),
        "style": style,
        "script": script,
        "data": _as_script_data(_contents(ceremony, audit)),
    }
    # one pass: placeholders inside a part are not replaced
    page = re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], assets["page.html"])
    return page.encode()


def _contents(ceremony: CeremonyFolder, audit: KeyVerifySummary | None) -> dict[str, Any]:
    published = [name for name in (FINAL, VERIFICATION_KEY) if ceremony.file(name).exists()]
    return {
        "schema": "zkctl-viewer/1",
        "id": ceremony.ceremony_id,
        "rules": read_bytes(ceremony.file(RULES), MAX_RULES_BYTES).decode(),
        "transcript": [line.decode() for line in ceremony.ledger.lines],
        "published": {name: blake2b(ceremony.file(name)) for name in published},
        "state": ceremony_status(ceremony.path).state,
        "exported": time_text(clock.now()),
        "tool": tool(),
        "audit": {
            "verdict": _PASSED if audit else _NOT_MADE,
            "trust": audit.trust if audit else "",
            "phase1": audit.ptau_published_as if audit else "",
            "warnings": audit.warnings if audit else [],
        },
    }


def _as_script_data(value: dict[str, Any]) -> str:
    """Return JSON that can neither end its script element nor begin another: ASCII without < > &."""
    text = json.dumps(value, ensure_ascii=True)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _policy(script: str, style: str) -> str:
    """Return the content security policy: only these scripts and styles run, files come from the page's own folder."""
    return (
        f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)};"
        " connect-src 'self'; base-uri 'none'; form-action 'none';"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _assets() -> dict[str, str]:
    folder = resources.files("zkctl.toolchain.ceremony") / "viewer_files"
    names = ("page.html", "style.css", *_SCRIPTS)
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}
