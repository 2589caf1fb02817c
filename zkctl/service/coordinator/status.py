"""The public state of a ceremony, as data and as a page without scripts."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import Any

from zkctl.ceremony.record.ledger import CONTRIBUTION, Entry
from zkctl.runtime.printable import printable
from zkctl.service.coordinator.queue import Coordinator
from zkctl.service.coordinator.store import ACTIVE, VERIFYING
from zkctl.toolchain.ceremony.audit import status_of
from zkctl.toolchain.ceremony.folder import VIEWER

SCHEMA = "zkctl-coordinator/1"
SHOWN_WAITING, SHOWN_CONTRIBUTIONS = 20, 100
_NAME_CHARACTERS = 64
REFRESH_SECONDS = 15

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1f; background: #fff }
h1 { font-size: 1.5rem; margin-bottom: 0 } h2 { font-size: 1.1rem; margin-top: 2rem }
code, td.hash { font: 0.85rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% } th { text-align: left }
th, td { padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #ddd; vertical-align: top }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem } dt { color: #555 } dd { margin: 0 }
p.note { color: #555 } a { color: #0b57d0 }
@media (prefers-color-scheme: dark) {
 body { color: #e4e4e7; background: #18181b } th, td { border-color: #3f3f46 } dt, p.note { color: #a1a1aa } a { color: #8ab4f8 }
}
"""
_STYLE_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_TAKE_PART = '<h2>Take part</h2><p><code>zkctl ceremony join ADDRESS --name "Your name"</code></p>'
PAGE_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def public_status(coordinator: Coordinator) -> dict[str, Any]:
    """Return the public state; names are claims, shown without control characters."""
    ceremony = coordinator.published.ceremony()
    holder, waiting, n_waiting = coordinator.queue(SHOWN_WAITING)
    closed = coordinator.published.closing_reason()
    tip = ceremony.ledger.newest
    recent = ceremony.ledger.accepted[-SHOWN_CONTRIBUTIONS:]
    return {
        "schema": SCHEMA,
        **vars(status_of(ceremony)),
        "is_open": not closed,
        "closed_because": closed,
        "tip": {"number": tip.number, "file": tip.file, "blake2b": tip.key_digest},
        "slot": None if holder is None else {"name": shown(holder.name), "state": holder.state},
        "n_waiting": n_waiting,
        "waiting": [shown(participant.name) for participant in waiting],
        "contributions": [_contribution(entry) for entry in reversed(recent)],
        "limits": _limits(coordinator),
        "files": sorted(coordinator.published.files()),
    }


def _limits(coordinator: Coordinator) -> dict[str, int]:
    """Return the times of a slot, in whole seconds, and the places of one network."""
    settings = coordinator.settings
    names = ("lease", "slot", "penalty", "contribute", "progress", "max_faults", "places")
    return {name: round(getattr(settings, name)) for name in names}


def shown(name: str) -> str:
    """Return a claimed name on one line."""
    return printable(name, _NAME_CHARACTERS)


def _contribution(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "kind": entry.kind,
        "name": shown(entry.name),
        "time": entry.time,
        "contribution": entry.contribution,
        "is_signed": entry.kind == CONTRIBUTION and bool(entry.signature),
    }


def status_page(status: dict[str, Any]) -> str:
    """Return the page; every value from outside is escaped."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Ceremony: {escape(_headline(status))}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{REFRESH_SECONDS}"><style>{_STYLE}</style></head><body>
<h1>Trusted setup: {escape(_headline(status))}</h1>
<p class="note">This page reloads itself every {REFRESH_SECONDS} seconds.</p>
<dl>{_facts(status)}</dl>
{_queue(status)}
<h2>Contributions</h2>{_contributions(status["contributions"])}
<h2>Files</h2><ul>{"".join(_file(name) for name in status["files"])}</ul>
{_TAKE_PART if status["is_open"] else ""}
<h2>Check it</h2><p>Put the files above into one folder, then <code>zkctl ceremony verify FOLDER</code>. Names are
claims; hashes that contributors publish elsewhere must be in the ledger.</p>
</body></html>
"""


def _headline(status: dict[str, Any]) -> str:
    count = status["n_contributions"]
    title = f"{status['title']}: " if status["title"] else ""
    return f"{title}{count} contribution{'' if count == 1 else 's'}, {status['state']}"


def _facts(status: dict[str, Any]) -> str:
    facts = {
        "ceremony id": status["ceremony"],
        "admission": status["admission"],
        "minimum": f"{status['minimum_players']} contributors",
        "deadline": status["deadline"] or "none",
        "beacon": status["beacon"] or "none announced",
        "refused": str(status["n_rejected"]),
    }
    if not status["is_open"]:
        facts["closed"] = status["closed_because"]
    return "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items())


def _queue(status: dict[str, Any]) -> str:
    slot = status["slot"]
    doing = {ACTIVE: "is contributing", VERIFYING: "is being verified"}
    now = (
        f"{slot['name'] or 'A contributor'} {doing[slot['state']]}"
        if slot
        else "No contributor contributes"
    )
    names = "".join(f"<li>{escape(name) or '(no name)'}</li>" for name in status["waiting"])
    more = status["n_waiting"] - len(status["waiting"])
    rest = f"<p>and {more} more</p>" if more else ""
    waiting = f"<ol>{names}</ol>{rest}" if names else ""
    return f"<h2>Now</h2><p>{escape(now)}, {status['n_waiting']} waiting.</p>{waiting}"


def _contributions(entries: list[dict[str, Any]]) -> str:
    if not entries:
        return "<p>None yet.</p>"
    rows = "".join(
        f"<tr><td>{entry['number']}</td><td>{escape(entry['name'])}</td><td>{escape(entry['time'])}</td>"
        f'<td class="hash">{escape(entry["contribution"])}</td></tr>'
        for entry in entries
    )
    head = "<tr><th>#</th><th>claimed name</th><th>accepted</th><th>contribution hash</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _file(name: str) -> str:
    note = " (checks the ledger in your browser)" if name == VIEWER else ""
    return f'<li><a href="files/{escape(name)}">{escape(name)}</a>{note}</li>'
