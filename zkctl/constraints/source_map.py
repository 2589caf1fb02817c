"""The origin of constraints: source spans, the chain of callers, and the messages of `constrain`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from zkctl.runtime.arrays import np
from zkctl.runtime.carets import with_carets
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIBRARY = "zkctl/gadgets/"  # the files of the library, relative to the folder of the package
MAX_CHAIN = 12  # printed callers; deeper chains show their two ends


class Span(NamedTuple):
    """A place in a source file.  Units: lines from 1, columns from 0 in characters; `text` is the line itself."""

    file: str
    line: int
    column: int
    end_column: int
    function: str
    text: str

    @property
    def place(self) -> str:
        """file:line:column (from 1), as editors open it."""
        return f"{self.file}:{self.line}:{self.column + 1}"


@record(eq=False)
class SourceMap:
    """The origin of every row.

    Node 0 is "no origin"; node k stands for spans[node_spans[k]] called from node_parents[k] < k.
    Shapes: node_spans and node_parents (n_nodes,) uint32; row_nodes and row_messages (n_rows,) uint32; messages[0] is empty.
    """

    spans: tuple[Span, ...]
    node_spans: NDArray[np.uint32]
    node_parents: NDArray[np.uint32]
    messages: tuple[str, ...]
    row_nodes: NDArray[np.uint32]
    row_messages: NDArray[np.uint32]

    def chain(self, node: int) -> list[Span]:
        """Return the spans from the innermost to the outermost caller."""
        spans = []
        while node:
            spans.append(self.spans[int(self.node_spans[node])])
            node = int(self.node_parents[node])
        return spans


def is_library_file(file: str) -> bool:
    """Return whether a file holds gadgets of ours, or templates of an npm package."""
    return file.startswith(LIBRARY) or "/node_modules/" in f"/{file}"


def describe(chain: Sequence[Span]) -> str:
    """Return file, line and caret of the innermost span, then its callers, one per line; empty for an empty chain.

    The author's line comes first: lines of library gadgets that it called are named after the callers.
    """
    if not chain:
        return ""
    shown, inside = _from_author(chain)
    skipped = len(shown) - MAX_CHAIN
    lines = _excerpt(shown[0])
    for k, span in enumerate(shown[1:], start=1):
        if skipped > 0 and MAX_CHAIN // 2 <= k < MAX_CHAIN // 2 + skipped:
            if k == MAX_CHAIN // 2:
                lines.append(f"... {skipped} more callers ...")
            continue
        lines.append(f"called from {span.place} in {span.function}: {span.text.strip()}")
    lines += [f"inside {span.place} in {span.function}: {span.text.strip()}" for span in inside]
    return "\n".join(lines)


def _from_author(chain: Sequence[Span]) -> tuple[list[Span], list[Span]]:
    """Return the chain from the author's innermost line on, and the lines of library gadgets within it."""
    first = next((k for k, span in enumerate(chain) if not is_library_file(span.file)), 0)
    return list(chain[first:]), list(chain[:first])


def _excerpt(span: Span) -> list[str]:
    head = f"{span.place} in {span.function}"
    if not span.text.strip():
        return [head]
    number = str(span.line)
    indent = len(span.text) - len(span.text.lstrip())
    text = span.text.strip()
    start = max(0, span.column - indent)
    width = max(1, min(span.end_column - span.column, len(text) - start))
    shown, carets = with_carets(text, start, start + width)
    return [head, f"{number} | {shown}", " " * len(number) + f" | {carets}"]


@record(eq=False)
class RowOrigins:
    """The origins of a circuit's rows, and which of them simplification left.

    `left` are the numbers of rows in `source`, None for all of them; `n_combined` counts rows that combine several, which have no one line.
    """

    source: SourceMap
    left: NDArray[np.int64] | None = None
    n_combined: int = 0
