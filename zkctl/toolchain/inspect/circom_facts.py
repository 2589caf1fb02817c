"""The contents of one .circom file: its pragma, includes, definitions and main component; included files are not read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zkctl.circom.findings import CircomError
from zkctl.circom.includes import MAX_BYTES
from zkctl.circom.nodes import Bus, Definition, Function, Main, Template
from zkctl.circom.parser import parse
from zkctl.circom.report import CircomFinding
from zkctl.circom.source import SourceFile
from zkctl.runtime.printable import printable
from zkctl.storage.mapped import read_bytes

KIND = "circom source"


def describe_circom(path: Path) -> dict[str, Any]:
    """Return the facts of a .circom file; JSON-friendly.

    Raises: CircomError for a file that does not parse; EnvironmentProblem if unreadable; LimitError for one of 256 MiB.
    """
    source = SourceFile(printable(path), path.absolute(), read_bytes(path, MAX_BYTES))
    errors: list[CircomFinding] = []
    parsed = parse(source, 0, errors)
    if errors:
        raise CircomError(errors, [source])
    version = "not stated" if parsed.version is None else ".".join(map(str, parsed.version))
    return {
        "kind": KIND,
        "file": source.name,
        "bytes": len(source.data),
        "version": version,
        "custom_templates": parsed.has_custom_templates,
        "includes": [each.path for each in parsed.includes],
        "templates": _titles(parsed.definitions, Template),
        "functions": _titles(parsed.definitions, Function),
        "buses": _titles(parsed.definitions, Bus),
    } | _main(source, parsed.main)


def _titles(definitions: Sequence[Definition], kind: type[Definition]) -> list[str]:
    return [f"{each.name}({', '.join(each.parameters)})" for each in definitions if isinstance(each, kind)]  # fmt: skip


def _main(source: SourceFile, main: Main | None) -> dict[str, Any]:
    if main is None:
        return {"note": "no component main: other files include this one"}
    place = main.value.place
    value = source.data[place.start : place.end].decode(errors="replace")
    return {"main": printable(value), "public": list(main.public)}
