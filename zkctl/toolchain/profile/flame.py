"""A profile as a picture: callers above the functions that they call, as wide as their constraints, as plain SVG."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple
from zlib import crc32

from zkctl.runtime.printable import printable
from zkctl.toolchain.profile.counts import CalledFunction
from zkctl.toolchain.profile.result import Profile

WIDTH, MARGIN, TOP, ROW = 1200, 20, 76, 22
INNER = WIDTH - 2 * MARGIN  # the width of all constraints
SMALLEST = 0.4  # narrower boxes are not drawn, pixels
CHARACTER = 6.7  # width of a character of a label, pixels
# light enough for dark text; the file decides, so that the gadgets of one file have one colour, if possible the same in each picture
COLOURS = ("#f6c28b", "#a8c8ec", "#b5dcae", "#f0b3ad", "#cdbbe6", "#f3df94", "#a9dcd6", "#e6c3d6")
OTHERS = "#dde2e7"  # of files beyond those
_LIMIT = 10_000  # characters of a text
_STYLE = """
  text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2933 }
  .title { font: 600 18px system-ui, "Segoe UI", Helvetica, Arial, sans-serif }
  .faint { font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #5f6b78 }
  .box { stroke: #ffffff; stroke-width: 0.8 } .box:hover { stroke: #1f2933; stroke-width: 1.4 }
  .paper { fill: #ffffff }
"""


def flame_graph(profile: Profile) -> str:
    """Return the picture as SVG; the tooltip of a box has its figures."""
    boxes = list(_boxes(profile.functions))
    colours = colours_of(profile.functions)
    bottom = TOP + ROW * (1 + max(row for _, row, _, _ in boxes))
    legend = list(_legend(colours, bottom + 14))
    height = bottom + 14 + ROW * legend[-1][0] + 48
    figures = f"{profile.n_constraints:,} constraints; {profile.n_constraints_before:,} before simplification"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' width="{WIDTH}" height="{height}" role="img" aria-label="zkctl profile">',
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
        f'<text class="title" x="{MARGIN}" y="34">{_shown(profile.circuit)}</text>',
        f'<text class="faint" x="{MARGIN}" y="56">{figures}</text>',
        *(_box(profile, box, colours) for box in boxes),
        *(text for _, text in legend),
        f'<text class="faint" x="{MARGIN}" y="{height - 14}">A box is a function, as wide as its constraints;'
        " below it are the functions that it calls. The colour is its file.</text>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def colours_of(functions: Sequence[CalledFunction]) -> dict[str, str]:
    """Return the colour of each file, of the widest box first; only those beyond the last colour share one."""
    sizes: dict[str, int] = {}
    for each in functions:
        sizes[each.file] = max(sizes.get(each.file, 0), each.n_total)
    found: dict[str, str] = {}
    free = list(COLOURS)
    for file in sorted(filter(None, sizes), key=lambda name: (-sizes[name], name)):
        usual = COLOURS[crc32(file.encode(errors="surrogateescape")) % len(COLOURS)]
        colour = usual if usual in free else free[0] if free else OTHERS
        if colour in free:
            free.remove(colour)
        found[file] = colour
    return found


def _legend(colours: Mapping[str, str], top: int) -> Iterator[tuple[int, str]]:
    """Yield the entries of the files with the rows that they stand in; those of one colour that is shared are one entry."""
    names = {file: colour for file, colour in colours.items() if colour != OTHERS}
    if len(names) < len(colours):
        names[f"{len(colours) - len(names)} other files"] = OTHERS
    row, left = 0, float(MARGIN)
    yield row, ""
    for name, colour in names.items():
        label = _fitting(printable(name, _LIMIT), "", INNER - 20) or f"{printable(name, 60)}..."
        width = 30 + CHARACTER * 1.1 * len(label)
        if left + width > WIDTH - MARGIN and left > MARGIN:
            row, left = row + 1, float(MARGIN)
        y = top + ROW * row
        yield (
            row,
            f'<rect x="{left:.2f}" y="{y}" width="12" height="12" rx="2" fill="{colour}"/>'
            f'<text class="faint" x="{left + 18:.2f}" y="{y + 10}">{escape(label)}</text>',
        )
        left += width


class Box(NamedTuple):
    """The place of a function, its row, and its left edge and width.  Units: pixels."""

    place: int
    row: int
    left: float
    width: float


def _boxes(functions: Sequence[CalledFunction]) -> Iterator[Box]:
    """Yield the boxes that can be seen, callers first; those called by one function from the largest to the smallest."""
    total = max(1, functions[0].n_total)
    order = sorted(range(1, len(functions)), key=lambda k: (-functions[k].n_total, k))
    called: dict[int, list[int]] = {}
    for k in order:
        called.setdefault(functions[k].parent, []).append(k)
    waiting: list[Box] = [Box(0, 0, float(MARGIN), float(INNER))]
    while waiting:
        place, row, left, width = box = waiting.pop()
        yield box
        for k in called.get(place, []):
            width = INNER * functions[k].n_total / total
            if width >= SMALLEST:
                waiting.append(Box(k, row + 1, left, width))
            left += width


def _box(profile: Profile, box: Box, colours: Mapping[str, str]) -> str:
    number, row, left, width = box
    function = profile.functions[number]
    y = TOP + ROW * row
    colour = colours.get(function.file, OTHERS)
    share = 100 * function.n_total / max(1, profile.n_constraints)
    tooltip = f"{function.name}: {function.n_total:,} constraints, {share:.1f} %"
    if function.n_own != function.n_total:
        tooltip += f"; {function.n_own:,} of them in its own lines"
    if function.n_total_before != function.n_total:
        tooltip += f"; {function.n_total_before:,} before simplification"
    place = f"\n{_shown(function.file)}" if function.file else ""
    label = _fitting(f"{function.name}  {function.n_total:,}", function.name, width)
    text = f'<text x="{left + 5:.2f}" y="{y + 15}">{_shown(label)}</text>' if label else ""
    return (
        f"<g><title>{_shown(tooltip)}{place}</title>"
        f'<rect class="box" x="{left:.2f}" y="{y}" width="{width:.2f}" height="{ROW}" rx="2" fill="{colour}"/>'
        f"{text}</g>"
    )


def _fitting(label: str, name: str, width: float) -> str:
    """Return the label, the name alone, its beginning, or nothing, by the width."""
    room = int((width - 10) / (CHARACTER + 0.55))
    for text in (label, name):
        if len(text) <= room:
            return text
    return f"{name[: room - 1]}\N{HORIZONTAL ELLIPSIS}" if room >= 4 else ""


def _shown(text: str) -> str:
    """Return a text for SVG: control characters and bytes of names that are not UTF-8 have no place in XML."""
    return escape(printable(text, _LIMIT))
