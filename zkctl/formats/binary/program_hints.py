"""The hints of a witness program.

Since version 3 in columns: the number of calls n and of names; the names (texts), each in the order of its first call; then the columns
before_row, origin, name, number of parameters, of inputs and of outputs (n each); all parameters; the number of terms of each input;
the wires and the coefficients (indices into section 3) of all terms; all outputs.

Before, one call after the other: before_row, origin, function (text), parameters (list), inputs (count, each: wires (list),
coefficients (list)), outputs (list); a list is its length and its entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.hint_table import HintTable
from zkctl.constraints.linear import Terms
from zkctl.formats.binary.program_values import U32, read_list, read_text, text_bytes, u32s
from zkctl.formats.binary.sections import Chunk, Section
from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_NAMES = 1 << 16


def read_hints(section: Section, pool: tuple[int, ...]) -> HintTable:
    """Return the hints of a section in columns.  Raises: FormatError."""
    n_calls = section.u32("the number of hints")
    n_names = section.u32("the number of names of hints")
    if n_names > min(n_calls, MAX_NAMES):
        raise section.fail(f"{n_calls} hints have {n_names} names")
    names = tuple(read_text(section) for _ in range(n_names))
    rows, nodes, functions, n_parameters, n_inputs, n_outputs = (
        section.array(U32, n_calls, f"the {what} of hints")
        for what in ("places", "origins", "names", "parameters", "inputs", "outputs")
    )
    _check_names(section, names, functions)
    parameters = section.array(U32, _total(n_parameters), "the parameters of hints")
    lengths = section.array(U32, _total(n_inputs), "the lengths of inputs of hints")
    wires = section.array(U32, _total(lengths), "the wires of hints")
    coefficients = section.array(U32, _total(lengths), "the coefficients of hints")
    outputs = section.array(U32, _total(n_outputs), "the outputs of hints")
    section.finish()
    if len(coefficients) and int(coefficients.max()) >= len(pool):
        raise section.fail(f"a coefficient index is not below {len(pool)}")
    _check_sums(section, lengths, wires)
    return HintTable(
        names, rows, nodes, functions, n_parameters, n_inputs, n_outputs, parameters, lengths, wires, coefficients, outputs, pool,
    )  # fmt: skip


def _total(counts: NDArray[np.uint32]) -> int:
    return int(counts.sum(dtype=np.int64))


def _check_names(section: Section, names: tuple[str, ...], functions: NDArray[np.uint32]) -> None:
    """Check that names are distinct and each first used in their order: a program has one spelling."""
    if len(functions) and int(functions.max()) >= len(names):
        raise section.fail(f"a hint has the name {int(functions.max())}, there are {len(names)}")
    _, first = np.unique(functions, return_index=True)
    if len(first) != len(names) or (np.diff(first) < 0).any() or len(set(names)) != len(names):
        raise section.fail("the names of hints are not each named once, in the order of use")


def _check_sums(section: Section, lengths: NDArray[np.uint32], wires: NDArray[np.uint32]) -> None:
    side = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    keys = np.sort(side << 32 | wires)
    if (np.diff(keys) == 0).any():
        raise section.fail("an input of a hint has a wire twice")


def hint_chunks(table: HintTable) -> list[Chunk]:
    """Return hints as a section."""
    columns = (
        table.rows, table.nodes, table.functions, table.n_parameters, table.n_inputs, table.n_outputs,
        table.parameters, table.lengths, table.wires, table.coefficients, table.outputs,
    )  # fmt: skip
    names = b"".join(map(text_bytes, table.names))
    return [
        u32s(len(table), len(table.names)) + names,
        *(np.asarray(column, U32) for column in columns),
    ]


# -- before version 3


def read_calls(section: Section, pool: tuple[int, ...]) -> tuple[HintCall, ...]:
    """Return the hints of a section of version 1 or 2.  Raises: FormatError."""
    calls = []
    for _ in range(section.u32("the number of hints")):
        before_row = section.u32("the place of a hint")
        node = section.u32("the origin of a hint")
        function = read_text(section)
        parameters = tuple(read_list(section, "parameters"))
        n_inputs = section.u32("the number of inputs")
        inputs = tuple(_read_terms(section, pool) for _ in range(n_inputs))
        outputs = tuple(read_list(section, "outputs"))
        calls.append(HintCall(before_row, function, parameters, inputs, outputs, node))
    section.finish()
    return tuple(calls)


def _read_terms(section: Section, pool: tuple[int, ...]) -> Terms:
    wires = read_list(section, "wires of a hint")
    coefficients = read_list(section, "coefficients of a hint")
    if len(wires) != len(coefficients) or len(set(wires)) != len(wires):
        raise section.fail(
            f"{len(wires)} wires with {len(coefficients)} coefficients are not a sum over wires"
        )
    if any(k >= len(pool) for k in coefficients):
        raise section.fail(f"a coefficient index is not below {len(pool)}")
    return {wire: pool[k] for wire, k in zip(wires, coefficients, strict=True)}
