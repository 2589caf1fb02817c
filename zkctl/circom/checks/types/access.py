"""The type of a name with its indexes and members, and the kind of place that it reaches."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.circom import nodes
from zkctl.circom.checks.components import Interfaces, add_unknown_port
from zkctl.circom.checks.errors import Errors
from zkctl.circom.checks.ports import Port
from zkctl.circom.checks.types.shapes import NUMBER, DeclaredName, Holder, Type, TypeKind
from zkctl.circom.nodes import Index, Member, Role
from zkctl.runtime.records import record

Steps = Sequence[Index | Member]


@record
class Reached:
    """The type of a place, and its kind."""

    type: Type
    holder: Holder


class Accesses:
    """The rules of accesses; errors go to one list.  Indexes are checked before, by the caller."""

    def __init__(self, interfaces: Interfaces, errors: Errors) -> None:
        self._interfaces = interfaces
        self._errors = errors

    def reach(
        self, variable: nodes.Variable, symbol: DeclaredName, *, is_target: bool
    ) -> Reached | None:
        """Return the place that a variable reaches, None after an error."""
        match symbol.holder:
            case Holder.COMPONENT:
                return self._component(variable, symbol, is_target)
            case Holder.VARIABLE:
                return self._variable(variable, symbol.dimensions)
            case _:
                place = _Declared(symbol.dimensions, symbol.tags, symbol.bus)
                return self._signal(variable, place, variable.access, None, is_target)

    def _variable(self, variable: nodes.Variable, dimensions: int) -> Reached | None:
        place = _Declared(dimensions, frozenset(), "", is_signal=False)
        for n_indexes, step in enumerate(variable.access):
            if isinstance(step, Member):
                if n_indexes != dimensions:
                    return self._indexed(variable, place, n_indexes, is_whole=True)
                self._no_member(variable, step.name, "")
                return None
        return self._indexed(variable, place, len(variable.access))

    def _component(
        self, variable: nodes.Variable, symbol: DeclaredName, is_target: bool
    ) -> Reached | None:
        steps = variable.access
        n_indexes = next((i for i, s in enumerate(steps) if isinstance(s, Member)), len(steps))
        if n_indexes != symbol.dimensions:
            self._errors.add(
                "T2043",
                f"component {variable.name} has the wrong number of indexes: "
                f"expected {symbol.dimensions}, got {n_indexes}",
                variable.place,
                f"create and use the components of an array one by one, in a loop: {variable.name}[i] = ..."
                if n_indexes < symbol.dimensions
                else "remove indexes",
            )
            return None
        if n_indexes == len(steps):
            if symbol.template is None and not is_target:
                self._errors.add(
                    "T2003",
                    f"component {variable.name} is used, but the template never creates it",
                    variable.place,
                    f"create it first: {variable.name} = Template();",
                )
                return None
            return Reached(Type(TypeKind.COMPONENT, 0, symbol.template or ""), Holder.COMPONENT)
        member = steps[n_indexes]
        assert isinstance(member, Member)
        if symbol.template is None:
            self._errors.add(
                "T20466",
                f"{variable.name}.{member.name} is used, but the template never creates component {variable.name}",
                variable.place,
                f"create it first: {variable.name} = Template();",
            )
            return None
        port = self._interfaces.ports(symbol.template).get(member.name)
        if port is None:
            add_unknown_port(variable, member.name, symbol.template, self._interfaces, self._errors)
            return None
        place = _Declared(port.dimensions, port.tags, port.bus)
        return self._signal(variable, place, steps[n_indexes + 1 :], port, is_target)

    def _signal(
        self,
        variable: nodes.Variable,
        place: _Declared,
        steps: Steps,
        port: Port | None,
        is_target: bool,
    ) -> Reached | None:
        tag = self._tag_position(place, steps)
        if tag is not None:
            return self._tag(variable, steps, tag, port, is_target)
        n_indexes = 0
        for step in steps:
            if isinstance(step, Index):
                n_indexes += 1
                continue
            if place.bus and n_indexes != place.dimensions:
                return self._indexed(variable, place, n_indexes, is_whole=True)
            field = self._fields(place).get(step.name)
            if field is None:
                self._no_member(variable, step.name, place.bus)
                return None
            place = _Declared(field.dimensions, field.tags, field.bus)
            n_indexes = 0
        return self._indexed(variable, place, n_indexes)

    def _fields(self, place: _Declared) -> dict[str, Port]:
        return self._interfaces.fields(place.bus) if place.bus else {}

    def _tag_position(self, place: _Declared, steps: Steps) -> int | None:
        """Return the position of the step that names a tag, None if no step does."""
        for position, step in enumerate(steps):
            if isinstance(step, Member):
                field = self._fields(place).get(step.name)
                if field is None:
                    return position if step.name in place.tags else None
                place = _Declared(field.dimensions, field.tags, field.bus)
        return None

    def _tag(
        self,
        variable: nodes.Variable,
        steps: Steps,
        position: int,
        port: Port | None,
        is_target: bool,
    ) -> Reached | None:
        step = steps[position]
        assert isinstance(step, Member)
        tag = step.name
        if any(isinstance(step, Index) for step in steps):
            self._errors.add(
                "T2049",
                f"tag {tag} of {variable.name} is used with an index",
                variable.place,
                "a tag belongs to the whole array: remove the index",
            )
        elif position + 1 < len(steps):
            following = steps[position + 1]
            assert isinstance(following, Member)
            self._no_member(variable, following.name, "")
        elif port is not None and port.role is Role.INPUT:
            self._errors.add(
                "T2048-C",
                f"tag {tag} belongs to input {port.name} of component {variable.name}",
                variable.place,
                "read the tag of the signal that is assigned to the input",
            )
        elif port is not None and is_target:
            self._errors.add(
                "T2048-A",
                f"tag {tag} belongs to output {port.name} of component {variable.name}",
                variable.place,
                "set the tag in the component's template",
            )
        else:
            return Reached(NUMBER, Holder.TAG)
        return None

    def _no_member(self, variable: nodes.Variable, member: str, bus: str) -> None:
        if bus:
            fields = ", ".join(self._interfaces.fields(bus)) or "none"
            message = f"{member} is neither a field nor a tag of {variable.name}, a bus {bus}"
            hint = f"the fields of {bus} are: {fields}"
        else:
            message = f"{member} is no tag of {variable.name}"
            hint = f"only tags of the declaration can be read: signal {{{member}}} {variable.name}"
        self._errors.add("T2048", message, variable.place, hint)

    def _indexed(
        self, variable: nodes.Variable, place: _Declared, n_indexes: int, *, is_whole: bool = False
    ) -> Reached | None:
        if n_indexes > place.dimensions or is_whole:
            self._errors.add(
                "T2032",
                f"{variable.name} has the wrong number of indexes: expected "
                f"{'' if is_whole else 'at most '}{place.dimensions}, got {n_indexes}",
                variable.place,
                f"declare {variable.name} as an array, or remove the index"
                if n_indexes > place.dimensions
                else "write an index for each dimension",
            )
            return None
        dimensions = place.dimensions - n_indexes
        if place.bus:
            return Reached(Type(TypeKind.BUS, dimensions, place.bus), Holder.BUS)
        holder = Holder.SIGNAL if place.is_signal else Holder.VARIABLE
        return Reached(Type(TypeKind.NUMBER, dimensions), holder)


@record
class _Declared:
    """The declaration that an access has come to; `bus` is "" for a number."""

    dimensions: int
    tags: frozenset[str]
    bus: str
    is_signal: bool = True
