"""Errors and warnings about circom sources, and their text: place, source line, caret, and the stack of template instances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zkctl.circom.source import Place, SourceFile
from zkctl.runtime.carets import with_carets
from zkctl.runtime.records import record

MAX_WIDTH = 120  # characters of a source line that are shown
MAX_FINDINGS = 20  # that are shown


@record
class CircomFinding:
    """One error or warning.

    `code` is circom's, "" if circom has none; `message` is ours, lower case; `instances` are the template instances that were being
    executed, outermost first, as texts like Num2Bits(254).
    """

    code: str
    message: str
    place: Place | None = None
    hint: str = ""
    instances: tuple[str, ...] = ()


def title(finding: CircomFinding) -> str:
    """Return the message with circom's code before it."""
    return f"[{finding.code}] {finding.message}" if finding.code else finding.message


def places_of(findings: Sequence[CircomFinding], files: Sequence[SourceFile]) -> str:
    """Return the place of the first finding in several lines, then the other findings with theirs; of several each with its hint."""
    lines = []
    for number, each in enumerate(findings[:MAX_FINDINGS]):
        if number:
            lines.append(f"error: {title(each)}")
        lines += _place_lines(each, files)
        if each.hint and len(findings) > 1:  # that of a single one is the hint of the error
            lines.append(f"hint: {each.hint}")
    if len(findings) > MAX_FINDINGS:
        lines.append(f"and {len(findings) - MAX_FINDINGS} errors more")
    return "\n".join(lines)


def _place_lines(finding: CircomFinding, files: Sequence[SourceFile]) -> Iterator[str]:
    if finding.place is not None:
        yield from frame(finding.place, files)
    for title_of_instance in reversed(finding.instances):
        yield f"in {title_of_instance}"


def frame(place: Place, files: Sequence[SourceFile]) -> Iterator[str]:
    """Yield file:line:column (from 1), the source line and carets below it; a file as a whole has its name only."""
    file = files[place.file]
    if place.end == 0:
        yield file.name
        return
    line, column = file.line(place.start), file.column(place.start)
    yield f"{file.name}:{line}:{column + 1}"
    text = file.text(line)
    last = max(place.start, place.end - 1)
    end = file.column(place.end) if file.line(last) == line == file.line(place.end) else len(text)
    width = max(1, min(end - column, MAX_WIDTH // 2))
    cut = max(0, column - MAX_WIDTH // 2) if len(text) > MAX_WIDTH else 0
    shown, carets = with_carets(text[cut : cut + MAX_WIDTH], column - cut, column - cut + width)
    margin = f"{line} | "
    yield margin + shown
    yield " " * (len(margin) - 2) + "| " + carets
