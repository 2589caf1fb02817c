"""Names that were changed in an artefact: its lines are compared with those of the package.

An operator may add lines, remove lines and change values.  A line that stayed, with another name in it, is a finding, also
if the other name exists somewhere else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher, get_close_matches

from zkctl.service.deployment.names import VARIABLES
from zkctl.service.deployment.text_checks import ArtefactFinding

_SECRETS = "pepper|cache-key|signing-key|sealing-secret|kek|database-url|postgres-password"
_NAMES = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b",  # variables of the environment
        r"\b(?:ENV|ARG|export) ([A-Z]+)\b",
        r"\$\{?([A-Za-z_]\w*)",  # variables of nginx, the shell, Docker and alerts
        r"^\s*([A-Za-z_]\w*) *=",  # assignments of Terraform and the shell
        r"\b(?:var|local|module|each)\.(\w+)",
        r'^\s*(?:variable|output|module|run) "(\w+)"',
        r"(?<![\w/])[a-z]+[0-9]*(?:_[a-z0-9]+)+\b",  # metrics, labels, directives, types of resources
        r"\bZkp[A-Z]\w+",  # alerts
        r"(?<=[\w\])]:)([1-9]\d{1,4})\b",  # ports
        r"(?i)(?:ports?: |ports?=|port *= |listen |expose |expose \d{4} )([1-9]\d{1,4})\b",
        r"(?i)(?:user|group): ?\"?(\d+)\b",
        r"USER (\d+):",
        rf"(?<![\w-])(?:{_SECRETS})(?![\w-])",
    )
)
_REPLACED = re.compile("|".join(rf"{re.escape(each.default)}(?::\d+)?" for each in VARIABLES.values()))  # fmt: skip
_SIMILAR = 0.6  # of two lines, as difflib measures it: one was made of the other


def renamed(file: str, text: str, original: str) -> Iterator[ArtefactFinding]:
    """Yield the names of the package's text `original` that lines of `text` have lost."""
    if text == original:
        return
    for number, before, after in _changed_lines(original.splitlines(), text.splitlines()):
        for name in _lost(before, after):
            message = f"the line does not name {name}, as that of zkctl does"
            yield ArtefactFinding(file, number, message)


def _changed_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Yield each line that was changed: its number now, the line before, and after."""
    for kind, first, last, start, stop in SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "replace":
            for before, after in _pairs(old[first:last], new[start:stop]):
                yield start + new[start:stop].index(after) + 1, before, after


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    if len(old) == len(new):
        yield from zip(old, new, strict=True)
        return
    for line in old:
        yield from ((line, each) for each in get_close_matches(line, new, 1, _SIMILAR))


def _lost(before: str, after: str) -> list[str]:
    """Return the names that stand in the first line more often than in the second."""
    text = _REPLACED.sub("", before)
    found = {(match.start(), match[match.lastindex or 0]) for p in _NAMES for match in p.finditer(text)}  # fmt: skip
    expected = Counter(name for _, name in found)
    return [name for name, count in expected.items() if _count(name, after) < min(count, _count(name, before))]  # fmt: skip


def _count(name: str, line: str) -> int:
    return len(re.findall(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", line))
