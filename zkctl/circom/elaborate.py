"""Executes a checked program: each template once for each set of parameters."""

from __future__ import annotations

from collections.abc import Mapping

from zkctl.circom.execution.components import wires_of
from zkctl.circom.execution.functions import CompiledFunction
from zkctl.circom.execution.instances import execute
from zkctl.circom.execution.keys import title_of
from zkctl.circom.execution.run import ExecutionLimits, SharedState, TemplateRun
from zkctl.circom.execution.tags import ValueTags
from zkctl.circom.execution.templates import FunctionCompiler, TemplateCompiler
from zkctl.circom.instance import Instance
from zkctl.circom.nodes import Call, Function, Main, Parallel, Program, Template
from zkctl.circom.report import CircomFinding
from zkctl.circom.written_out import function_of
from zkctl.field import PrimeField
from zkctl.runtime.records import record
from zkctl.runtime.recursion import deep_recursion


@record(eq=False)
class Elaborated:
    """A circuit as a tree of instances; `suggestions` are the warnings T3002 of --inspect."""

    main: Instance
    n_instances: int
    warnings: tuple[CircomFinding, ...]
    suggestions: tuple[CircomFinding, ...]


@deep_recursion()
def elaborate(
    program: Program,
    field: PrimeField,
    limits: ExecutionLimits | None = None,
    *,
    tags: Mapping[str, ValueTags] | None = None,
) -> Elaborated:
    """Execute a program that `check` accepted; `tags` are those of main's inputs.

    Raises: CircomError T3001 with the stack of instances.
    """
    assert program.main is not None

    def compile_function(name: str) -> CompiledFunction:
        return CompiledFunction(function_of(program, name), shared, FunctionCompiler)

    shared = SharedState(
        program, field.modulus, limits or ExecutionLimits(), compile_function, TemplateCompiler
    )
    definitions = list(program.definitions.values())
    shared.has_tags = any(
        each.tags
        for node in definitions
        if not isinstance(node, Function)
        for each in wires_of(node.body)
    )
    main = _execute_main(shared, program.main, dict(tags or {}))
    suggestions = tuple(sorted(shared.suggestions.values(), key=_position))
    return Elaborated(main, shared.n_instances, tuple(shared.warnings.values()), suggestions)


def _position(finding: CircomFinding) -> tuple[int, int]:
    assert finding.place is not None
    return finding.place.file, finding.place.start


def _execute_main(shared: SharedState, main: Main, tags: dict[str, ValueTags]) -> Instance:
    call = main.value
    while isinstance(call, Parallel):
        call = call.value
    assert isinstance(call, Call)
    template = shared.program.definitions[call.name]
    assert isinstance(template, Template)
    run = TemplateRun(shared, "main", None)
    run.public = frozenset(main.public)
    run.given_tags = tags
    compiler = TemplateCompiler(shared)
    frame = [run]
    arguments = [compiler.expression(each)(frame) for each in call.arguments]
    run.title = title_of(call.name, arguments)
    run.recorder = shared.new_recorder(run.title)
    return execute(run, template, arguments).instance
