"""Profile a circuit: `zkctl profile`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.toolchain.circuit.compile import compiled_source
from zkctl.toolchain.circuit.proof_rows import AnyCircuit, Simplification
from zkctl.toolchain.circuit.source_name import CircuitSource, file_of_source
from zkctl.toolchain.profile.counts import called_functions, source_lines
from zkctl.toolchain.profile.difference import difference
from zkctl.toolchain.profile.flame import flame_graph
from zkctl.toolchain.profile.result import Profile, read_profile


@record
class Picture:
    """The file of a flame graph; `force` overwrites it."""

    svg: Path
    force: bool = False


def profile_of(compiled: AnyCircuit) -> Profile:
    """Return the constraints of a compiled circuit by function and by line."""
    functions = called_functions(compiled)
    return Profile(
        compiled.name,
        compiled.program.field.name,
        functions[0].n_total,
        functions[0].n_total_before,
        functions,
        source_lines(compiled),
    )


def profile_circuit(
    circuit: CircuitSource,
    *,
    picture: Picture | None = None,
    earlier: Path | None = None,
    progress: Progress = silent,
) -> Profile:
    """Profile a circuit, simplified at its level; compare with an earlier profile, draw a flame graph.

    Raises: as `compile_circuit`; FormatError if `earlier` is no profile.
    """
    inputs = [file_of_source(circuit.source)] + ([earlier] if earlier else [])
    if picture is not None:
        check_destination(picture.svg, force=picture.force, inputs=inputs)
    before = None if earlier is None else read_profile(earlier)
    with compiled_source(
        circuit.source,
        circuit.parameters,
        simplification=Simplification(circuit.level, circuit.fewest_rows_of),
        root=circuit.root,
        folders=circuit.folders,
        progress=progress,
    ) as compiled:
        progress("counting", None)
        found = profile_of(compiled)
    if before is not None:
        parts = (before.functions, before.lines), (found.functions, found.lines)
        found = replace(found, difference=difference(*parts))
    if picture is None:
        return found
    with atomic_output(picture.svg, force=picture.force, inputs=inputs) as file:
        file.write(flame_graph(found).encode())
    return replace(found, files=[printable(picture.svg)])
