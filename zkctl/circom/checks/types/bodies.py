"""Types of the statements of one body: a template, a function or a bus with the dimensions of its arguments."""

from __future__ import annotations

from zkctl.circom import nodes
from zkctl.circom.checks.components import ComponentUses
from zkctl.circom.checks.errors import Errors
from zkctl.circom.checks.types.access import Reached
from zkctl.circom.checks.types.expressions import Expressions
from zkctl.circom.checks.types.shapes import DeclaredName, Holder, Scopes, Type, TypeKind
from zkctl.circom.nodes import Expression, Statement


class BodyTypes:
    """The walk through the statements; `returned` are the dimensions that a function returns."""

    def __init__(
        self,
        expressions: Expressions,
        scopes: Scopes,
        uses: ComponentUses,
        errors: Errors,
        returned: int | None = None,
    ) -> None:
        self._expressions = expressions
        self._scopes = scopes
        self._uses = uses
        self._errors = errors
        self._returned = returned

    def statement(self, statement: Statement) -> None:
        """Check a statement and all inside it."""
        match statement:
            case nodes.Block():
                if statement.is_scope:
                    self._scopes.open()
                for inner in statement.statements:
                    self.statement(inner)
                if statement.is_scope:
                    self._scopes.close()
            case nodes.Assign():
                self._assign(statement)
            case nodes.If():
                self._branches(statement.condition, statement.then, statement.otherwise)
            case nodes.While():
                self._branches(statement.condition, statement.body, None)
            case (
                nodes.DeclareVariable()
                | nodes.DeclareSignal()
                | nodes.DeclareBus()
                | nodes.DeclareComponent()
            ):
                self._declare(statement)
            case _:
                self._use(statement)

    def _use(self, statement: Statement) -> None:
        match statement:
            case nodes.Constrain():
                self._constrain(statement)
            case nodes.Evaluate():
                found = self._expressions.type_of(statement.value)
                if found is not None and found.kind is TypeKind.COMPONENT:
                    self._no_component_in_constraint(statement.value, found)
            case nodes.Return():
                self._return(statement)
            case nodes.Log():
                for item in statement.items:
                    if not isinstance(item, str) and not self._single(statement, item):
                        break
            case nodes.Assert():
                self._single(statement, statement.condition)

    def _branches(self, condition: Expression, first: Statement, second: Statement | None) -> None:
        found = self._expressions.type_of(condition)
        for statement in (first, second):
            if statement is not None:
                self._scopes.open()
                self.statement(statement)
                self._scopes.close()
        self._expressions.check_condition(condition, found)

    def _single(self, statement: nodes.Log | nodes.Assert, expression: Expression) -> bool:
        """Check an argument; return whether it has a type."""
        found = self._expressions.type_of(expression)
        if found is not None and not found.is_single_number:
            word = "log" if isinstance(statement, nodes.Log) else "assert"
            self._errors.add(
                "T2044", f"an argument of {word} is {found}, expected a number", statement.place
            )
        return found is not None

    def _return(self, statement: nodes.Return) -> None:
        found = self._expressions.type_of(statement.value)
        if found is None or self._returned is None:
            return
        if found.kind is not TypeKind.NUMBER or found.dimensions != self._returned:
            self._errors.add(
                "T2045",
                f"the returns of the function differ: {Type(TypeKind.NUMBER, self._returned)}, and {found}",
                statement.place,
                "return values with the same number of dimensions",
            )

    # Declarations

    def _declare(
        self,
        statement: nodes.DeclareVariable
        | nodes.DeclareSignal
        | nodes.DeclareBus
        | nodes.DeclareComponent,
    ) -> None:
        for length in statement.dimensions:
            if not self._expressions.index(length):
                break
        dimensions = len(statement.dimensions)
        match statement:
            case nodes.DeclareVariable():
                symbol = DeclaredName(Holder.VARIABLE, dimensions)
                if statement.is_zeroed:
                    self._lengths_of_zero(statement)
            case nodes.DeclareSignal():
                symbol = DeclaredName(Holder.SIGNAL, dimensions, tags=frozenset(statement.tags))
            case nodes.DeclareBus():
                tags = frozenset(statement.tags)
                symbol = DeclaredName(Holder.BUS, dimensions, tags=tags, bus=statement.bus.name)
                self._bus(statement)
                self._lengths_of_zero(statement)
            case nodes.DeclareComponent():
                symbol = DeclaredName(
                    Holder.COMPONENT,
                    1 if statement.is_counted else dimensions,
                    template=self._uses.templates.get(id(statement)),
                )
        self._scopes.declare(statement.name, symbol)

    def _lengths_of_zero(self, statement: nodes.DeclareVariable | nodes.DeclareBus) -> None:
        """Check the lengths once more, as those of the first value: circom reports both."""
        for length in statement.dimensions:
            found = self._expressions.type_of(length)
            if found is not None and not found.is_single_number:
                self._errors.add(
                    "T2034",
                    f"{statement.name} cannot get its first value: a length is {found}",
                    statement.place,
                )

    def _bus(self, statement: nodes.DeclareBus) -> None:
        is_good = self._expressions.bus(statement.bus)
        if not is_good and not statement.dimensions:
            self._errors.add(
                "T2061",
                f"{statement.name} cannot be created: an argument of bus {statement.bus.name} is wrong",
                statement.place,
            )

    # Assignments and constraints

    def _assign(self, statement: nodes.Assign) -> None:
        target = statement.target
        assert isinstance(target, nodes.Variable)
        value = self._expressions.type_of(statement.value)
        if value is None:
            return
        reached = self._expressions.reach(target, is_target=True)
        if reached is None:
            return
        match reached.holder:
            case Holder.COMPONENT:
                self._assign_component(statement, target, value)
            case Holder.BUS:
                if statement.operator == "=" or not _is_same_bus(reached.type, value):
                    self._add_bus_error(statement, reached.type, value)
                else:
                    self._check_dimensions(statement, reached.type, value)
            case _:
                self._assign_numbers(statement, reached, value)

    def _add_bus_error(self, statement: nodes.Assign, bus: Type, value: Type) -> None:
        if _is_same_bus(bus, value):
            message, hint = f"{_name(statement)} is {bus}, assigned by =", "write <== or <--"
        else:
            message = f"{_name(statement)} is {bus}, assigned {value}"
            hint = "assign the fields one by one, or a bus of the same type"
        self._errors.add("T2059", message, statement.place, hint)

    def _assign_numbers(self, statement: nodes.Assign, reached: Reached, value: Type) -> None:
        is_signal = reached.holder is Holder.SIGNAL
        name = _name(statement)
        if is_signal and statement.operator == "=":
            self._errors.add(
                "T2054",
                f"signal {name} is assigned by =",
                statement.place,
                f"write {name} <== value, or {name} <-- value and a constraint with ===",
            )
        elif not is_signal and statement.operator != "=":
            self._errors.add(
                "T2055",
                f"{reached.holder.value} {name} is assigned by {statement.operator}",
                statement.place,
                "write =, or declare a signal",
            )
        elif value.kind is TypeKind.COMPONENT:
            self._errors.add(
                "T2060",
                f"{name} is {reached.type}, assigned {value}",
                statement.place,
                "name an output of the component: c.out; and declare components with component c = T();",
            )
        elif value.kind is TypeKind.BUS:
            self._errors.add(
                "T2059",
                f"{name} is {reached.type}, assigned {value}",
                statement.place,
                "name a field of the bus: b.x",
            )
        else:
            self._check_dimensions(statement, reached.type, value)

    def _check_dimensions(self, statement: nodes.Assign, target: Type, value: Type) -> None:
        if target.dimensions != value.dimensions:
            self._errors.add(
                "T2061",
                f"{_name(statement)} is {target}, assigned {value}",
                statement.place,
                "use the same number of dimensions on both sides",
            )

    def _assign_component(
        self, statement: nodes.Assign, target: nodes.Variable, value: Type
    ) -> None:
        name = _name(statement)
        symbol = self._scopes.find(target.name)
        if statement.operator != "=":
            self._errors.add(
                "T2055",
                f"component {name} is assigned by {statement.operator}",
                statement.place,
                f"write {name} = Template();",
            )
        elif value.kind is not TypeKind.COMPONENT:
            self._errors.add(
                "T2057",
                f"component {name} is assigned {value}",
                statement.place,
                f"write {name} = Template();",
            )
        elif symbol.template is None:
            symbol.template = value.name
        elif symbol.template != value.name:
            self._errors.add(
                "T2056",
                f"component {name} holds template {value.name} here, and {symbol.template} elsewhere",
                statement.place,
                "declare one component for each template",
            )

    def _constrain(self, statement: nodes.Constrain) -> None:
        sides = (statement.left, statement.right)
        left, right = (self._expressions.type_of(side) for side in sides)
        if left is None or right is None:
            return
        if TypeKind.COMPONENT in {left.kind, right.kind}:
            for side, found in ((statement.left, left), (statement.right, right)):
                if found.kind is TypeKind.COMPONENT:
                    self._no_component_in_constraint(side, found)
        elif left.kind is not right.kind:
            side = statement.left if right.kind is TypeKind.BUS else statement.right
            bus, other = (right, left) if right.kind is TypeKind.BUS else (left, right)
            self._errors.add(
                "BU06",
                f"one side of === is {bus}, the other {other}",
                side.place,
                "compare the fields one by one",
            )
        elif left.kind is TypeKind.BUS and left != right:
            self._errors.add(
                "BU05", f"the sides of === differ: {left}, and {right}", statement.left.place
            )
        elif left != right:
            self._errors.add(
                "T2046",
                f"the sides of === differ: {left}, and {right}",
                statement.right.place,
                "use the same number of dimensions on both sides",
            )

    def _no_component_in_constraint(self, side: Expression, found: Type) -> None:
        self._errors.add(
            "T2047",
            f"one side of a constraint is {found}, expected numbers",
            side.place,
            "name one of its inputs or outputs: c.out",
        )


def _is_same_bus(bus: Type, value: Type) -> bool:
    return value.kind is TypeKind.BUS and value.name == bus.name


def _name(statement: nodes.Assign) -> str:
    target = statement.target
    assert isinstance(target, nodes.Variable)
    members = "".join(f".{step.name}" for step in target.access if isinstance(step, nodes.Member))
    return target.name + members
