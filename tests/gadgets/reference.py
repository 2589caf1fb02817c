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
from pathlib import Path
from typing import Any

from tests.gadgets.case import GadgetCase, all_cases
from tests.gadgets.verdicts import NOT_JUDGED, recorded
from zkctl import gadgets

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "gadgets.md"

HEAD = """# The gadgets

Made from the docstrings and from the cases of tests/gadgets/cases by `python -m tests.gadgets.reference`; a test keeps it current.
Every gadget also runs on integers, outside of a circuit: `poseidon(1, 2)` is the hash. "Assumes" is what the caller has to see to,
"Enforces" what a verifier may rely on. `from zkctl.gadgets.hash.poseidon import poseidon` gets `hash.poseidon.poseidon`.

"""

PARITY_HEAD = """## Cost beside circom

Constraints of a circuit that calls the gadget once, simplified as `zkctl compile` does, without the range checks of its inputs. circom's
are those of circom 2.2.3 `--O2` for circomlib 2.0.5. Every row's values are compared with those of its source, every wire is changed,
and every hint replaced by other values.

"unique" is the verdict of `zkctl lint` on the circuit alone: do its inputs determine its outputs? The prover's rules do not reach what is
UNKNOWN; of gadgets that assume more than types (points on a curve), the circuit does not enforce it. A contract is an argument on
paper, in `zkctl/lint/contracts.py`.

| gadget | parameters | constraints | circom | difference | unique | values from |
|---|---|---|---|---|---|---|
"""

OWN_HEAD = """
## Cost of the others

Counted and tried in the same way; circomlib has no such template, or its count is not published.

| gadget | parameters | constraints | unique | values from |
|---|---|---|---|---|
"""

BASIC = "basic"  # the modules outside of folders
WIDTH = 100  # of a signature


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
    folders = _by_folder()
    parts = [HEAD, _contents(folders)]
    for folder, modules in folders.items():
        parts.append(f"## {_title(folder)}\n\n")
        for module, names in modules.items():
            parts.append(f"### zkctl.gadgets.{module}\n\n{_first_line(module)}\n\n")
            parts += [_gadget(name) for name in names]
    cases = sorted(all_cases(), key=lambda case: case.name)
    parts.append(PARITY_HEAD)
    parts += [_parity_row(case) for case in cases if case.circom is not None]
    parts.append(OWN_HEAD)
    parts += [_own_row(case) for case in cases if case.circom is None]
    return "".join(parts)


def _by_folder() -> dict[str, dict[str, list[str]]]:
    """Folder, module, names of its gadgets; the modules outside of folders come first."""
    folders: dict[str, dict[str, list[str]]] = {BASIC: {}}
    for name in public_gadgets():
        module = name.rpartition(".")[0]
        folder = module.rpartition(".")[0] or BASIC
        folders.setdefault(folder, {}).setdefault(module, []).append(name)
    return {
        folder: dict(sorted(folders[folder].items()))
        for folder in [BASIC, *sorted({*folders} - {BASIC})]
    }


def _contents(folders: dict[str, dict[str, list[str]]]) -> str:
    """A table: one row for each module, with links to its gadgets."""
    lines = ["| module | gadgets |\n|---|---|\n"]
    for modules in folders.values():
        for module, names in modules.items():
            links = ", ".join(_link(name, name.rpartition(".")[2]) for name in names)
            lines.append(f"| `{module}` | {links} |\n")
    return "".join([*lines, "\n"])


def _title(folder: str) -> str:
    """The heading of a folder: its docstring's first line, or for the modules outside of folders their number."""
    if folder == BASIC:
        return "Bits, comparisons, choice and division"
    return _first_line(folder).partition(":")[0].rstrip(".")


def _first_line(module: str) -> str:
    text = inspect.getdoc(importlib.import_module(f"zkctl.gadgets.{module}")) or ""
    return text.partition("\n\n")[0].replace("\n", " ")


def _link(name: str, text: str) -> str:
    return f"[`{text}`](#{name.replace('.', '')})"


def _gadget(name: str) -> str:
    """Heading, signature, the first paragraphs, and one list item for each part of the contract."""
    lines = []
    for line in (inspect.getdoc(public_gadgets()[name]) or "").splitlines():
        part = re.match(r"(Assumes|Enforces|Cost|Source|Raises):\s+(.*)", line)
        if part and not any(each.startswith("* ") for each in lines):
            lines.append("")
        lines.append(f"* {part[1]}: {part[2]}" if part else re.sub(r"^ {8,}", "  ", line))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return f"#### {name}\n\n{_signature(name)}\n\n{text}\n\n"


def _signature(name: str) -> str:
    """The call with its types as a block of code, one parameter a line if it is long."""
    signature = inspect.signature(public_gadgets()[name])
    short = name.rpartition(".")[2]
    text = f"    {short}{signature}"
    if len(text) > WIDTH:
        parameters, result = str(signature)[1:].rsplit(") -> ", 1)
        inner = re.split(r", (?=\*?\w+:|\*,|\*\w)", parameters)
        text = "\n".join(
            [f"    {short}(", *(f"        {each}," for each in inner), f"    ) -> {result}"]
        )
    return text.replace("'", "")


def _parity_row(case: GadgetCase) -> str:
    rows = case.constraints - case.input_rows
    assert case.circom is not None
    change = 100 * (rows - case.circom) / case.circom if case.circom else 0.0
    difference = "0" if rows == case.circom else f"{change:+.1f} %"
    cells = [
        _link(case.name, case.name),
        _parameters(case),
        f"{rows:,}",
        f"{case.circom:,}",
        difference,
        _unique(case),
        case.source,
    ]
    return f"| {' | '.join(cells)} |\n"


def _own_row(case: GadgetCase) -> str:
    rows = case.constraints - case.input_rows
    return f"| {_link(case.name, case.name)} | {_parameters(case)} | {rows:,} | {_unique(case)} | {case.source} |\n"


def _unique(case: GadgetCase) -> str:
    return recorded().get(case.id, NOT_JUDGED)


def _parameters(case: GadgetCase) -> str:
    return ", ".join(f"{key} = {value}" for key, value in case.parameters.items())


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
