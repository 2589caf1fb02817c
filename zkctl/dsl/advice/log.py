"""`log`: values printed when a witness is computed, because the author of the circuit asks for them."""

from __future__ import annotations

import sys
from typing import Any

from zkctl.constraints.advice.instructions import MAX_TEXT, AdviceProgram, Limits, Op
from zkctl.constraints.advice.log import LogLines
from zkctl.constraints.advice.run import run_advice
from zkctl.constraints.linear import Terms
from zkctl.dsl.advice.builder import Builder
from zkctl.dsl.array import Array
from zkctl.dsl.numbers.linear_value import same_circuit
from zkctl.dsl.signal import Signal, constant_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.trace import Tracer, current_tracer


def log(*parts: Any) -> None:
    """Print a line of texts and values on standard error when a witness is computed, or at once in eager mode.

    Parts are texts, signals, integers, and Arrays, lists and tuples of these; values are printed as integers in 0 .. p-1.
    Cost: 0 constraints; the circuit is the same without it.
    """
    tracer = next((s.tracer for s in _leaves(parts) if isinstance(s, Signal)), current_tracer())
    if tracer is None:
        raise circuit_error("log is used outside a circuit or gadget")
    tracer.check_current()
    line = _Line(tracer)
    for part in _leaves(parts):
        line.add(part)
    program = line.program()
    if tracer.eager:
        lines = LogLines()
        run_advice(
            program, [tracer.value_of(terms) for terms in line.inputs], tracer.modulus, lines
        )
        show_lines(lines)
        return
    name = tracer.session.advice_name(program)
    tracer.builder.add_hint(name, (), tuple(line.inputs), 0, tracer.node())


def show_lines(lines: LogLines) -> None:
    """Print lines on standard error."""
    sys.stderr.writelines(f"{line}\n" for line in lines.printed())


class _Line:
    """The program that prints one line, and its inputs."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer
        self.inputs: list[Terms] = []
        self.texts: list[str] = []
        self.steps: list[
            tuple[Op, int]
        ] = []  # LOG_TEXT with a text, LOG_VALUE with the first of its inputs
        self.factors: dict[int, int] = {}  # of the products among the values

    def add(self, part: Any) -> None:
        """Append a text or a value."""
        if isinstance(part, str):
            self._add_text(part)
        elif isinstance(part, Signal):
            self._add_signal(part)
        else:
            self._add_text(str(part))

    def _add_text(self, text: str) -> None:
        self.steps.append((Op.LOG_TEXT, len(self.texts)))
        self.texts.append(text[:MAX_TEXT])

    def _add_signal(self, signal: Signal) -> None:
        if signal.tracer is not self.tracer:
            same_circuit(signal, constant_signal(self.tracer, 0))
        product, factor, terms = signal.resolve()
        self.steps.append((Op.LOG_VALUE, len(self.inputs)))
        if product is not None:  # its value is computed here: a row for it would change the circuit
            self.factors[len(self.inputs)] = factor
            self.inputs += [product.a, product.b]
        self.inputs.append(terms)

    def program(self) -> AdviceProgram:
        """Return the program of the line."""
        self._add_text("\n")
        builder = Builder("log", len(self.inputs), tuple(self.texts))
        for op, operand in self.steps:
            if op is Op.LOG_TEXT:
                builder.emit(op, operand)
            else:
                builder.emit(op, self._value(builder, operand))
        return builder.finish((), Limits())

    def _value(self, builder: Builder, first: int) -> int:
        if first not in self.factors:
            return first
        cell = builder.new_cells()
        builder.emit(Op.FIELD_MULTIPLY, cell, first, first + 1)
        builder.emit(Op.FIELD_MULTIPLY, cell, cell, builder.constant(self.factors[first]))
        builder.emit(Op.FIELD_ADD, cell, cell, first + 2)
        return cell


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, Array):
        return value.flat
    if isinstance(value, list | tuple):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]
