"""Types of expressions.  After an error the type is None, and expressions that hold it are not judged."""

from __future__ import annotations

from zkctl.circom import nodes
from zkctl.circom.checks.components import Interfaces
from zkctl.circom.checks.errors import Errors
from zkctl.circom.checks.types.access import Accesses, Reached
from zkctl.circom.checks.types.inference import MOST_DIMENSIONS
from zkctl.circom.checks.types.reach import Dimensions, Reach
from zkctl.circom.checks.types.shapes import NUMBER, Scopes, Type, TypeKind
from zkctl.circom.checks.walk import indexes_of
from zkctl.circom.nodes import Expression


class Expressions:
    """The types of the expressions of one body."""

    def __init__(
        self, reach: Reach, scopes: Scopes, interfaces: Interfaces, errors: Errors
    ) -> None:
        self._reach = reach
        self._scopes = scopes
        self._accesses = Accesses(interfaces, errors)
        self._errors = errors

    def type_of(self, expression: Expression) -> Type | None:
        """Return the type; None after an error."""
        match expression:
            case nodes.Number():
                return NUMBER
            case nodes.Variable():
                reached = self.reach(expression)
                return None if reached is None else reached.type
            case nodes.Infix():
                return self._infix(expression)
            case nodes.Prefix():
                return self._prefix(expression)
            case nodes.Call():
                return self._call(expression)
            case nodes.Ternary():
                return self._ternary(expression)
            case nodes.ArrayLiteral():
                return self._array(expression)
            case nodes.Parallel():
                return self._parallel(expression)
        raise AssertionError(type(expression).__name__)

    def reach(self, variable: nodes.Variable, *, is_target: bool = False) -> Reached | None:
        """Return the place that a variable reaches, for reading or as the target of an assignment."""
        for index in indexes_of(variable):
            self.index(index)
        symbol = self._scopes.find(variable.name)
        return self._accesses.reach(variable, symbol, is_target=is_target)

    def index(self, expression: Expression) -> bool:
        """Check an index or a length; return whether it has a type."""
        found = self.type_of(expression)
        if found is not None and not found.is_single_number:
            self._errors.add(
                "T2053" if found.kind is TypeKind.BUS else "T2033",
                f"an index or a length is {found}, expected a number",
                expression.place,
            )
        return found is not None

    def condition(self, expression: Expression) -> None:
        """Check that the expression is a single number."""
        self.check_condition(expression, self.type_of(expression))

    def check_condition(self, expression: Expression, found: Type | None) -> None:
        """Add the error if the type of a condition is not a single number."""
        if found is not None and not found.is_single_number:
            self._errors.add(
                "T2044", f"the condition is {found}, expected a number", expression.place
            )

    def _arguments(self, call: nodes.Call, bus_code: str, component_code: str) -> Dimensions | None:
        """Return the dimensions of the arguments of a call; None after an error."""
        types = [self.type_of(argument) for argument in call.arguments]
        is_good = True
        for argument, found in zip(call.arguments, types, strict=True):
            if found is not None and found.kind is not TypeKind.NUMBER:
                is_good = False
                self._errors.add(
                    bus_code if found.kind is TypeKind.BUS else component_code,
                    f"an argument of {call.name} is {found}, expected numbers",
                    argument.place,
                    "pass numbers; assign signals and buses to the inputs of a component",
                )
        known = tuple(found.dimensions for found in types if found is not None)
        return known if is_good and len(known) == len(types) else None

    def bus(self, call: nodes.Call) -> bool:
        """Note a bus; return whether its arguments are good."""
        dimensions = self._arguments(call, "BU03", "BU02")
        if dimensions is not None:
            self._reach.add(call.name, dimensions, self._errors)
        return dimensions is not None

    def _parallel(self, expression: nodes.Parallel) -> Type | None:
        found = self.type_of(expression.value)
        is_call = isinstance(expression.value, nodes.Call)
        if found is None or (is_call and found.kind is TypeKind.COMPONENT):
            return found
        self._errors.add(
            "T2047",
            f"parallel is written before {found}, expected a template with its parameters",
            expression.place,
            "remove `parallel`",
        )
        return None

    def _infix(self, expression: nodes.Infix) -> Type | None:
        sides = (expression.left, expression.right)
        types = [self.type_of(side) for side in sides]
        if None in types:
            return None
        return self._operands(list(zip(sides, types, strict=True)), expression.operator, "T2028")

    def _prefix(self, expression: nodes.Prefix) -> Type | None:
        found = self.type_of(expression.operand)
        if found is None:
            return None
        return self._operands([(expression.operand, found)], expression.operator, "T2027")

    def _operands(
        self, operands: list[tuple[Expression, Type | None]], operator: str, code: str
    ) -> Type | None:
        is_good = True
        for operand, found in operands:
            if found is None or found.is_single_number:
                continue
            is_good = False
            self._errors.add(
                code,
                f"an operand of {operator} is {found}, expected a number",
                operand.place,
                "apply the operator to each element, in a loop"
                if found.kind is TypeKind.NUMBER
                else "name one of its signals: x.name",
            )
        return NUMBER if is_good else None

    def _ternary(self, expression: nodes.Ternary) -> Type | None:
        condition = self.type_of(expression.condition)
        yes = self.type_of(expression.yes)
        no = self.type_of(expression.no)
        self.check_condition(expression.condition, condition)
        if yes is None or no is None or condition is None:
            return yes
        if yes.dimensions != no.dimensions or _template(yes) != _template(no):
            self._errors.add(
                "T2019",
                f"the two values of ?: differ: {yes}, and {no}",
                expression.no.place,
            )
        return yes

    def _array(self, expression: nodes.ArrayLiteral) -> Type | None:
        if all(type(value) is nodes.Number for value in expression.values):
            return Type(TypeKind.NUMBER, 1)
        types = [self.type_of(value) for value in expression.values]
        if None in types:
            return None
        first = types[0]
        assert first is not None
        if first.kind is TypeKind.COMPONENT:
            first = NUMBER
        for value, found in zip(expression.values, types, strict=True):
            assert found is not None
            self._element(value, found, first)
        return Type(first.kind, first.dimensions + 1, first.name)

    def _element(self, value: Expression, found: Type, first: Type) -> None:
        if found.kind is TypeKind.COMPONENT:
            self._errors.add(
                "T2034",
                f"an element of the array is {found}, expected a number",
                value.place,
                "create the components of an array one by one: c[i] = Template();",
            )
        elif found.kind is not first.kind or found.name != first.name:
            self._errors.add(
                "T2034",
                f"the elements of the array differ: {first}, and {found}",
                value.place,
            )
        elif found.dimensions != first.dimensions:
            self._errors.add(
                "T2034" if found.kind is TypeKind.BUS else "T2017",
                f"the elements of the array differ: {first}, and {found}",
                value.place,
                "use the same number of dimensions in all elements",
            )

    def _call(self, call: nodes.Call) -> Type | None:
        dimensions = self._arguments(call, "T2029", "T2029")
        if dimensions is None:
            return None
        callee = self._reach.definitions[call.name]
        if isinstance(callee, nodes.Template):
            self._reach.add(call.name, dimensions, self._errors)
            return Type(TypeKind.COMPONENT, 0, call.name)
        if max(dimensions, default=0) > MOST_DIMENSIONS:
            self._errors.add(
                "T2004",
                f"an argument of {call.name} has more than {MOST_DIMENSIONS} dimensions",
                call.place,
                "end the recursion: each call wraps its argument in another array",
            )
            return None
        result = self._reach.inference.dimensions((call.name, dimensions))
        if result is None:
            self._errors.add(
                "T2004",
                f"function {call.name} only returns values of its recursion",
                call.place,
                "add a return that does not call the function again",
            )
            return None
        self._reach.add(call.name, dimensions, self._errors)
        return Type(TypeKind.NUMBER, result)


def _template(found: Type) -> str:
    return found.name if found.kind is TypeKind.COMPONENT else ""
