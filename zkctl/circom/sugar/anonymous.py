"""Anonymous components: T(parameters)(inputs) becomes a component with a name, and an assignment of each input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zkctl.circom import nodes
from zkctl.circom.checks.ports import template_ports
from zkctl.circom.nodes import Definition, Expression, Role, Statement
from zkctl.circom.source import Place, SourceFile
from zkctl.circom.sugar.misuse import Misuse, check_inside, check_not_anonymous
from zkctl.runtime.records import record


@record(eq=False)
class _Loop:
    """The innermost loop: the name of its counter, and whether a component needs it."""

    counter: str
    place: Place
    used: list[bool]


class AnonymousComponents:
    """Rewrites the body of one template."""

    def __init__(self, definitions: Mapping[str, Definition], files: Sequence[SourceFile]) -> None:
        self.definitions = definitions
        self.files = files
        self.declarations: list[Statement] = []

    def rewritten(self, body: nodes.Block) -> nodes.Block:
        """Return the body with all declarations at its start.  Raises: Misuse."""
        statements = [self._statement(each, None) for each in body.statements]
        return nodes.Block((*self.declarations, *statements), body.place)

    def _statement(self, statement: Statement, loop: _Loop | None) -> Statement:
        match statement:
            case nodes.Block(statements, place, is_scope):
                inner = tuple(self._statement(each, loop) for each in statements)
                return nodes.Block(inner, place, is_scope)
            case nodes.If(condition, then, otherwise, place):
                check_not_anonymous(condition, "in a condition")
                yes = self._statement(then, loop)
                no = None if otherwise is None else self._statement(otherwise, loop)
                return nodes.If(condition, yes, no, place)
            case nodes.While():
                return self._while(statement)
            case nodes.Assign():
                return self._assign(statement, loop)
            case nodes.AnonymousCall(value, place):
                blocks, outputs = self._value(value, loop)
                _check_unused(outputs, place)
                return nodes.Block(tuple(blocks), place)
            case _:
                check_inside(statement, check_not_anonymous)
                return statement

    def _while(self, statement: nodes.While) -> Statement:
        """Count the iterations, if an anonymous component is directly inside."""
        check_not_anonymous(statement.condition, "in a condition")
        place = statement.place
        loop = _Loop(f"anon_var_{self._suffix(place)}", place, [])
        body = self._statement(statement.body, loop)
        if loop.used:
            declared = nodes.DeclareVariable(loop.counter, (), is_zeroed=True, place=place)
            self.declarations.append(declared)
            counter = nodes.Variable(loop.counter, (), place)
            following = nodes.Infix("+", counter, nodes.Number(1, place), place)
            step = nodes.Assign(counter, "=", following, place)
            body = nodes.Block((body, step), body.place)
        return nodes.While(statement.condition, body, place)

    def _assign(self, statement: nodes.Assign, loop: _Loop | None) -> Statement:
        check_not_anonymous(statement.target, "in an index or a target")
        if statement.operator == "<--":
            check_not_anonymous(statement.value, "behind <--")
            return statement
        blocks, value = self._value(statement.value, loop)
        if not blocks:
            return statement
        assign = nodes.Assign(statement.target, statement.operator, value, statement.place)
        return nodes.Block((*blocks, assign), statement.place, is_scope=False)

    def _value(self, value: Expression, loop: _Loop | None) -> tuple[list[Statement], Expression]:
        """Return the statements that run before, and the value without anonymous components."""
        match value:
            case nodes.AnonymousComponent():
                return self._call(value, loop)
            case nodes.TupleLiteral(values, place):
                blocks, inner = self._values(values, loop)
                return blocks, nodes.TupleLiteral(inner, place)
            case nodes.ArrayLiteral(values, place):
                blocks, inner = self._values(values, loop)
                return blocks, nodes.ArrayLiteral(inner, place)
            case _:
                check_not_anonymous(value, "inside an expression")
                return [], value

    def _values(
        self, values: Sequence[Expression], loop: _Loop | None
    ) -> tuple[list[Statement], tuple[Expression, ...]]:
        blocks: list[Statement] = []
        found = []
        for each in values:
            before, value = self._value(each, loop)
            blocks += before
            found.append(value)
        return blocks, tuple(found)

    def _call(
        self, call: nodes.AnonymousComponent, loop: _Loop | None
    ) -> tuple[list[Statement], Expression]:
        """Return the block of one anonymous component, and its outputs."""
        for each in call.parameters:
            check_not_anonymous(each, "in the parameters of a template")
        template = self.definitions.get(call.name)
        if not isinstance(template, nodes.Template):
            message = f"template {call.name} does not exist"
            raise Misuse("TAC01", message, call.place, "include the file that defines it")
        ports = template_ports(template)
        outputs = [name for name, port in ports.items() if port.role is Role.OUTPUT]
        component = self._component(call, loop)
        creation: Expression = nodes.Call(call.name, call.parameters, call.place)
        if call.is_parallel:
            creation = nodes.Parallel(creation, call.place)
        block: list[Statement] = [nodes.Assign(component, "=", creation, call.place)]
        inputs = [name for name, port in ports.items() if port.role is Role.INPUT]
        for name, value in sorted(_inputs_by_name(call, inputs).items(), key=_bytes_of_name):
            before, new = self._value(value, loop)
            block += before
            block.append(nodes.Assign(_member(component, name), "<==", new, call.place))
        values = tuple(_member(component, name) for name in outputs)
        result = values[0] if len(values) == 1 else nodes.TupleLiteral(values, call.place)
        return [nodes.Block(tuple(block), call.place)], result

    def _component(self, call: nodes.AnonymousComponent, loop: _Loop | None) -> nodes.Variable:
        """Declare the component; return it, in a loop with the counter as its index."""
        name = f"{call.name}_{self._suffix(call.place)}"
        place = call.place
        declared = nodes.DeclareComponent(name, (), place, is_counted=loop is not None)
        self.declarations.append(declared)
        if loop is None:
            return nodes.Variable(name, (), place)
        loop.used.append(True)
        counter = nodes.Variable(loop.counter, (), place)
        return nodes.Variable(name, (nodes.Index(counter, place),), place)

    def _suffix(self, place: Place) -> str:
        return f"{self.files[place.file].line(place.start)}_{place.start}"


def _check_unused(outputs: Expression, place: Place) -> None:
    """Check that a call whose value is not used has no outputs.  Raises: Misuse."""
    if not (isinstance(outputs, nodes.TupleLiteral) and not outputs.values):
        message = "the outputs of an anonymous component are not used"
        raise Misuse("TAC02", message, place, "assign them: _ <== T(...)(...);")


def _member(component: nodes.Variable, name: str) -> nodes.Variable:
    member = nodes.Member(name, component.place)
    return nodes.Variable(component.name, (*component.access, member), component.place)


def _inputs_by_name(call: nodes.AnonymousComponent, inputs: Sequence[str]) -> dict[str, Expression]:
    """Return the value of each input.  Raises: Misuse if one is missing or unknown."""
    if len(call.inputs) != len(inputs):
        message = (
            f"{call.name} has {len(inputs)} inputs ({', '.join(inputs)}), got {len(call.inputs)}"
        )
        raise Misuse("TAC01", message, call.place)
    if call.names is None:
        return dict(zip(inputs, call.inputs, strict=True))
    found: dict[str, Expression] = {}
    for (name, operator), value in zip(call.names, call.inputs, strict=True):
        if operator != "<==":
            message = (
                f"input {name} of an anonymous component is assigned with {operator}, expected <=="
            )
            raise Misuse("TAC01", message, call.place, f"write {name} <== ...")
        if name in found or name not in inputs:
            fault = "is given twice" if name in found else f"is none of {', '.join(inputs)}"
            raise Misuse("TAC01", f"input {name} of {call.name} {fault}", call.place)
        found[name] = value
    return found


def _bytes_of_name(item: tuple[str, Expression]) -> bytes:
    return item[0].encode()
