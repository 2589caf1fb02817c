"""Write docs/reference/gadgets.md: the contract of every gadget, from its docstring, and its cost beside circom's.

python -m tests.gadgets.reference [--check]
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.gadgets.case import GadgetCase, all_cases
from zkctl import gadgets

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "gadgets.md"

HEAD = """# The gadgets

Made from the docstrings and from the cases of tests/gadgets/cases by `python -m tests.gadgets.reference`; a test keeps it current.
Every gadget also runs on integers, outside of a circuit: `poseidon(1, 2)` is the hash. "Assumes" is what the caller has to see to,
"Enforces" what a verifier may rely on.

"""

PARITY_HEAD = """## Cost beside circom

Constraints of a circuit that calls the gadget once, simplified as `zkctl compile` does, without the range checks of its inputs. circom's
are those of circom 2.2.3 `--O2` for circomlib 2.0.5. Every row's values are compared with those of its source, every wire is changed,
and every hint replaced by other values.

| gadget | parameters | constraints | circom | values from |
|---|---|---|---|---|
"""


def public_gadgets() -> dict[str, Callable[..., Any]]:
    """The gadgets that users can import, by their names below zkctl.gadgets, in the order of the modules."""
    found = {}
    for info in pkgutil.walk_packages(gadgets.__path__, "zkctl.gadgets."):
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            own = getattr(value, "__module__", "") == info.name and not name.startswith("_")
            if own and hasattr(value, "set_owner"):
                found[f"{info.name.removeprefix('zkctl.gadgets.')}.{name}"] = value
    return found


def page() -> str:
    """The whole text."""
    parts = [HEAD]
    listed = sorted(public_gadgets().items(), key=lambda item: item[0].rpartition(".")[0])
    for module_name, group in groupby(listed, key=lambda item: item[0].rpartition(".")[0]):
        module = importlib.import_module(f"zkctl.gadgets.{module_name}")
        first = inspect.getdoc(module).splitlines()[0]  # type: ignore[union-attr]
        parts.append(f"## zkctl.gadgets.{module_name}\n\n{first}\n\n")
        parts += [_gadget(name.rpartition(".")[2], function) for name, function in group]
    parts.append(PARITY_HEAD)
    parts += [_row(case) for case in all_cases()]
    return "".join(parts)


def _gadget(name: str, function: Callable[..., Any]) -> str:
    """Heading with the signature, the first paragraphs, and one list item for each part of the contract."""
    signature = re.sub(r"'", "", str(inspect.signature(function)))
    lines = []
    for line in (inspect.getdoc(function) or "").splitlines():
        part = re.match(r"(Assumes|Enforces|Cost|Source|Raises):\s+(.*)", line)
        if part and not any(each.startswith("* ") for each in lines):
            lines.append("")
        lines.append(f"* {part[1]}: {part[2]}" if part else re.sub(r"^ {8,}", "  ", line))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return f"### `{name}{signature}`\n\n{text}\n\n"


def _row(case: GadgetCase) -> str:
    parameters = ", ".join(f"{key} = {value}" for key, value in case.parameters.items())
    rows = case.constraints - case.input_rows
    circom = "" if case.circom is None else f"{case.circom:,}"
    return f"| `{case.name}` | {parameters} | {rows:,} | {circom} | {case.source} |\n"


def parts_without_contract() -> Iterator[str]:
    """Gadgets whose docstring lacks a part of the contract."""
    for name, function in public_gadgets().items():
        text = inspect.getdoc(function) or ""
        for part in ("Assumes:", "Enforces:", "Cost:"):
            if not re.search(rf"^{part}", text, re.M):
                yield f"{name}: {part}"


def main(arguments: list[str]) -> int:
    """Write the page; with --check only compare."""
    text = page()
    if "--check" in arguments:
        return int(PAGE.read_text() != text)
    PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
