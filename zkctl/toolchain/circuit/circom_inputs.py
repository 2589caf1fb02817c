"""The inputs of a circom circuit: members of buses named as its calculator names them, then checked by name, size and shape.

A calculator knows a signal by the hash of its name: it answers how many values a signal has, and cannot list its inputs.  The
circuit's .sym file lists all signals of main, in the order outputs, inputs, others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from itertools import accumulate, product
from pathlib import Path

from zkctl.errors import FormatError, InputError
from zkctl.formats.json.strict import Json
from zkctl.formats.sym import read_main_names
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.toolchain.circuit.inputs import InputReader
from zkctl.toolchain.circuit.signal_shapes import (
    InputPlace,
    Shape,
    check_fits,
    few,
    in_words,
    is_nested,
    needed,
    shapes_of,
)

Shapes = dict[str, Shape]
SizeOf = Callable[[str], int]  # the number of values of the input of this name; 0 if there is none

_BOUNDARY = re.compile(r"[.\[]")
_INDICES = re.compile(r"\[.*?\]")
_MAIN = "main."


@record
class SymbolFile:
    """A .sym file: one that the user names, or one that lies beside the module."""

    path: Path
    is_named: bool


def find_symbols(program: Path, named: Path | None) -> SymbolFile | None:
    """Return the .sym file of a module: the named one, else NAME.sym beside it or, as circom writes it, one folder above."""
    if named is not None:
        return SymbolFile(named, True)
    folder = program.parent
    above = folder.parent if folder.name not in ("", "..") else folder / ".."
    name = program.with_suffix(".sym").name
    found = (each / name for each in (folder, above) if (each / name).is_file())
    path = next(found, None)
    return None if path is None else SymbolFile(path, False)


def named_signals(values: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """Yield each signal with its values; members of buses are signals: s.w, s.p[0].x.

    Raises: InputError for a signal that is given twice, for empty objects, and for lists of objects and other values.
    """
    seen: set[str] = set()
    for key, value in values.items():
        for name, part in _named(value, key):
            if name in seen:
                raise InputError(f"input {printable(name)} is given twice")
            seen.add(name)
            yield name, part
    for name in seen:
        whole = next((each for each in _wholes(name) if each in seen), None)
        if whole is not None:
            raise InputError(
                f"input {printable(name)} is given twice",
                hint=f"{printable(whole)} holds its values too",
            )


def _named(value: Json, name: str) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict):
        if not value:
            raise InputError(f"input {printable(name)} is an object without members")
        for member, inner in value.items():
            yield from _named(inner, f"{name}.{member}")
    elif isinstance(value, list) and _holds_objects(value):
        for k, item in enumerate(value):
            if not isinstance(item, dict | list):
                raise InputError(
                    f"input {printable(name)} mixes objects and single values",
                    hint="write one object for each element",
                )
            yield from _named(item, f"{name}[{k}]")
    else:
        yield name, value


def _holds_objects(value: list[Json]) -> bool:
    kinds = set(map(type, value))
    return dict in kinds or (
        list in kinds and any(isinstance(each, list) and _holds_objects(each) for each in value)
    )


def _wholes(name: str) -> Iterator[str]:
    """Yield what a signal is a part of: s, s.p and s.p[0] for s.p[0].x."""
    return (name[: found.start()] for found in _BOUNDARY.finditer(name))


@record
class GivenInputs:
    """The JSON values of the user, their reader, and the .sym file if there is one."""

    values: Mapping[str, Json]
    reader: InputReader
    symbols: SymbolFile | None


class InputCheck:
    """Checks of names, sizes and shapes for a calculator that takes `total` values; size_of is None if it knows no sizes."""

    def __init__(self, given: GivenInputs, total: int, size_of: SizeOf | None) -> None:
        self._values, self._where = given.values, given.reader.where
        self._note, self._symbols = given.reader.note, given.symbols
        self._total, self._module_size = total, size_of
        self._place = InputPlace(self._where, "")
        self._inputs: Shapes | None = None  # by .sym; None also where they are unknown
        self._shapes: Shapes | None = None  # of all signals of main

    def check(self, signals: Mapping[str, Sized]) -> None:
        """Check the signals of `named_signals`.

        Raises: InputError naming the wrong or missing ones; FormatError for a named .sym file that is malformed or of another circuit.
        """
        is_needed = any(is_nested(value) for value in self._values.values())
        if is_needed or self._module_size is None or (self._symbols and self._symbols.is_named):
            self._read_symbols()
        if self._module_size is not None or self._shapes is not None:
            self._check_each(signals)
        else:
            self._note(
                "the sizes of inputs are unchecked: circom 2.0.0 to 2.0.3 made the module, and no .sym file is given as `sym`"
            )
        n_given = sum(map(len, signals.values()))
        if n_given != self._total:
            raise self._missing(signals, n_given)

    def unknown(self, name: str) -> InputError:
        """Return the error about a signal that the circuit does not have as an input."""
        key = next(key for key in self._values if name == key or key in _wholes(name))
        hint = self._hint_for_key(key) or self._hint_for_name(name)
        return InputError(
            f"the circuit has no input {printable(name)}", where=self._where, hint=hint
        )

    # -- the .sym file

    def _read_symbols(self) -> None:
        """Read the .sym file once.  One that is not named and of no use leaves a note."""
        symbols, self._symbols = self._symbols, None
        if symbols is None:
            return
        where = printable(symbols.path)
        self._place = InputPlace(self._where, where)
        try:
            shapes = shapes_of(read_main_names(symbols.path), where)
            self._inputs = self._told_apart(shapes, where)
            self._shapes = shapes
        except FormatError as problem:
            if symbols.is_named:
                raise
            self._note(
                f"{where} is of no use, the shapes of inputs are unchecked: {problem.message}"
            )

    def _told_apart(self, shapes: Shapes, where: str) -> Shapes | None:
        """Return the inputs among the signals of main.

        Raises: FormatError if the calculator has others.
        """
        if self._module_size is None:
            tops = {_top(key) for key in self._values} & shapes.keys()
            ranges = _ranges(shapes, self._total)
            fitting = [each for each in ranges if tops <= each.keys()]
            found, is_right = (fitting[0] if len(fitting) == 1 else None), bool(ranges)
        else:
            sizes = {name: self._module_size(name) for name in shapes}
            found = {name: shape for name, shape in shapes.items() if sizes[name]}
            is_right = all(shape.size == sizes[name] for name, shape in found.items())
            is_right = is_right and sum(sizes.values()) == self._total
        if not is_right:
            raise FormatError("the symbols are those of another circuit", where=where)
        return found

    # -- checks

    def _check_each(self, signals: Mapping[str, Sized]) -> None:
        sizes = {name: self._size(name) for name in signals}
        for name, size in sizes.items():
            if not size:
                raise self.unknown(name)
        for name, value in self._values.items():
            if self._shapes is not None and name in self._shapes and is_nested(value):
                check_fits(value, self._shapes[name], name, self._place)
        for name, values in signals.items():
            if sizes[name] != len(values):
                raise InputError(
                    f"input {printable(name)} has {sizes[name]} values, got {len(values)}",
                    where=self._where,
                )

    def _size(self, name: str) -> int:
        if self._module_size is not None:
            return self._module_size(name)
        assert self._shapes is not None
        shape = self._shapes.get(name)  # circom 2.0.0 to 2.0.3 has no buses
        return 0 if shape is None else shape.size

    # -- messages

    def _missing(self, signals: Mapping[str, Sized], n_given: int) -> InputError:
        self._read_symbols()
        if self._inputs is not None:
            names, hint = _missing_signals(self._inputs, signals), ""
        else:
            names = list(_absent_from_siblings(self._values))
            hint = "pass the circuit's .sym file as `sym` to see the names of all inputs"
            if self._shapes is not None:
                hint = f"the circuit has the signals {_listed(self._shapes)}, some of them inputs"
        missing = f", missing: {few(names)}" if names else ""
        text = f"the circuit has {self._total} input values, got {n_given}{missing}"
        return InputError(text, where=self._where, hint=hint)

    def _hint_for_key(self, key: str) -> str:
        """Return how to write a key like in[0] or main.a, "" for other keys."""
        path = key.removeprefix(_MAIN)
        is_unknown = self._module_size is not None and not self._module_size(_top(path))
        if is_unknown or (path == key and "[" not in key):
            return ""
        if "[" not in path:
            return f'write "{printable(path)}"'
        names = _INDICES.sub("", path).split(".")
        opening = "".join(f'{{"{printable(name)}": ' for name in names)
        return f"write {opening}[...]{'}' * len(names)}"

    def _hint_for_name(self, name: str) -> str:
        """Return what the circuit has in place of an unknown signal, "" if that is not known."""
        self._read_symbols()
        if self._inputs is None:
            return ""
        shape = Shape((), self._inputs)
        known: list[str] = []
        for part in _INDICES.sub("", name).split("."):
            if part not in shape.members:
                break
            shape = shape.members[part]
            known.append(part)
        if not known:
            return f"the circuit's inputs are {_listed(self._inputs)}"
        whole = ".".join(known)
        if len(known) == name.count(".") + 1 or not shape.members:
            return f"write {whole} as {needed(shape)}"
        return f"the members of {whole} are {_listed(shape.members)}"


def _listed(shapes: Shapes) -> str:
    return few([in_words(*each) for each in shapes.items()]) or "none"


def _top(name: str) -> str:
    return next(_wholes(name), name)


def _ranges(shapes: Shapes, total: int) -> list[Shapes]:
    """Return the runs of consecutive signals with `total` values together."""
    names, ends = list(shapes), [0, *accumulate(shape.size for shape in shapes.values())]
    places = {end: k for k, end in enumerate(ends)}
    runs = ((k, places.get(end + total)) for k, end in enumerate(ends))
    return [{name: shapes[name] for name in names[k:stop]} for k, stop in runs if stop is not None]


def _missing_signals(inputs: Shapes, signals: Iterable[str]) -> list[str]:
    """Return the inputs, elements of buses and members of which nothing is given."""
    given = set(signals)
    touched = {whole for name in given for whole in _wholes(name)}
    missing: list[str] = []

    def visit(name: str, shape: Shape) -> None:
        if name in given:
            return
        if name not in touched:
            missing.append(in_words(name, shape))
            return
        for indices in product(*map(range, shape.lengths)):
            element = name + "".join(f"[{k}]" for k in indices)
            if indices and element not in touched:
                missing.append(element)
                continue
            for member, inner in shape.members.items():
                visit(f"{element}.{member}", inner)

    for name, shape in inputs.items():
        visit(name, shape)
    return missing


def _absent_from_siblings(values: Mapping[str, Json]) -> Iterator[str]:
    """Yield the members that an object in a list lacks and another one in the same list has."""
    for name, value in values.items():
        yield from _absent(value, name)


def _absent(value: Json, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for member, inner in value.items():
            yield from _absent(inner, f"{name}.{member}")
    elif isinstance(value, list):
        members = {member: None for each in value if isinstance(each, dict) for member in each}
        for k, item in enumerate(value):
            if isinstance(item, dict):
                yield from (f"{name}[{k}].{each}" for each in members if each not in item)
            if members or isinstance(item, list):
                yield from _absent(item, f"{name}[{k}]")
