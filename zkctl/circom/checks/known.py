"""Known and unknown values: the shape of a circuit must not depend on signals.

Unknown are signals, values computed from them, and single variables that are assigned under an unknown condition.  Arrays of
variables count as known here: the execution, which knows each element, refuses the rest.
"""

from __future__ import annotations

from collections.abc import Iterable

from zkctl.circom import nodes
from zkctl.circom.checks.components import ComponentUses, Interfaces
from zkctl.circom.checks.errors import Errors
from zkctl.circom.checks.walk import indexes_of, members_of, parts_of
from zkctl.circom.nodes import Expression, Statement

Declaration = (
    nodes.DeclareVariable | nodes.DeclareSignal | nodes.DeclareBus | nodes.DeclareComponent | None
)  # None: a parameter
_VALUES_HINT = (
    "only parameters, numbers and what is computed from them are known when the circuit is built"
)


class Effects:
    """The effects of a statement that must not depend on an unknown condition."""

    def __init__(self) -> None:
        self.constrains = False
        self.sets_tag = False
        self.declares = False
        self.assigned: set[int] = set()  # variables, by the identity of their declarations

    def add(self, other: Effects) -> None:
        """Add the effects of a statement inside."""
        self.constrains |= other.constrains
        self.sets_tag |= other.sets_tag
        self.declares |= other.declares
        self.assigned |= other.assigned


def check_known(
    template: nodes.Template, interfaces: Interfaces, uses: ComponentUses, errors: Errors
) -> None:
    """Check one template that main reaches."""
    body = _Known(interfaces, uses)
    body.parameters(template.parameters)
    # Silent walks until the variables that are unknown at the start of each loop no longer grow.
    while True:
        body.is_changed = False
        body.walk(template.body, Errors())
        if not body.is_changed:
            break
    body.walk(template.body, errors)


class _Known:
    """The walk through a template.  `_unknown` are the variables that are unknown here, `_at_loops` those at each loop's start."""

    def __init__(self, interfaces: Interfaces, uses: ComponentUses) -> None:
        self._interfaces = interfaces
        self._uses = uses
        self._errors = Errors()
        self._scopes: list[dict[str, Declaration]] = [{}]
        self._unknown: set[int] = set()
        self._at_loops: dict[int, set[int]] = {}
        self.is_changed = False

    def parameters(self, names: Iterable[str]) -> None:
        """Declare the parameters, which are known."""
        self._scopes = [dict.fromkeys(names)]

    def walk(self, body: nodes.Block, errors: Errors) -> None:
        """Walk through the whole body and add its errors to a list."""
        self._errors = errors
        self._unknown = set()
        self._statement(body)

    # Statements

    def _statement(self, statement: Statement) -> Effects:
        effects = Effects()
        match statement:
            case nodes.Block():
                if statement.is_scope:
                    self._scopes.append({})
                for inner in statement.statements:
                    effects.add(self._statement(inner))
                if statement.is_scope:
                    self._scopes.pop()
            case nodes.If():
                self._if(statement, effects)
            case nodes.While():
                self._while(statement, effects)
            case nodes.Assign():
                self._assign(statement, effects)
            case nodes.Evaluate(operator="<=="):
                effects.constrains = True
                self._side(statement.value)
            case nodes.Constrain():
                effects.constrains = True
                self._side(statement.left)
                self._side(statement.right)
            case (
                nodes.DeclareVariable()
                | nodes.DeclareSignal()
                | nodes.DeclareBus()
                | nodes.DeclareComponent()
            ):
                self._declare(statement, effects)
        return effects

    def _if(self, statement: nodes.If, effects: Effects) -> None:
        is_unknown = self._is_unknown(statement.condition)
        before = set(self._unknown)
        effects.add(self._scoped(statement.then))
        if statement.otherwise is not None:
            after_then, self._unknown = self._unknown, set(before)
            effects.add(self._scoped(statement.otherwise))
            self._unknown |= after_then
        else:
            self._unknown |= before
        if is_unknown:
            self._unknown |= effects.assigned
            self._add_condition_errors(statement.condition, effects)

    def _while(self, statement: nodes.While, effects: Effects) -> None:
        at_start = self._at_loops.setdefault(id(statement), set())
        self._grow(at_start, self._unknown)
        self._unknown = set(at_start)
        body = self._scoped(statement.body)
        self._grow(at_start, self._unknown)
        self._unknown |= at_start
        if self._is_unknown(statement.condition):
            self._unknown |= body.assigned
            self._add_condition_errors(statement.condition, body)
        body.assigned.clear()  # circom leaves these to the execution, under an unknown if around the loop
        effects.add(body)

    def _grow(self, known: set[int], more: set[int]) -> None:
        if not more <= known:
            known |= more
            self.is_changed = True

    def _scoped(self, statement: Statement) -> Effects:
        self._scopes.append({})
        effects = self._statement(statement)
        self._scopes.pop()
        return effects

    def _add_condition_errors(self, condition: Expression, effects: Effects) -> None:
        place = condition.place
        if effects.constrains:
            self._errors.add(
                "T2005",
                "constraints or components depend on a condition with an unknown value",
                place,
                "a constraint is there always or never: write out <== c * (a - b) + b, or use <-- and constraints after the if",
            )
        if effects.sets_tag:
            self._errors.add(
                "T2049", "a tag is set under a condition with an unknown value", place, _VALUES_HINT
            )
        if effects.declares:
            self._errors.add(
                "T2050",
                "a signal, bus or component is declared under a condition with an unknown value",
                place,
                "declare it outside of the if",
            )

    def _declare(
        self,
        statement: nodes.DeclareVariable
        | nodes.DeclareSignal
        | nodes.DeclareBus
        | nodes.DeclareComponent,
        effects: Effects,
    ) -> None:
        for length in statement.dimensions:
            if self._is_unknown(length):
                self._errors.add(
                    "T20460",
                    f"a length of {statement.name} has an unknown value",
                    length.place,
                    _VALUES_HINT,
                )
        if isinstance(statement, nodes.DeclareBus) and self._any_unknown(statement.bus.arguments):
            self._errors.add(
                "T20467",
                f"a parameter of bus {statement.bus.name} has an unknown value",
                statement.place,
                _VALUES_HINT,
            )
        self._scopes[-1][statement.name] = statement
        self._unknown.discard(id(statement))
        # the components of anonymous calls are declared at the start of the template
        effects.declares = not isinstance(statement, nodes.DeclareVariable)

    def _assign(self, statement: nodes.Assign, effects: Effects) -> None:
        target = statement.target
        assert isinstance(target, nodes.Variable)
        declaration = self._find(target.name)
        members = members_of(target)
        if isinstance(declaration, nodes.DeclareComponent) and (
            not members or id(statement) in self._uses.early
        ):
            effects.constrains = not members or statement.operator == "<=="
            self._create(statement, target)
        elif statement.operator == "<==":
            effects.constrains = True
            self._side(statement.value)
            if self._any_unknown(indexes_of(target)):
                self._add_index_error(statement)
        elif statement.operator == "<--":
            if isinstance(declaration, nodes.DeclareComponent) and self._any_unknown(
                indexes_of(target)
            ):
                self._errors.add(
                    "T2O461-A",
                    f"input {members[0]} of component {target.name} is assigned at an unknown index",
                    statement.place,
                    _VALUES_HINT,
                )
        elif isinstance(declaration, nodes.DeclareVariable):
            if not declaration.dimensions:
                self._assign_variable(declaration, statement.value, effects)
        elif members:
            effects.sets_tag = True
            if self._is_unknown(statement.value):
                self._errors.add(
                    "T2062",
                    f"tag {members[-1]} of {target.name} gets an unknown value",
                    statement.value.place,
                    _VALUES_HINT,
                )

    def _assign_variable(
        self, declaration: nodes.DeclareVariable, value: Expression, effects: Effects
    ) -> None:
        key = id(declaration)
        effects.assigned.add(key)
        if self._is_unknown(value):
            self._unknown.add(key)
        else:
            self._unknown.discard(key)

    def _create(self, statement: nodes.Assign, target: nodes.Variable) -> None:
        if self._is_unknown(statement.value):
            value = statement.value
            name = value.name if isinstance(value, nodes.Call) else target.name
            self._errors.add(
                "T20461",
                f"component {target.name} depends on an unknown value"
                if name == target.name
                else f"a parameter of template {name} has an unknown value",
                value.place,
                f"create component {target.name} before it is used; {_VALUES_HINT}",
            )
        if self._any_unknown(indexes_of(target)):
            self._errors.add(
                "T20461",
                f"component {target.name} is used at an unknown index",
                statement.place,
                _VALUES_HINT,
            )

    # Expressions

    def _find(self, name: str) -> Declaration:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        raise KeyError(name)

    def _any_unknown(self, expressions: Iterable[Expression]) -> bool:
        return any(self._is_unknown(expression) for expression in expressions)

    def _is_unknown(self, expression: Expression) -> bool:
        match expression:
            case nodes.Number():
                return False
            case nodes.Variable():
                declaration = self._find(expression.name)
                if declaration is None:
                    return False
                if isinstance(declaration, nodes.DeclareVariable):
                    return id(declaration) in self._unknown
                return not self._is_tag(expression, declaration)
            case _:
                return self._any_unknown(parts_of(expression))

    def _is_tag(self, variable: nodes.Variable, declaration: Declaration) -> bool:
        """Return whether the last member of a variable is a tag, whose value is known."""
        members = list(members_of(variable))
        tags: tuple[str, ...] = ()
        bus = ""
        if isinstance(declaration, nodes.DeclareComponent):
            template = self._uses.templates.get(id(declaration))
            if template is None or not members:
                return False
            port = self._interfaces.ports(template)[members.pop(0)]
            tags, bus = tuple(port.tags), port.bus
        elif isinstance(declaration, nodes.DeclareSignal | nodes.DeclareBus):
            tags = declaration.tags
            bus = declaration.bus.name if isinstance(declaration, nodes.DeclareBus) else ""
        for member in members:
            field = self._interfaces.fields(bus).get(member) if bus else None
            if field is None:
                return member in tags
            tags, bus = tuple(field.tags), field.bus
        return False

    # Constraints

    def _side(self, expression: Expression) -> None:
        """Refuse a side of a constraint that reads at an unknown index, at any depth."""
        if self._has_unknown_index(expression):
            self._add_index_error(expression)

    def _has_unknown_index(self, expression: Expression) -> bool:
        if isinstance(expression, nodes.Variable) and self._any_unknown(indexes_of(expression)):
            return True
        return any(self._has_unknown_index(part) for part in parts_of(expression))

    def _add_index_error(self, node: Expression | Statement) -> None:
        self._errors.add(
            "T20462",
            "a constraint reads or assigns an array at an unknown index",
            node.place,
            "select the element with constraints: the sum over i of (index == i) * array[i], IsEqual for each i",
        )
