"""The state of one execution of a template, and the state that all executions share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from zkctl.circom.code.functions import functions_of
from zkctl.circom.code.recorder import Recorder
from zkctl.circom.execution.buses import Field
from zkctl.circom.execution.executed import Executed
from zkctl.circom.execution.names import NameKind
from zkctl.circom.execution.operators import Operators
from zkctl.circom.execution.silence import SILENT, SilentRecorder
from zkctl.circom.execution.sums import ConstraintSides
from zkctl.circom.execution.wires import Component, Mark, Wires
from zkctl.circom.findings import CircomError
from zkctl.circom.local_rows import LocalRows, Sides
from zkctl.circom.nodes import Bus, Function, Program, Template
from zkctl.circom.report import CircomFinding
from zkctl.circom.source import Place
from zkctl.circom.values import ArrayValue
from zkctl.constraints.sides import CoefficientPool
from zkctl.runtime.records import record

Frame: TypeAlias = "list[Any]"  # slot 0 is the Run
Evaluated: TypeAlias = "Callable[[Frame], Any]"

MAX_STEPS = 50_000_000  # iterations and calls in one compilation; the largest of docs/design/circom-corpus.md needs 140,000
MAX_CALLS = 20_000  # calls of functions inside each other
MAX_TEMPLATES = 5_000  # components inside each other
MAX_ELEMENTS = 1 << 26  # of one array
MAX_SIGNALS = 1 << 28  # of one template, without its components
MAX_WIRES = 1 << 31  # of one template with all its components: its rows number them with 31 bits
STEPS_OF_A_ROW = 4  # a constraint, which takes memory too
STEPS_OF_A_BLOCK = 100  # code that log and assert run takes some 1,000 bytes


@record(eq=False)
class ExecutionLimits:
    """The resources of a program before it is refused."""

    steps: int = MAX_STEPS
    calls: int = MAX_CALLS
    templates: int = MAX_TEMPLATES
    elements: int = MAX_ELEMENTS
    signals: int = MAX_SIGNALS
    wires: int = MAX_WIRES


class Callee(Protocol):
    """A compiled function."""

    node: Function
    parameters: list[int]

    def run(self, run: TemplateRun, arguments: list[Any]) -> Any:
        """Execute the function in the run of the template that calls it."""


class SharedState:
    """The state that all executions of a program share."""

    def __init__(
        self,
        program: Program,
        p: int,
        limits: ExecutionLimits,
        compile_function: Callable[[str], Callee],
        template_compiler: type[Any],
    ) -> None:
        self.program = program
        self.template_compiler = template_compiler
        self.compile_function = compile_function
        self.p = p
        self.limits = limits
        self.operators = Operators(p)
        self.steps = limits.steps
        self.n_calls = 0
        self.n_instances = 0
        self.warnings: dict[tuple[str, Place], CircomFinding] = {}
        self.suggestions: dict[Place, CircomFinding] = {}  # of --inspect
        self.executed: dict[object, Executed] = {}
        self.bodies: dict[str, Any] = {}
        self.functions: dict[str, Callee] = {}
        self.has_tags = False
        self.effects = functions_of(program, p).effects
        self.pool = CoefficientPool(p)  # the coefficients of all constraints
        self.buses: dict[object, Any] = {}
        self.results: dict[object, Any] = {}  # of functions

    def function(self, name: str) -> Callee:
        """Return a function, compiled when it is first called."""
        found = self.functions.get(name)
        if found is None:
            found = self.functions[name] = self.compile_function(name)
        return found

    def body(self, node: Template | Bus, kind: type[Any]) -> Any:
        """Return the compiler of a template or bus, the slots of its parameters, and its body."""
        found = self.bodies.get(node.name)
        if found is None:
            compiler = kind(self)
            parameters = [compiler.declare(name, NameKind.VARIABLE) for name in node.parameters]
            found = self.bodies[node.name] = compiler, parameters, compiler.statement(node.body)
        return found

    def new_recorder(self, title: str) -> Recorder:
        """Return what records the run-time code of one execution."""
        return Recorder(self.program, self.p, title)


_NO_ROW: tuple[Sides, int, Place] = ({}, {}, {}), 0, Place(0, 0, 0)


class TemplateRun:
    """One execution of a template."""

    def __init__(self, shared: SharedState, title: str, outer: TemplateRun | None) -> None:
        self.shared = shared
        self.title = title
        self.outer = outer
        self.depth: int = outer.depth + 1 if outer else 1
        self.recorder: Recorder | SilentRecorder = shared.new_recorder(title)
        self.n_numbers = 0  # provisional numbers in use
        self.rows = LocalRows(shared.pool)  # in provisional numbers
        self.late_rows: dict[int, tuple[Sides, int, Place]] = {}  # that have their places in `rows`
        self.wires: list[Wires] = []
        self.components: list[Component] = []
        self.marks: list[Mark] = []  # assignments in unknown control flow
        self.touched: list[Component] = []  # components that got inputs there
        self.names: set[str] = set()  # of signals, buses and components
        self.given_tags: dict[str, Any] = {}
        self.public: frozenset[str] = frozenset()
        self.fields: list[list[Field]] = []  # of the buses that are being executed
        self.is_custom = False
        self.discarded: set[int] = set()  # signals in `_ <== e`
        self.reserved: list[int] = []  # places of rows of an assignment that waited

    @property
    def is_silent(self) -> bool:
        """True if control flow is not known here, so that nothing is recorded."""
        return self.recorder is SILENT

    def stack(self) -> tuple[str, ...]:
        """Return the instances that are being executed, outermost first."""
        titles = []
        run: TemplateRun | None = self
        while run is not None:
            titles.append(run.title)
            run = run.outer
        return tuple(reversed(titles))

    def error(self, place: Place, message: str, hint: str = "", code: str = "T3001") -> CircomError:
        """Return the error for a fault at a place."""
        finding = CircomFinding(code, message, place, hint, instances=self.stack())
        return CircomError([finding], self.shared.program.files)

    def warn(self, place: Place, code: str, message: str) -> None:
        """Report a warning, once for each place."""
        key = code, place
        if key not in self.shared.warnings:
            self.shared.warnings[key] = CircomFinding(code, message, place, instances=self.stack())

    def suggest_constraint(self, place: Place) -> None:
        """Note that `<--` has a value which `<==` could assign; custom templates have no constraints."""
        if not self.is_custom and place not in self.shared.suggestions:
            self.shared.suggestions[place] = CircomFinding(
                "T3002",
                f"in {self.title}: <-- assigns without a constraint a value that <== can assign",
                place,
                instances=self.stack(),
            )

    def step(self, place: Place, n: int = 1) -> None:
        """Count an iteration or call, or n steps."""
        self.shared.steps -= n
        if self.shared.steps < 0:
            n = self.shared.limits.steps
            raise self.error(
                place,
                f"the program takes more than {n:,} steps to execute",
                "a loop or recursion may have no end",
            )

    def new_numbers(self, n: int, place: Place) -> int:
        """Return the first of n provisional numbers."""
        limit = self.shared.limits.signals
        if self.n_numbers + n > limit:
            raise self.error(place, f"the template has more than {limit:,} signals")
        first = self.n_numbers + 1
        self.n_numbers += n
        return first

    def declare(self, name: str, place: Place, *, is_hiding: bool) -> None:
        """Note a declared signal, bus or component: no other declaration that is executed may use its name."""
        self.check_name(name, place)
        if is_hiding:
            raise self.error(
                place,
                f"a signal or component has the name of a variable or parameter {name}",
                "choose another name",
            )
        self.names.add(name)

    def check_name(self, name: str, place: Place) -> None:
        """Raise CircomError for a name of a signal, bus or component."""
        if name in self.names:
            raise self.error(
                place,
                f"a signal or component {name} was declared before in another block",
                "choose another name: all signals and components of a template are in one list",
            )

    def add_row(self, sides: ConstraintSides, target: int, place: Place) -> None:
        """Append a constraint, or put it where an assignment that waited has its place."""
        if self.reserved:
            number = self.reserved.pop(0)
            self.late_rows[number] = sides, target, place
        else:
            number = len(self.rows)
            self.rows.add(sides, target, place)
        self.shared.steps -= STEPS_OF_A_ROW
        self.recorder.row(number, target)

    def reserve_rows(self, value: object, operator: str) -> list[int]:
        """Keep places for the constraints of an assignment to an input whose number is not known yet."""
        n = len(value.values) if isinstance(value, ArrayValue) else 1
        if operator == "<--":
            return []
        first = len(self.rows)
        for _ in range(n):
            self.rows.add(*_NO_ROW)
        return list(range(first, first + n))
