"""Turns statements into Python functions of a frame.

Each returns None, or the value of a `return`.  A statement under a condition that is not known when the circuit is compiled is
compiled a second time: there, variables become unknown instead of being assigned.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zkctl.circom.execution import assigning
from zkctl.circom.execution.branches import Branches
from zkctl.circom.execution.compiler import check_single, infix
from zkctl.circom.execution.names import NameKind
from zkctl.circom.execution.reading import followed, known_indexes, leading_indexes
from zkctl.circom.execution.run import STEPS_OF_A_BLOCK, Evaluated, Frame, TemplateRun
from zkctl.circom.execution.variables import assign_part, assign_variable, forget_part, new_array
from zkctl.circom.execution.wires import Component
from zkctl.circom.nodes import (
    Assert,
    Assign,
    Block,
    Call,
    Constrain,
    DeclareBus,
    DeclareComponent,
    DeclareSignal,
    DeclareVariable,
    Evaluate,
    Expression,
    If,
    Index,
    Infix,
    Log,
    Member,
    Parallel,
    Prefix,
    Return,
    Statement,
    Ternary,
    Variable,
    While,
)
from zkctl.circom.values import UNSET, ArrayValue, Linear, Unknown

Executes = Callable[[Frame], Any]


class StatementCompiler(Branches):
    """Compiles the statements of one body."""

    def statement(self, node: Statement) -> Executes:
        """Return the function that executes a statement."""
        kinds: dict[type, Callable[[Any], Executes]] = {
            Block: self._block,
            DeclareVariable: self.declare_variable,
            DeclareSignal: self.declare_wires,
            DeclareBus: self.declare_wires,
            DeclareComponent: self.declare_component,
            Assign: self._assign,
            Evaluate: self._evaluate,
            Constrain: self._constrain,
            If: self.branch,
            While: self.loop,
            Return: self._return,
            Log: self._log,
            Assert: self._assert,
        }
        return kinds[type(node)](node)

    def declare_wires(self, node: DeclareSignal | DeclareBus) -> Executes:
        """Return the function that declares a signal or bus."""
        raise NotImplementedError

    def declare_component(self, node: DeclareComponent) -> Executes:
        """Return the function that declares a component."""
        raise NotImplementedError

    def create(self, target: Variable, slot: int, call: Call) -> Executes:
        """Return the function that creates a component."""
        raise NotImplementedError

    def tags_of(self, node: Expression) -> Evaluated | None:
        """Return the function that finds the tags of a value, None if it never has any."""
        raise NotImplementedError

    def set_tag(self, node: Assign) -> Executes:
        """Return the function that sets the value of a tag."""
        raise NotImplementedError

    def _block(self, node: Block) -> Executes:
        outer = self.slots.names
        statements = tuple(self.statement(each) for each in node.statements)
        if node.is_scope:
            self.slots.names = outer
        if len(statements) == 1:
            return statements[0]

        def execute(frame: Frame) -> Any:
            for statement in statements:
                result = statement(frame)
                if result is not None:
                    return result
            return None

        return execute

    # -- variables

    def declare_variable(self, node: DeclareVariable) -> Executes:
        """Return the function that declares a variable."""
        dimensions = [self.expression(each) for each in node.dimensions]
        slot, place = self.declare(node.name, NameKind.VARIABLE), node.place
        value = self.initial() if node.is_zeroed or self.is_unknown else UNSET
        if not dimensions:

            def execute(frame: Frame) -> None:
                frame[slot] = value

            return execute

        def execute_array(frame: Frame) -> None:
            shape = new_array(frame[0], [each(frame) for each in dimensions], place)
            n = 1
            for length in shape:
                n *= length
            frame[slot] = ArrayValue(shape, [value] * n)

        return execute_array

    def _assign(self, node: Assign) -> Executes:
        target = node.target
        assert isinstance(target, Variable)
        entry = self.found(target)
        if entry.kind is NameKind.VARIABLE:
            return self._assign_variable(node, target, entry.slot)
        if entry.kind is NameKind.COMPONENT and node.operator == "=":
            n = leading_indexes(target)
            call = node.value
            while isinstance(call, Parallel):
                call = call.value
            if n == len(target.access) and isinstance(call, Call):
                return self.create(target, entry.slot, call)
            if n == len(target.access) and isinstance(call, Ternary):
                return self._create_one(node, call)
        if node.operator == "=":
            return self.set_tag(node)
        if entry.kind is NameKind.COMPONENT:
            return self._assign_port(node, target, entry.slot)
        return self._assign_wires(node, target, entry.slot)

    def _create_one(self, node: Assign, choice: Ternary) -> Executes:
        """Create one of two components; the checks have made sure that the condition is known."""
        condition = self.expression(choice.condition)
        yes, no = (
            self._assign(Assign(node.target, node.operator, value, node.place))
            for value in (choice.yes, choice.no)
        )

        def create(frame: Frame) -> None:
            chosen = condition(frame)
            if type(chosen) is not int:
                raise frame[0].error(choice.place, "which component is created is not known when the circuit is compiled")  # fmt: skip
            (yes if chosen else no)(frame)

        return create

    def _assign_variable(self, node: Assign, target: Variable, slot: int) -> Executes:
        place = node.place
        if target.access:
            value = self.expression(node.value)
            indexes = [self.expression(each.value) for each in target.access if isinstance(each, Index)]  # fmt: skip
            if self.is_unknown:

                def forget(frame: Frame) -> None:
                    value(frame)
                    forget_part(frame, slot, [index(frame) for index in indexes], place)

                return forget
            return _assign_element(slot, indexes, value, node)
        if self.is_unknown:
            value = self.expression(node.value)

            def forget_whole(frame: Frame) -> None:
                value(frame)
                forget_part(frame, slot, (), place)

            return forget_whole
        if _is_accumulating(node, target):
            return self._accumulate(node, slot)
        return self._assign_whole(node, slot)

    def _assign_whole(self, node: Assign, slot: int) -> Executes:
        value, place = self.expression(node.value), node.place
        is_fresh = isinstance(node.value, Infix | Prefix)
        tags, tag_slot = self.tags_of(node.value), self.tag_slot(slot)

        def execute(frame: Frame) -> None:
            found = value(frame)
            if type(found) is int and type(frame[slot]) is not ArrayValue:
                frame[slot] = found
            else:
                assign_variable(frame, slot, found, place, is_fresh=is_fresh)

        if tag_slot is None:
            return execute

        def execute_with_tags(frame: Frame) -> None:
            execute(frame)
            frame[tag_slot] = tags(frame) if tags else None

        return execute_with_tags

    def _accumulate(self, node: Assign, slot: int) -> Executes:
        """Return the function of `x = x + e`: a sum that only x holds grows in place."""
        value = node.value
        assert isinstance(value, Infix)
        term, whole = self.expression(value.right), self._assign_whole(node, slot)
        is_minus, p = value.operator == "-", self.shared.p
        operators = self.shared.operators
        tag_slot = self.tag_slot(slot)

        def execute(frame: Frame) -> None:
            held = frame[slot]
            if type(held) is ArrayValue:
                whole(frame)
                return
            each = term(frame)
            if tag_slot is not None:
                frame[tag_slot] = None
            held = frame[slot]
            if type(held) is int and type(each) is int:
                frame[slot] = (held - each) % p if is_minus else (held + each) % p
            elif type(held) is not Linear or held.is_shared or not operators.accumulate(held, each, is_minus=is_minus):  # fmt: skip
                frame[slot] = infix(frame[0], value, held, each)

        return execute

    # -- signals

    def _assign_wires(self, node: Assign, target: Variable, slot: int) -> Executes:
        steps, value = self.steps(target.access), self.expression(node.value)
        operator, place = node.operator, node.place
        tags = self.tags_of(node.value) if operator == "<==" else None
        if not steps and operator == "<==" and not self.has_tags:

            def execute_single(frame: Frame) -> None:
                wires, found = frame[slot], value(frame)
                if wires.shape or wires.bus is not None or type(found) is ArrayValue:
                    made = assigning.AssignedValue((), found, operator, place)
                    assigning.assign_wires(frame[0], wires, made)
                else:
                    assigning.assign_single(frame[0], wires, wires.first, found, place)

            return execute_single

        def execute(frame: Frame) -> None:
            made = assigning.AssignedValue(followed(steps, frame), value(frame), operator, place)
            made.tags = tags(frame) if tags else None
            assigning.assign_wires(frame[0], frame[slot], made)

        return execute

    def _assign_port(self, node: Assign, target: Variable, slot: int) -> Executes:
        n = leading_indexes(target)
        indexes, steps = self.steps(target.access[:n]), self.steps(target.access[n + 1 :])
        member = target.access[n] if n < len(target.access) else None
        name = member.name if isinstance(member, Member) else ""
        value, operator, place = self.expression(node.value), node.operator, node.place
        tags = self.tags_of(node.value) if operator == "<==" else None
        is_plain = not steps and operator == "<=="

        def execute(frame: Frame) -> None:
            run: TemplateRun = frame[0]
            component = frame[slot].find(known_indexes(indexes, frame, place), run, place)
            if is_plain and component.tagged is None:
                found = value(frame)
                wires = component.port(name, run, place)
                if not wires.shape and wires.bus is None and type(found) is not ArrayValue:
                    assigning.assign_input(run, wires, found, place)
                    return
                made = assigning.AssignedValue((), found, operator, place)
                assigning.assign_wires(run, wires, made)
                return
            made = assigning.AssignedValue(followed(steps, frame), value(frame), operator, place)
            if component.tagged is not None:
                made.tags = tags(frame) if tags else None
                self.feed_tagged(run, component, name, made)
            else:
                assigning.assign_wires(run, component.port(name, run, place), made)

        return execute

    def feed_tagged(
        self, run: TemplateRun, component: Component, name: str, made: assigning.AssignedValue
    ) -> None:
        """Assign an input of a component whose template has tagged inputs."""
        raise NotImplementedError

    def _constrain(self, node: Constrain) -> Executes:
        left, right, place = self.expression(node.left), self.expression(node.right), node.place
        return lambda frame: assigning.constrain(frame[0], left(frame), right(frame), place)

    # -- others

    def _evaluate(self, node: Evaluate) -> Executes:
        value = self.expression(node.value)
        if node.operator == "<==":
            return lambda frame: assigning.discard(frame[0], value(frame))

        def execute(frame: Frame) -> None:
            value(frame)

        return execute

    def _return(self, node: Return) -> Executes:
        value = self.expression(node.value)
        if not self.is_unknown:
            return value

        def execute(frame: Frame) -> Any:
            return unknown_like(value(frame))

        return execute

    def _log(self, node: Log) -> Executes:
        items = [each if isinstance(each, str) else self.expression(each) for each in node.items]

        def execute(frame: Frame) -> None:
            values = [each if isinstance(each, str) else each(frame) for each in items]
            for value, item in zip(values, node.items, strict=True):
                if not isinstance(item, str):
                    check_single(value, frame[0], item.place)
            frame[0].step(node.place, STEPS_OF_A_BLOCK)
            frame[0].recorder.log(values)

        return execute

    def _assert(self, node: Assert) -> Executes:
        condition, place = self.expression(node.condition), node.place

        def execute(frame: Frame) -> None:
            run: TemplateRun = frame[0]
            value = condition(frame)
            if type(value) is int:
                if not value and not self.is_unknown:
                    raise run.error(place, "the condition of this assert is false")
            else:
                check_single(value, run, place)
                run.step(place, STEPS_OF_A_BLOCK)
                run.recorder.check(value, node)

        return execute


def _assign_element(slot: int, indexes: list[Evaluated], value: Evaluated, node: Assign) -> Executes:  # fmt: skip
    place = node.place
    if len(indexes) > 1:

        def execute_many(frame: Frame) -> None:
            found = value(frame)
            assign_part(frame, slot, [index(frame) for index in indexes], found, place)

        return execute_many
    index = indexes[0]

    def execute(frame: Frame) -> None:
        found, k = value(frame), index(frame)
        held = frame[slot]
        if type(found) is int and type(k) is int and type(held) is ArrayValue and len(held.shape) == 1 and k < held.shape[0]:  # fmt: skip
            held.values[k] = found
        else:
            assign_part(frame, slot, (k,), found, place)

    return execute


def _is_accumulating(node: Assign, target: Variable) -> bool:
    value = node.value
    if not isinstance(value, Infix) or value.operator not in ("+", "-"):
        return False
    left = value.left
    return isinstance(left, Variable) and left.name == target.name and not left.access


def unknown_like(value: Any) -> Any:
    """Return a value of the same shape that only code knows."""
    if type(value) is ArrayValue:
        return ArrayValue(value.shape, [Unknown() for _ in value.values], value.bus)
    return Unknown()
