"""The house rules that a machine can check: sizes, names, imports, forbidden calls (docs/design/architecture.md)."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "zkctl"
MODULES = sorted(PACKAGE.rglob("*.py"))

FILE_LINES = 400
FUNCTION_LINES = 60
ARGUMENTS = 6
NESTING = 3

# Kernels and tables are exempt from the size limits: a kernel reads from top to bottom like its formula.
EXEMPT_FILES = ("zkctl/field/kernels/", "zkctl/curve/kernels/")

# One parameter per option of a command or of a user's action.
OPTIONS_ALLOWED = ("zkctl/cli/", "zkctl/toolchain/")

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "manager", "misc"}
FORBIDDEN_IMPORTS = {"random", "pickle", "marshal", "shelve", "dill"}
FORBIDDEN_CALLS = {"eval", "exec"}
NESTS = ast.For | ast.While | ast.If | ast.With | ast.Try | ast.Match


def name_of(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def is_exempt(module: Path) -> bool:
    return name_of(module).startswith(EXEMPT_FILES)


def depth_of(body: list[ast.stmt]) -> int:
    """How many blocks the deepest statement is inside; an elif is not deeper than its if."""
    deepest = 0
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        inner = [
            depth_of(block)
            - (1 if name == "orelse" and len(block) == 1 and isinstance(block[0], ast.If) else 0)
            for name, block in ast.iter_fields(node)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt)
        ]
        inner += [depth_of(handler.body) for handler in getattr(node, "handlers", [])]
        inner += [depth_of(case.body) for case in getattr(node, "cases", [])]
        if isinstance(node, NESTS):
            deepest = max(deepest, 1 + max(inner, default=0))
    return deepest


def n_arguments(function: ast.FunctionDef | ast.AsyncFunctionDef, module: Path) -> int:
    arguments = function.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    if not name_of(module).startswith(OPTIONS_ALLOWED):
        names += [a.arg for a in arguments.kwonlyargs]
    elif name_of(module).startswith("zkctl/cli/"):
        return 0
    return len([name for name in names if name not in ("self", "cls")])


def violations() -> Iterator[str]:
    for module in MODULES:
        name = name_of(module)
        if is_exempt(module):
            continue
        lines = len(module.read_text().splitlines())
        if lines > FILE_LINES:
            yield f"{name}: {lines} lines, the limit is {FILE_LINES}"
        for function in functions(module):
            where = f"{name}:{function.lineno} {function.name}"
            length = (function.end_lineno or 0) - function.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{where}: {length} lines, the limit is {FUNCTION_LINES}"
            if n_arguments(function, module) > ARGUMENTS:
                count = n_arguments(function, module)
                yield f"{where}: {count} arguments, the limit is {ARGUMENTS}: use a record"
            if depth_of(function.body) > NESTING:
                yield f"{where}: nested {depth_of(function.body)} deep, the limit is {NESTING}"


def test_sizes() -> None:
    found = list(violations())
    assert not found, "\n" + "\n".join(found)


def test_exemptions_are_used() -> None:
    for start in EXEMPT_FILES:
        assert any(name_of(module).startswith(start) for module in MODULES), start


def test_no_module_name_says_nothing() -> None:
    empty = [name_of(m) for m in MODULES if {m.stem, *m.relative_to(ROOT).parts} & EMPTY_NAMES]
    assert not empty


def test_every_module_says_what_it_is() -> None:
    silent = [name_of(m) for m in MODULES if not ast.get_docstring(ast.parse(m.read_text()))]
    assert not silent


def imported(module: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or ""), node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def test_no_weak_randomness_and_no_code_from_data() -> None:
    """`random` is predictable; pickle and its kin run code from files.  docs/design/security-cases.md, N112."""
    found = [
        f"{name_of(module)}:{line} imports {name}"
        for module in MODULES
        for name, line in imported(module)
        if name.split(".")[0] in FORBIDDEN_IMPORTS or name.startswith("numpy.random")
    ]
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id in FORBIDDEN_CALLS:
                    found.append(f"{name_of(module)}:{node.lineno} calls {node.func.id}")
            elif isinstance(node, ast.Attribute) and ast.unparse(node) in (
                "np.random",
                "numpy.random",
            ):
                found.append(f"{name_of(module)}:{node.lineno} uses np.random")
    assert not found, "\n" + "\n".join(found)


def test_only_compile_imports_the_users_code() -> None:
    """importlib's loaders load the user's circuit in one place; the other loads zkctl itself in its children."""
    loaders = {"importlib.util", "importlib.machinery", "runpy", "imp"}
    users = {
        name_of(module)
        for module in MODULES
        for name, _ in imported(module)
        if name in loaders and "spec_from_file_location" in module.read_text()
    }
    assert users <= {"zkctl/toolchain/circuit/compile.py", "zkctl/runtime/isolated.py"}


def test_import_contracts() -> None:
    pytest.importorskip("importlinter")
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


# where packages came from on somebody's machine: lock files and installer options would tell
FORBIDDEN_TEXT = ('"resolved' + '": "http', "--index" + "-url", "--regis" + "try=")


def test_no_committed_file_names_a_package_registry_or_a_build_machine() -> None:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode != 0:
        pytest.skip("not a git checkout: an unpacked release has nothing to check")
    found = []
    for name in filter(None, listing.stdout.split("\0")):
        path = ROOT / name
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "ignore")
            forbidden = (*FORBIDDEN_TEXT, f"{ROOT}/")
            found += [f"{name}: {bad}" for bad in forbidden if bad in text]
    assert not found


def module_name(module: Path) -> str:
    parts = module.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def import_edges() -> dict[str, set[str]]:
    """Per module the modules of the package it imports: at the top, in functions and for types only."""
    names = {module_name(module) for module in MODULES}
    edges: dict[str, set[str]] = {name: set() for name in names}
    for module in MODULES:
        found = edges[module_name(module)]
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names} & names
            elif isinstance(node, ast.ImportFrom) and node.module in names:
                # `from package import module` imports the module, else what the package provides
                whole = [f"{node.module}.{alias.name}" for alias in node.names]
                found |= {name if name in names else node.module for name in whole}
    return edges


def cycles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that reach each other."""
    reach: dict[str, set[str]] = {}
    for name in edges:
        seen, waiting = set(), [name]
        while waiting:
            for other in edges[waiting.pop()] - seen:
                seen.add(other)
                waiting.append(other)
        reach[name] = seen
    groups = {
        frozenset(other for other in reach[name] if name in reach[other])
        for name in edges
        if name in reach[name]
    }
    return sorted(sorted(group) for group in groups)


def test_no_import_cycles() -> None:
    """Imports in functions and under TYPE_CHECKING count: a late import may only save time at start-up."""
    found = cycles(import_edges())
    assert not found, "\n" + "\n".join(" <-> ".join(group) for group in found)


def test_cycles_are_found() -> None:
    edges = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}
    assert cycles(edges) == [["b", "c"]]
    assert cycles({"a": {"b"}, "b": set()}) == []


# Layers below `formats` that have rules, not programs that follow them; sources stand in docs/reference/formats.md.
WITHOUT_FOREIGN_NAMES = ("field", "curve", "poly", "srs", "constraints", "groth16", "dsl")
FOREIGN_PROGRAMS = re.compile("snarkjs|circom", re.IGNORECASE)


def test_mathematics_and_languages_name_no_foreign_programs() -> None:
    found = [
        f"{name_of(module)}:{number}: {line.strip()}"
        for module in MODULES
        if module.relative_to(PACKAGE).parts[0] in WITHOUT_FOREIGN_NAMES
        for number, line in enumerate(module.read_text().splitlines(), 1)
        if FOREIGN_PROGRAMS.search(line)
    ]
    assert not found, "\n" + "\n".join(found)


# Only the places that choose an implementation ask which one it is; `describe` serves `zkctl doctor`.
CHOOSING = {"zkctl/field/backend.py", "zkctl/curve/backend.py"}


def test_only_backends_ask_for_compiled_kernels() -> None:
    """Algorithms ask for a capability (`few_terms`, `compiled_program`), not for the implementation."""
    asking = {
        name_of(module)
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text()))
        if (isinstance(node, ast.Name) and node.id == "uses_compiled_kernels")
        or (isinstance(node, ast.alias) and node.name == "uses_compiled_kernels")
        or (isinstance(node, ast.Attribute) and node.attr == "uses_compiled_kernels")
    }
    assert asking == CHOOSING


# Modules between kernels and algorithms, where `Any` would end the type check at the most dangerous border.
WITHOUT_ANY = (
    "zkctl/field/backend.py",
    "zkctl/field/kernels/interface.py",
    "zkctl/curve/backend.py",
    "zkctl/curve/kernels/interface.py",
    "zkctl/curve/kernels/complete_addition.py",
    "zkctl/curve/sums/",
)


def test_kernel_interfaces_have_no_any() -> None:
    found = [
        f"{name_of(module)}:{node.lineno}"
        for module in MODULES
        if name_of(module).startswith(WITHOUT_ANY)
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Name) and node.id == "Any"
    ]
    assert not found


def classes_by_name() -> dict[str, set[str]]:
    """The packages (zkctl/<package>) of each public class name; a syntax tree has the names of its language."""
    found: dict[str, set[str]] = {}
    for module in MODULES:
        if name_of(module) == "zkctl/circom/nodes.py":
            continue
        package = module.relative_to(PACKAGE).parts[0]
        for node in ast.parse(module.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, set()).add(package)
    return found


SAME_PARTS = {"groth16", "plonk", "fflonk"}  # packages


def test_no_two_packages_share_a_public_class_name() -> None:
    """The proof systems have the same parts by the same names; no file imports two of them."""
    shared = {
        name: packages
        for name, packages in classes_by_name().items()
        if len(packages) > 1 and not packages <= SAME_PARTS
    }
    assert not shared


def is_fixture(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("fixture" in ast.unparse(decorator) for decorator in function.decorator_list)


def unannotated(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """The parameters without annotation, and `return`."""
    given = function.args
    starred = [one for one in (given.vararg, given.kwarg) if one is not None]
    for parameter in (*given.posonlyargs, *given.args, *given.kwonlyargs, *starred):
        if parameter.annotation is None and parameter.arg not in ("self", "cls"):
            yield parameter.arg
    if function.returns is None:
        yield "return"


def test_test_parameters_are_annotated() -> None:
    """Type checks of tests are worth something only where the types of fixtures are known."""
    found = [
        f"{name_of(path)}:{function.lineno} {function.name}: {name}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if "bench/circuits" not in path.as_posix()
        if "node_modules" not in path.parts  # of others
        for function in functions(path)
        if function.name.startswith("test_") or is_fixture(function)
        for name in unannotated(function)
    ]
    assert not found, "\n" + "\n".join(found)


# Words that say "raise if wrong" in other ways than `check`; the DSL's constraints are not checks.
OTHER_VERBS = ("refuse", "require", "checked", "enforce")
CONSTRAINTS = ("zkctl/dsl/", "zkctl/gadgets/")
TRUTH_VALUES = {"bool", "Bit", "Flags", "Mask", "NDArray[np.bool_]", "ir.Value"}  # arrays: one each
VERDICTS = {
    "verify": "bool",
    "verify_batch": "list[bool]",
}  # of proof systems: the answer is returned
PROOF_SYSTEMS = (
    "zkctl/groth16/",
    "zkctl/toolchain/proof/groth16.py",
    "zkctl/toolchain/proof/systems.py",
)


def is_other_verb(name: str) -> bool:
    """Return whether a name says check in another word; `refuse` alone is a change of state."""
    return name.split("_", maxsplit=1)[0] in OTHER_VERBS and name != "refuse"


def misnamed(module: Path) -> Iterator[str]:
    name = name_of(module)
    for function in functions(module):
        bare = function.name.lstrip("_")
        verb = bare.split("_")[0]
        returned = ast.unparse(function.returns) if function.returns else ""
        wrong = (
            (verb == "check" and returned != "None")
            or (verb in ("is", "are", "has") and returned not in TRUTH_VALUES)
            or (is_other_verb(bare) and not name.startswith(CONSTRAINTS))
            or (
                name.startswith(PROOF_SYSTEMS) and returned != VERDICTS.get(function.name, returned)
            )
        )
        if wrong:
            yield f"{name} {function.name}"


def test_one_verb_per_kind_of_check() -> None:
    """`check_x` raises and returns nothing, `is_x` returns a truth value, `verify` a verdict; nothing else checks."""
    found = {place for module in MODULES for place in misnamed(module)}
    assert not found, "\n" + "\n".join(sorted(found))
