"""The syntax tree.  Kinds marked "sugar" are gone after desugaring; names are those of circom's documentation."""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import TypeAlias

from zkctl.circom.report import CircomFinding
from zkctl.circom.source import Place, SourceFile, names_in_files
from zkctl.runtime.records import made_by, record


class Role(Enum):
    """The role of a signal of a template."""

    INPUT = "input"
    OUTPUT = "output"
    INTERMEDIATE = "intermediate"


# Expressions


@record(eq=False)
class Number:
    """A literal, not reduced."""

    value: int
    place: Place


@record(eq=False)
class Index:
    """[expression] behind a name."""

    value: Expression
    place: Place


@record(eq=False)
class Member:
    """.name behind a name: a signal of a component, a field of a bus, a tag."""

    name: str
    place: Place


@record(eq=False)
class Variable:
    """A name with indexes and members in the order written."""

    name: str
    access: tuple[Index | Member, ...]
    place: Place


@record(eq=False)
class Infix:
    r"""left operator right; the operator as written: + - * / \ % ** & | ^ << >> == != < > <= >= && ||."""

    operator: str
    left: Expression
    right: Expression
    place: Place


@record(eq=False)
class Prefix:
    """operator operand: ! ~ -."""

    operator: str
    operand: Expression
    place: Place


@record(eq=False)
class Ternary:
    """condition ? yes : no."""

    condition: Expression
    yes: Expression
    no: Expression
    place: Place


@record(eq=False)
class Call:
    """A call of a function, a template (in `component = ...`), or the instance of a bus."""

    name: str
    arguments: tuple[Expression, ...]
    place: Place


@record(eq=False)
class ArrayLiteral:
    """[a, b, ...], not empty."""

    values: tuple[Expression, ...]
    place: Place


@record(eq=False)
class Parallel:
    """parallel e."""

    value: Expression
    place: Place


@record(eq=False)
class AnonymousComponent:
    """Sugar: T(parameters)(inputs).  `names` has each input's name and operator if they are written."""

    name: str
    parameters: tuple[Expression, ...]
    inputs: tuple[Expression, ...]
    names: tuple[tuple[str, str], ...] | None
    is_parallel: bool
    place: Place


@record(eq=False)
class TupleLiteral:
    """Sugar: (a, b, ...), two or more."""

    values: tuple[Expression, ...]
    place: Place


Expression: TypeAlias = (
    Number
    | Variable
    | Infix
    | Prefix
    | Ternary
    | Call
    | ArrayLiteral
    | Parallel
    | AnonymousComponent
    | TupleLiteral
)


# Statements


@record(eq=False)
class DeclareVariable:
    """var name[dimensions]; every element becomes 0 if `is_zeroed` (no value follows it, or it is an array)."""

    name: str
    dimensions: tuple[Expression, ...]
    is_zeroed: bool
    place: Place


@record(eq=False)
class DeclareSignal:
    """signal role {tags} name[dimensions]."""

    name: str
    dimensions: tuple[Expression, ...]
    role: Role
    tags: tuple[str, ...]
    place: Place


@record(eq=False)
class DeclareBus:
    """B(...) role {tags} name[dimensions]."""

    name: str
    dimensions: tuple[Expression, ...]
    role: Role
    tags: tuple[str, ...]
    bus: Call
    place: Place


@record(eq=False)
class DeclareComponent:
    """component name[dimensions].

    One of an anonymous component in a loop is an array of one dimension whose length is not written: `dimensions` is ()
    and `is_counted` True, its indexes are 0, 1, ... as far as the program goes.
    """

    name: str
    dimensions: tuple[Expression, ...]
    place: Place
    is_counted: bool = False


@record(eq=False)
class Assign:
    """target operator value: = <-- <==.  A compound assignment, an increment, a turned arrow are this after parsing."""

    target: Expression  # Variable; sugar: TupleLiteral; `_` is a name
    operator: str
    value: Expression
    place: Place


@record(eq=False)
class Evaluate:
    """_ operator value: evaluated, nothing assigned.  Made by desugaring."""

    operator: str
    value: Expression
    place: Place


@record(eq=False)
class Constrain:
    """left === right."""

    left: Expression
    right: Expression
    place: Place


@record(eq=False)
class If:
    """if (condition) then else otherwise."""

    condition: Expression
    then: Statement
    otherwise: Statement | None
    place: Place


@record(eq=False)
class While:
    """while (condition) body; a `for` is a Block of its first statement and a While whose body ends with its step."""

    condition: Expression
    body: Statement
    place: Place


@record(eq=False)
class Return:
    """return value."""

    value: Expression
    place: Place


@record(eq=False)
class Log:
    """log(items); texts are str without quotes."""

    items: tuple[Expression | str, ...]
    place: Place


@record(eq=False)
class Assert:
    """assert(condition)."""

    condition: Expression
    place: Place


@record(eq=False)
class AnonymousCall:
    """Sugar: an anonymous component as a statement."""

    value: Expression
    place: Place


@record(eq=False)
class Block:
    """{ statements }.

    `is_scope`: False for the statements of one declaration `var a = 1, b;`, whose names belong to the block around.
    """

    statements: tuple[Statement, ...]
    place: Place
    is_scope: bool = True


Statement: TypeAlias = (
    DeclareVariable
    | DeclareSignal
    | DeclareBus
    | DeclareComponent
    | Assign
    | Evaluate
    | Constrain
    | If
    | While
    | Return
    | Log
    | Assert
    | AnonymousCall
    | Block
)


@record(eq=False)
class Template:
    """template name(parameters) body."""

    name: str
    parameters: tuple[str, ...]
    body: Block
    place: Place
    is_custom: bool = False
    is_parallel: bool = False
    has_sugar: bool = False


@record(eq=False)
class Function:
    """function name(parameters) body."""

    name: str
    parameters: tuple[str, ...]
    body: Block
    place: Place
    has_sugar: bool = False


@record(eq=False)
class Bus:
    """bus name(parameters) body."""

    name: str
    parameters: tuple[str, ...]
    body: Block
    place: Place
    has_sugar: bool = False


Definition: TypeAlias = Template | Function | Bus


@record(eq=False)
class Main:
    """component main {public [names]} = value; `is_called` if it is a template that a Python circuit calls."""

    public: tuple[str, ...]
    value: Expression
    place: Place
    is_called: bool = False


@record(eq=False)
class Include:
    """include "path"."""

    path: str
    place: Place


@record(eq=False)
class ParsedFile:
    """One file as the parser leaves it.  `version` is that of its pragma."""

    version: tuple[int, int, int] | None
    has_custom_templates: bool
    includes: tuple[Include, ...] = ()
    definitions: tuple[Definition, ...] = ()
    main: Main | None = None


@record(eq=False)
class Program:
    """All files of a circuit, joined.

    `has_custom_templates` is the pragma of the file with main; `warnings` are those of reading the files.
    """

    files: tuple[SourceFile, ...]
    definitions: dict[str, Definition] = made_by(dict)
    main: Main | None = None
    has_custom_templates: bool = False
    warnings: tuple[CircomFinding, ...] = ()

    def name_in_files(self, number: int) -> str:
        """Return how output files name a source: relative to the folder of the file with main, wherever that is."""
        return self._names_in_files[number]

    @cached_property
    def _names_in_files(self) -> tuple[str, ...]:
        return names_in_files(self.files, self.main.place.file if self.main else 0)

    def place_in_files(self, place: Place) -> str:
        """Return file:line:column as output files hold it."""
        position = self.files[place.file].position(place.start)
        return f"{self.name_in_files(place.file)}:{position}"

    def where(self, place: Place) -> str:
        """Return file:line:column (from 1), as editors open it."""
        return f"{self.files[place.file].name}:{self.files[place.file].position(place.start)}"
