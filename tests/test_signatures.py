"""The house rules of signatures that a machine can check: counts of parameters, tuples in place of types."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.test_architecture import ARGUMENTS, MODULES, functions, name_of

PACKAGE = "zkctl/"

# Parameters of keywords included; each is an option of a user's action, and no other function repeats the list.
LONGER = {
    "toolchain/bench/run.py bench": 7,
    "toolchain/ceremony/folder_steps.py init_ceremony": 7,
    "toolchain/ceremony/key.py verify_key": 7,
    "toolchain/circuit/compile.py compile_circuit": 7,
    "toolchain/circuit/witness.py calculate_witness": 9,
    "toolchain/proof/prove.py prove": 9,
    "toolchain/proof/evm.py verify_by_contract": 7,
    "toolchain/proof/export_solidity.py export_solidity": 7,
    "toolchain/proof/full_prove.py full_prove": 10,
    "toolchain/proof/setup.py make_key": 8,
    "toolchain/ptau/contribute.py beacon_ptau": 7,
    "toolchain/ptau/download.py download_ptau": 8,
    "toolchain/ptau/download.py fetch_published": 7,
}
ACTIONS = ("toolchain/", "ceremony/")

# The language of kernels has tuples of values that are no records.
TUPLES_ALLOWED = ("field/kernels/", "curve/kernels/", "dsl/")
MAX_TUPLE = 2


def n_parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = function.args
    names = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def long_lists() -> dict[str, int]:
    return {
        f"{place} {function.name}": n_parameters(function)
        for module in MODULES
        for place in [name_of(module).removeprefix(PACKAGE)]
        if place.startswith(ACTIONS)
        for function in functions(module)
        if n_parameters(function) > ARGUMENTS
    }


def test_actions_have_six_parameters() -> None:
    """More are a request (toolchain/ceremony/requests.py); the exceptions are counted and do not grow."""
    assert long_lists() == LONGER


def long_tuples(annotation: ast.expr) -> Iterator[str]:
    """The tuples of more than two different places within a type; tuple[int, ...] is a sequence."""
    if (
        isinstance(annotation, ast.Constant)
        and isinstance(annotation.value, str)
        and "tuple" in annotation.value
    ):
        annotation = ast.parse(annotation.value, mode="eval").body
    for node in ast.walk(annotation):
        match node:
            case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=elements)):
                if len(elements) > MAX_TUPLE:
                    yield ast.unparse(node)


def test_results_of_public_functions_have_names() -> None:
    found = [
        f"{name_of(module)}:{function.lineno} {function.name} -> {text}"
        for module in MODULES
        if not name_of(module).removeprefix(PACKAGE).startswith(TUPLES_ALLOWED)
        for function in functions(module)
        if not function.name.startswith("_") and function.returns is not None
        for text in long_tuples(function.returns)
    ]
    assert not found, "use a NamedTuple:\n" + "\n".join(found)


COORDINATES = {"zkctl/ceremony/record/ed25519.py Point"}


def test_aliases_hide_no_long_tuples() -> None:
    found = {
        f"{name_of(module)} {node.targets[0].id}"
        for module in MODULES
        if not name_of(module).removeprefix(PACKAGE).startswith(TUPLES_ALLOWED)
        for node in ast.parse(module.read_text()).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if not node.targets[0].id.startswith("_") and list(long_tuples(node.value))
    }
    assert found == COORDINATES


def test_long_tuples_are_found() -> None:
    def found(text: str) -> list[str]:
        return list(long_tuples(ast.parse(text, mode="eval").body))

    assert found("list[tuple[int, bytes, int]]") == ["tuple[int, bytes, int]"]
    assert found("'tuple[int, int, int]'") == ["tuple[int, int, int]"]
    assert found("tuple[int, ...]") == found("tuple[int, str]") == found("QueueState") == []
