"""L016 unconnected-component: no constraint connects a component with its parent, or a signal of it is in no constraint.

A circom program that forgets to connect an input or to use an output compiles; the component then checks values that nothing else
depends on.  In aes-circom outputs of components were in no constraint of their parent.  Names come from the .sym file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.subject import Subject

_MAX_SHOWN = 20


def unconnected_components(subject: Subject) -> Iterator[LintFinding]:
    """Yield the components that no row connects with the outside, then signals of components in no row.  For foreign circuits."""
    if subject.program is not None:
        return
    paths = _paths(subject)
    inside = {path for path in paths.values() if path}
    connected: set[str] = set()
    for row in subject.constraints:
        touched = {paths.get(wire, "") for wire in row.signals()}
        if len(touched) > 1:
            connected |= touched
            connected |= {parent for path in touched for parent in _parents(path)}
    unconnected = sorted(
        p for p in inside - connected if not set(_parents(p)) & (inside - connected)
    )
    for path in unconnected[:_MAX_SHOWN]:
        yield LintFinding(
            Level.WARNING,
            f"component {path} is unconnected: no constraint has a signal of it and one of its parent",
            hint="connect its inputs and constrain its outputs, or remove it",
            signal=path,
        )
    yield from _unmentioned(subject, paths, set(unconnected))


def _unmentioned(
    subject: Subject, paths: dict[int, str], reported: set[str]
) -> Iterator[LintFinding]:
    """Yield the signals of components in no constraint, those of one component together."""
    found: dict[str, list[str]] = defaultdict(list)
    advised = {each.wire for each in subject.advised()}  # L001 reports those
    for wire, path in paths.items():
        if (
            wire not in advised
            and path
            and not subject.mentioned[wire]
            and wire not in subject.outputs | subject.inputs
        ):
            found[path].append(subject.names(wire))
    for path, names in sorted(found.items())[:_MAX_SHOWN]:
        if path in reported or set(_parents(path)) & reported:
            continue
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        yield LintFinding(
            Level.WARNING,
            f"signals of component {path} are in no constraint: {', '.join(names[:3])}{more}",
            hint="constrain them, or remove them",
            signal=names[0],
        )


def _paths(subject: Subject) -> dict[int, str]:
    """Return the component of each named wire, as sub.inner; empty for the signals of main."""
    named = ((wire, subject.names(wire)) for wire in range(1, subject.rows.n_signals))
    return {
        wire: name.removeprefix("main.").rpartition(".")[0]
        for wire, name in named
        if " " not in name
    }


def _parents(path: str) -> list[str]:
    parts = path.split(".")
    return [".".join(parts[:k]) for k in range(1, len(parts))]
