"""The operator's page and the form of the feature flag as HTML; every value from outside is escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape

from zkctl.service.proving.circuits import CircuitState
from zkctl.service.proving.flags import Flag
from zkctl.service.proving.ops.charts import histogram_chart, line_chart, seconds
from zkctl.service.proving.ops.view import CircuitView, ErrorView, LatencyView, OpsView, ProcessView

REFRESH_SECONDS = 10
_SHOWN_ERRORS, _DIGITS = 20, 12
_PROCESS_HEADS = "process state pid age memory CPU"
_CIRCUIT_HEADS = "circuit state system queued loaded-in canary zkey vkey"
_ERROR_HEADS = "where code circuit count last"

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 1.5rem auto; padding: 0 1rem; color: #1b1b1f; background: #fff }
h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
code, .id { font: .85rem/1.4 ui-monospace, monospace; white-space: nowrap }
table { border-collapse: collapse; width: 100% } th { text-align: left; color: #555; font-weight: 600 }
th, td { padding: .25rem .8rem .25rem 0; border-bottom: 1px solid #ddd; vertical-align: top }
.n { text-align: right; font-variant-numeric: tabular-nums } .charts { display: flex; flex-wrap: wrap; gap: 1rem 2rem }
.wide { overflow-x: auto } figure { margin: 0 } figcaption { font-size: .85rem; color: #555 } svg { display: block; background: #f4f6f8 }
.line { fill: none; stroke: #3b6fb6; stroke-width: 1.5 } .bar { fill: #3b6fb6 }
.good { color: #237a57 } .bad { color: #b3372f; font-weight: 600 } .note { color: #555 }
label { display: block; margin: .6rem 0 } input, select, button { font: inherit }
@media (prefers-color-scheme: dark) {
 body { color: #e4e4e7; background: #18181b } th, td { border-color: #3f3f46 } th, .note, figcaption { color: #a1a1aa }
 svg { background: #27272a } .line { stroke: #8ab4f8 } .bar { fill: #8ab4f8 }
 .good { color: #6ee7b7 } .bad { color: #fca5a5 } a { color: #8ab4f8 }
}
"""
_STYLE_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
OPS_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def ops_page(view: OpsView) -> str:
    """Return the page; it reloads itself."""
    refresh = f'<meta http-equiv="refresh" content="{REFRESH_SECONDS}">'
    charts = "".join(
        (
            _figure(line_chart(view.queue, "queued jobs"), _queue_caption(view)),
            _figure(
                line_chart(view.generate_rates, "proofs a second"),
                _rate("proofs", view.generate_rates),
            ),
            _figure(
                line_chart(view.verify_rates, "verifications a second"),
                _rate("verifications", view.verify_rates),
            ),
            *map(_latency, view.latencies),
        )
    )
    body = f"""<h1>{escape(view.service)} <span class="note">{escape(view.version)}</span></h1>
<p id="health">{_health(view)}</p>
<h2>Load, last 15 minutes; latencies since the start</h2><div class="charts">{charts}</div>
<h2>Processes</h2>{_table(_PROCESS_HEADS, map(_process, view.processes), "No process is measured yet.")}
<h2>Circuits and keys</h2>{_table(_CIRCUIT_HEADS, map(_circuit, view.circuits), "No circuit is served.")}
<h2>Feature flag</h2>{_flag(view.flag)}
<h2>Failures by code</h2>{_table(_ERROR_HEADS, map(_error, view.errors[:_SHOWN_ERRORS]), "None since the start.")}
<p class="note">This page reloads itself every {REFRESH_SECONDS} seconds. It shows counts, never a value of a request.
The same figures for programs: <code>/metrics</code>.</p>"""
    return _document("Service", refresh, body)


def flag_page(flag: Flag, *, message: str = "", needs_key: bool = True) -> str:
    """Return the form that changes the flag; `message` says why the last change was refused."""
    said = f'<p class="bad" id="message">{escape(message)}</p>' if message else ""
    key = (
        '<label>API key with the scope admin <input type="password" name="key" size="60" autocomplete="off" required></label>'
        if needs_key
        else ""
    )
    choices = "".join(
        f'<option value="{value}"{" selected" if flag.zkp_enabled is is_on else ""}>{value}</option>'
        for value, is_on in (("true", True), ("false", False))
    )
    body = f"""<h1>Feature flag</h1>{said}
<p>Version {flag.version}. {len(flag.whitelist)} subjects or tenants are always in; <code>zkctl service flags</code> changes this list.</p>
<form method="post" action="/ops/flag" id="flag">
<input type="hidden" name="version" value="{flag.version}">
<label>zkp_enabled <select name="zkp_enabled">{choices}</select></label>
<label>rollout_percentage <input name="rollout_percentage" value="{flag.percentage()}" size="6" inputmode="decimal" required> %</label>
<label><input type="checkbox" name="shadow" value="true"{" checked" if flag.shadow else ""}>
shadow: the legacy system answers, differences are counted</label>
{key}<button>Change</button> <a href="/ops">back</a></form>"""
    return _document("Feature flag", "", body)


def _document(title: str, head: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="en" data-ready="yes"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}<style>{_STYLE}</style></head><body>
{body}
</body></html>
"""


def _health(view: OpsView) -> str:
    status = view.health.get("status", "unknown")
    parts = [f"{name}: {value}" for name, value in view.health.items() if name != "status"]
    for name, is_up in (("database", view.database_up), ("cache", view.cache_up)):
        if is_up is False:
            parts.append(f"{name} does not answer")
    style = "good" if status == "healthy" else "bad"
    return f'<span class="{style}">{escape(status)}</span> <span class="note">{escape(", ".join(parts))}</span>'


def _figure(chart: str, caption: str) -> str:
    return f"<figure>{chart}<figcaption>{escape(caption)}</figcaption></figure>"


def _queue_caption(view: OpsView) -> str:
    depth = int(view.queue[-1]) if view.queue else 0
    return f"queued jobs: {depth:,}; the oldest waits {seconds(view.oldest_seconds)}"


def _rate(name: str, rates: Iterable[float]) -> str:
    found = list(rates)
    return f"{name} a second: {found[-1] if found else 0:.3g}"


def _latency(one: LatencyView) -> str:
    caption = f"{one.title}: {one.n:,}, p50 {seconds(one.p50)}, p95 {seconds(one.p95)}"
    return _figure(histogram_chart(one.parts, one.title), caption)


def _process(one: ProcessView) -> list[str]:
    memory = "-" if one.memory_mib is None else f"{one.memory_mib:,.0f} MiB"
    cpu = "-" if one.cpu_percent is None else f"{one.cpu_percent:.0f} %"
    pid = "-" if one.pid is None else str(one.pid)
    return [escape(one.name), escape(one.state), pid, seconds(one.age_seconds), memory, cpu]


def _circuit(one: CircuitView) -> list[str]:
    circuit = one.circuit
    style = "good" if circuit.state is CircuitState.ACTIVE else "bad"
    reason = f": {circuit.reason}" if circuit.reason else ""
    canary = {None: "-", True: "verifies"}.get(one.canary, '<span class="bad">fails</span>')
    return [
        f'<span class="id">{escape(circuit.id)}</span>',
        f'<span class="{style}">{escape(circuit.state + reason)}</span>',
        escape(f"{circuit.protocol} {circuit.curve}"),
        str(one.n_queued),
        seconds(one.load_seconds),
        canary,
        *(
            f"<code>{escape(circuit.digests.get(kind, '')[:_DIGITS])}</code>"
            for kind in ("zkey", "vkey")
        ),
    ]


def _error(one: ErrorView) -> list[str]:
    last = "earlier" if one.seconds_ago is None else f"{seconds(one.seconds_ago)} ago"
    return [escape(one.where), escape(one.code), escape(one.circuit_id), f"{one.n:,}", last]


def _flag(flag: Flag | None) -> str:
    if flag is None:
        return "<p>This process has no flag: every subject is in.</p>"
    state = "enabled" if flag.zkp_enabled else "disabled"
    style = "good" if flag.zkp_enabled else "bad"
    shadow = ", in shadow of the legacy system" if flag.shadow else ""
    return (
        f'<p id="flag"><span class="{style}">{state}</span>, {flag.percentage()} % of the subjects and'
        f' {len(flag.whitelist)} by name{shadow}; version {flag.version}. <a href="/ops/flag">Change</a></p>'
    )


def _table(heads: str, rows: Iterable[list[str]], nothing: str) -> str:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    if not body:
        return f"<p>{nothing}</p>"
    head = "".join(f"<th>{name.replace('-', ' ')}</th>" for name in heads.split())
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
