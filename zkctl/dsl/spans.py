"""The current place in the user's code.  Cheap to record (code object and instruction), resolved to a line and a caret only for printing.

The language's own frames are left out.  A boundary is the function of the language that called the body of a circuit or gadget: the
chain of callers ends there.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

from zkctl.constraints.source_map import Span, describe
from zkctl.dsl.swallowed import note
from zkctl.errors import CircuitError
from zkctl.runtime.records import record

_PACKAGE = Path(__file__).parent.parent
_PYTHON = Path(ast.__file__).parent
# a frame of other code has one caller as long as it runs
_RESUMABLE = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


class _Language:
    """The folders whose code is that of the language, no gadget."""

    folders: tuple[str, ...] = (str(Path(__file__).parent) + "/",)


_LANGUAGE = _Language()


def add_language_folder(file: str) -> None:
    """Declare that the code beside a file is part of the language: its frames are left out."""
    _LANGUAGE.folders += (str(Path(file).parent) + "/",)


class Site(NamedTuple):
    """An instruction of the user's code, or a parameter in its signature: (line, column, end column)."""

    code: CodeType
    instruction: int = -1
    parameter: tuple[int, int, int] | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for the same place; comparing code objects themselves would compare their contents."""
        return id(self.code), self.instruction, self.parameter

    @property
    def is_ours(self) -> bool:
        """True if the code is part of this package (a gadget)."""
        return Path(self.code.co_filename).is_relative_to(_PACKAGE)

    def resolve(self, root: Path) -> Span:
        """Return the source span.  Files are named relative to `root`, the folder of the circuit's file."""
        line, end_line, column, end_column = self._positions()
        file = self.code.co_filename
        text = linecache.getline(file, line).rstrip("\n")
        if end_line != line:
            end_column = len(text)
        elif not text.isascii():  # the compiler counts bytes
            column, end_column = (_characters(text, each) for each in (column, end_column))
        return Span(
            shown_path(file, root), line, column, end_column, self.code.co_qualname, text[:200]
        )

    def _positions(self) -> tuple[int, int, int, int]:
        first = self.code.co_firstlineno
        if self.parameter is not None:
            line, column, end_column = self.parameter
            return line, line, column, end_column
        if self.instruction < 0:
            return first, first, 0, 0
        found = next(islice(self.code.co_positions(), self.instruction // 2, None), None)
        start, end, column_or_none, end_column_or_none = found or (None, None, None, None)
        return start or first, end or start or first, column_or_none or 0, end_column_or_none or 0


def _characters(text: str, n_bytes: int) -> int:
    """Return how many characters the first bytes of a text are."""
    return len(text.encode(errors="surrogatepass")[:n_bytes].decode(errors="replace"))


@record
class TextSite:
    """A place in a source of another language, in the file `path`."""

    span: Span
    path: Path

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for the same place."""
        return self.span, self.path

    def resolve(self, root: Path) -> Span:
        """Return the source span, the file named relative to `root`."""
        return self.span._replace(file=shown_path(str(self.path), root))


def shown_path(file: str, root: Path) -> str:
    """Return the name of a source file for messages and witness programs."""
    path = Path(file)
    if path.is_relative_to(_PACKAGE):
        return path.relative_to(_PACKAGE.parent).as_posix()
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return path.name


_OWN_CODE: set[int] = set()  # code objects of the language that were seen; they are never freed
_BOUNDARIES: set[int] = set()  # of code objects by identity: they hash by content, slowly


def boundary(function: Callable[..., Any]) -> None:
    """Declare that chains of callers end at this function of the language."""
    _BOUNDARIES.add(id(function.__code__))


def capture() -> list[Site]:
    """Return the user's frames from the innermost up to the nearest boundary."""
    sites = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and id(code := frame.f_code) not in _BOUNDARIES:
        if id(code) not in _OWN_CODE:
            if code.co_filename.startswith(_LANGUAGE.folders):
                _OWN_CODE.add(id(code))
            else:
                sites.append(Site(code, frame.f_lasti))
        frame = frame.f_back
    return sites


class SourcePlaces:
    """The places in the user's code that were numbered; the one of the call before is found at once."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, ...], int] = {}
        self._last: tuple[FrameType | None, int, int] = (None, -1, 0)
        self._is_kept = False
        self.kept_number: int | None = None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Let the current place be that of all that follows: for loops of the language that run no code of the user."""
        before = self._is_kept, self.kept_number
        if not self._is_kept:
            self._is_kept, self.kept_number = True, None
        try:
            yield
        finally:
            self._is_kept, self.kept_number = before

    def current(self, number: Callable[[list[Site]], int]) -> int:
        """Return the number of the current place, given by `number` from its `capture` when it is new."""
        if self.kept_number is not None:
            return self.kept_number
        last, instruction, found = self._last
        first = _innermost_frame(last)
        if first is None or first is not last or first.f_lasti != instruction:
            found = self._found(first, number)
        # else it is the same call of the same function, and there again
        if self._is_kept:
            self.kept_number = found
        return found

    def _found(self, first: FrameType | None, number: Callable[[list[Site]], int]) -> int:
        if first is None:
            return number([])
        key = _place_key(first)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = number(capture())
        if not first.f_code.co_flags & _RESUMABLE:
            self._last = first, first.f_lasti, found
        return found

    def forget_frame(self) -> None:
        """Let the last frame go, and all that its variables hold."""
        self._last = (None, -1, 0)


def _innermost_frame(likely: FrameType | None) -> FrameType | None:
    """Return the first frame of `capture`, None if it has none; `likely` is one that it returned before."""
    frame: FrameType | None = sys._getframe(3)
    while frame is not None and frame is not likely:
        number = id(code := frame.f_code)
        if number not in _OWN_CODE:
            if number in _BOUNDARIES:
                return None
            if not code.co_filename.startswith(_LANGUAGE.folders):
                return frame
            _OWN_CODE.add(number)
        frame = frame.f_back
    return frame


def _place_key(frame: FrameType | None) -> tuple[int, ...]:
    """Return the code objects and instructions of `capture` by identity, in turns: a key that costs little."""
    key: list[int] = []
    while frame is not None and (number := id(frame.f_code)) not in _BOUNDARIES:
        if number not in _OWN_CODE and not frame.f_code.co_filename.startswith(_LANGUAGE.folders):
            key += (number, frame.f_lasti)
        frame = frame.f_back
    return tuple(key)


def capture_whole() -> list[Site]:
    """Return the user's frames through nested gadgets up to the outermost boundary; up to the nearest frame if there is none."""
    sites: list[Site] = []
    kept = 1
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if id(frame.f_code) in _BOUNDARIES:
            kept = len(sites)
        elif not frame.f_code.co_filename.startswith(_LANGUAGE.folders):
            sites.append(Site(frame.f_code, frame.f_lasti))
        frame = frame.f_back
    return sites[:kept]


def parameter_sites(function: Callable[..., Any]) -> dict[str, Site]:
    """Return the place of each parameter in the signature; the line of `def` for all if the source cannot be read."""
    code = function.__code__
    found = dict.fromkeys(inspect.signature(function).parameters, Site(code))
    definition, first, indent = _definition(function)
    for node in ast.walk(definition) if definition else ():
        if isinstance(node, ast.arg) and node.arg in found:
            found[node.arg] = _site(code, node, first, indent)
    return found


def result_site(function: Callable[..., Any]) -> Site:
    """Return the place of the annotation of the result; the line of `def` if the source cannot be read."""
    definition, first, indent = _definition(function)
    returns = getattr(definition, "returns", None)
    if returns is None:
        return Site(function.__code__)
    return _site(function.__code__, returns, first, indent)


def _definition(function: Callable[..., Any]) -> tuple[ast.stmt | None, int, int]:
    """Return the syntax tree of a function, its first line and its indentation."""
    try:
        lines, first = inspect.getsourcelines(function)
        definition = ast.parse(textwrap.dedent("".join(lines))).body[0]
    except (OSError, SyntaxError, IndexError):
        return None, 0, 0
    return definition, first, len(lines[0]) - len(lines[0].lstrip())


def _site(code: CodeType, node: ast.arg | ast.expr, first: int, indent: int) -> Site:
    column, end = node.col_offset + indent, (node.end_col_offset or 0) + indent
    return Site(code, -1, (first + node.lineno - 1, column, end))


def where(sites: list[Site]) -> str:
    """Return the text for an error's `where`."""
    root = Path(sites[-1].code.co_filename).parent if sites else Path()
    return describe([site.resolve(root) for site in sites])


def place_text(site: Site) -> str:
    """Return a place in one line: file:line:column and function."""
    span = site.resolve(Path(site.code.co_filename).parent)
    return f"{span.place} in {span.function}"


def author_place(sites: list[Site]) -> str:
    """Return the text for an error's `where` that starts with the author's line; if all are the package's own, with their caller's."""
    if sites and all(site.is_ours for site in sites):
        sites = capture_whole()
    users = [k for k, site in enumerate(sites) if not site.is_ours]
    authors = [k for k in users if not site_of_python(sites[k])] or users
    return where(sites[authors[0] :] if authors else sites)


def site_of_python(site: Site) -> bool:
    """Return whether a place is in Python's standard library, which stands between an author's line and the language."""
    file = Path(site.code.co_filename)
    return file.is_relative_to(_PYTHON) and "site-packages" not in file.parts


def circuit_error(message: str, *, hint: str = "") -> CircuitError:
    """Return a CircuitError that names the user's line being executed, and its callers.

    Frames of the package's own gadgets are left out.
    """
    error = CircuitError(message, where=author_place(capture_whole()), hint=hint)
    note(error)
    return error
