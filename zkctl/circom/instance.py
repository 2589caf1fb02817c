"""A template executed with its parameters: a table of constraints and a list of events, in local signal numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from zkctl.circom.asserted import AssertedCondition
from zkctl.circom.source import Place
from zkctl.constraints.advice.instructions import AdviceProgram
from zkctl.constraints.signals import SignalGroup
from zkctl.runtime.records import record

Terms: TypeAlias = dict[
    int, int
]  # local signal number -> coefficient in 1 .. p-1; 0 is the constant 1


class LocalConstraint(NamedTuple):
    """a * b = c as circom stores it: for `out <== x * y` a = {x: -1}, b = {y: 1}, c = {out: -1}.

    `target` is the signal that `<==` assigns, 0 for `===`: its value is what makes the constraint true.  A constraint whose three
    sides are empty is not in the files, but it may have a target; see `is_written`.
    """

    a: Terms
    b: Terms
    c: Terms
    target: int
    place: Place

    @property
    def is_written(self) -> bool:
        """True if the constraint stands in the files."""
        return bool(self.a or self.b or self.c)


class ChildInstance(NamedTuple):
    """A component: its signal k of the instance is the local signal first - 1 + k of the parent."""

    name: str  # with indexes: hash[2][0]
    instance: Instance
    first: int
    place: Place | None = None  # of the line that makes it


class RunRow(NamedTuple):
    """Event: constraint number `row` is evaluated (its target gets a value) or checked."""

    row: int


class RunChild(NamedTuple):
    """Event: the program of child number `child` runs, all its inputs have values."""

    child: int


class RunAssign(NamedTuple):
    """Event: `<--` of a value that a constraint can express; the constraint is none of the files."""

    row: LocalConstraint


@record(eq=False)
class RunCode:
    """Event: a hint computes the signals `outputs`; those below 0 are hidden wires, -1 is the first one of the instance.

    `function` is the name of a built-in hint, or an advice program; `inputs` are linear combinations of signals and hidden wires.
    """

    function: str | AdviceProgram
    parameters: tuple[int, ...]
    inputs: tuple[Terms, ...]
    outputs: tuple[int, ...]
    place: Place


Event: TypeAlias = RunRow | RunChild | RunAssign | RunCode


@record
class Advised:
    """A signal that `<--` assigns."""

    signal: int
    place: Place


@record(eq=False)
class Instance:
    """A template with parameters.

    Signals have the local numbers 1 .. n_signals: `signals` in order (outputs, public inputs of main, other inputs), then
    `intermediates`, then each child's range.  Children are in the order of the files: by name as bytes, then by index vector.
    `advised` and `asserted` are for analysis: the signals that `<--` assigns, and the asserts that are evaluated with
    the witness.
    """

    number: int  # in the order in which executions end; the third column of .sym
    title: str  # Num2Bits(254), for messages
    template: str
    signals: tuple[SignalGroup, ...]
    intermediates: tuple[
        SignalGroup, ...
    ]  # of the role PRIVATE by name only: their numbers follow the inputs
    n_own: int
    n_signals: int
    children: tuple[ChildInstance, ...]
    constraints: Sequence[LocalConstraint]
    events: Sequence[Event]
    n_hidden: int = 0  # own wires that only code uses, without those of children
    is_custom: bool = False
    parameters: tuple[object, ...] = ()
    advised: tuple[Advised, ...] = ()
    asserted: tuple[AssertedCondition, ...] = ()
    discarded: tuple[int, ...] = ()  # signals in `_ <== e`
