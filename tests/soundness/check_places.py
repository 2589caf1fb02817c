"""The places in the package that refuse something, and the module without one of them.

Kinds of places:

    raise     a raise of anything but our own assertions; removed: nothing happens
    operand   one of several reasons in the condition of an `if` that raises; removed: the others are left
    case      one of several things that a loop refuses; removed: the others are left
    call      a statement that calls a check (`check_members(...)`, `claims.add(...)`); removed
    list      a check whose findings go into a list; removed: no findings
    verdict   what a question of the verifier answers; removed: the answer is yes
    answer    an `if` that makes a question of the verifier end early (no equation, the defect); removed: it goes on
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

CHECK_NAME = re.compile(
    r"_*(check|refuse|require|verify|verified|enforce|reject|claim|warnings_for)(_|$)|finish$"
)
SAVES_WORK = {"check_destination"}  # atomic_output asks again when there is something to write
CHECK_TEXT = re.compile(r"claims\.add$|^round_time$|^_load_public$")  # checks by other names
VERDICTS = (
    "zkctl/groth16/verify.py",
    "zkctl/groth16/batch.py",
    "zkctl/fflonk/verify.py",
    "zkctl/kzg/opening.py",
    "zkctl/kzg/verifier.py",
    "zkctl/plonk/verify.py",
    "zkctl/curve/batches.py",
    "zkctl/ceremony/ratios.py",
)
EARLY_ANSWERS = ("zkctl/kzg/", "zkctl/plonk/", "zkctl/fflonk/")
CHECK_ID = re.compile(r"\[[A-Z0-9]+-[A-Z0-9]+\]")  # as messages carry it
ROOT = Path(__file__).resolve().parents[2]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Place:
    """One refusal: its id is stable while other lines of the file change."""

    module: str  # zkctl/ceremony/ratios.py
    function: str  # RatioClaims.add
    kind: str
    text: str  # the message, or the source
    turn: int  # among the same in one function, from 1
    line: int
    index: int  # among all places of the module
    last_line: int = 0

    @property
    def id(self) -> str:
        turn = f" #{self.turn}" if self.turn > 1 else ""
        return f"{self.module}:{self.function} {self.kind} {self.text}{turn}"


@dataclass
class _Spot:
    """A node to remove, where it hangs, and what takes its place."""

    parent: ast.AST
    field: str
    position: int | None
    kind: str
    node: ast.AST
    instead: ast.AST = field(default_factory=ast.Pass)

    def remove(self) -> None:
        if self.position is None:
            setattr(self.parent, self.field, self.instead)
        else:
            getattr(self.parent, self.field)[self.position] = self.instead


def places(root: Path, module: str) -> list[Place]:
    """Every place of a module, in the order of its lines."""
    found: list[Place] = []
    seen: dict[tuple[str, str, str], int] = {}
    for function, spot in _spots(ast.parse((root / module).read_text()), module):
        text = _text(spot.node)
        turn = seen[function, spot.kind, text] = seen.get((function, spot.kind, text), 0) + 1
        line, last = getattr(spot.node, "lineno", 0), getattr(spot.node, "end_lineno", 0)
        found.append(Place(module, function, spot.kind, text, turn, line, len(found), last))
    return found


def without(root: Path, place: Place) -> str:
    """The source of the module without this place."""
    tree = ast.parse((root / place.module).read_text())
    spots = [spot for _, spot in _spots(tree, place.module)]
    spots[place.index].remove()
    return ast.unparse(ast.fix_missing_locations(tree))


def _spots(tree: ast.Module, module: str) -> list[tuple[str, _Spot]]:
    """Listed before anything is changed."""
    found: list[tuple[str, _Spot]] = []
    for name, function in _functions(tree, ""):
        answers = ast.unparse(function.returns) if function.returns else ""
        verdict = module in VERDICTS and answers == "bool"
        early = module.startswith(EARLY_ANSWERS) and answers.endswith("| None")
        looped = _looped_over(function)
        for spot in _below(function):
            if isinstance(spot.node, ast.Tuple) and (
                (spot.field == "iter" and _refuses(spot.parent)) or spot.node in looped
            ):
                found += [(name, case) for case in _cases(spot, spot.node)]
            found += [(name, made) for made in _removable(spot, verdict=verdict)]
            found += [(name, made) for made in _early_answers(spot)] if early else []
    return found


def _functions(tree: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield prefix + node.name, node
            yield from _functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{prefix}{node.name}.")
        else:
            yield from _functions(node, prefix)


def _below(parent: ast.AST) -> Iterator[_Spot]:
    """Every node of a function but those of functions in it, depth first."""
    for name, value in ast.iter_fields(parent):
        for position, node in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(node, ast.AST):
                continue
            at = position if isinstance(value, list) else None
            yield _Spot(parent, name, at, "", node)
            if not isinstance(node, Function | ast.ClassDef):
                yield from _below(node)


def _looped_over(function: Function) -> list[ast.expr]:
    """The values of names over which loops go that refuse something."""
    loops = [node for node in ast.walk(function) if isinstance(node, ast.For) and _refuses(node)]
    names = {ast.unparse(loop.iter) for loop in loops}
    return [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in names
    ]


def _refuses(node: ast.AST) -> bool:
    return isinstance(node, ast.For) and any(
        isinstance(inner, ast.Raise) or (isinstance(inner, ast.Expr) and _is_check(inner))
        for inner in ast.walk(node)
    )


def _cases(spot: _Spot, values: ast.Tuple) -> Iterator[_Spot]:
    for k, value in enumerate(values.elts):
        others = ast.Tuple([*values.elts[:k], *values.elts[k + 1 :]], ast.Load())
        yield _Spot(spot.parent, spot.field, spot.position, "case", value, others)


def _removable(spot: _Spot, *, verdict: bool) -> Iterator[_Spot]:
    node, nothing = spot.node, ast.Pass()
    match node:
        case ast.Raise(exc=ast.expr()) if "AssertionError" not in ast.unparse(node):
            yield _made(spot, "raise", nothing)
        case ast.Expr(value=ast.Call()) if _is_check(node):
            yield _made(spot, "call", nothing)
        case ast.Call(func=called) if _last_name(called) in finding_functions():
            yield _made(spot, "list", ast.List([], ast.Load()))
        case ast.List() | ast.ListComp() if _makes_finding(node):
            yield _made(spot, "list", ast.List([], ast.Load()))
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append"), args=[made])) if (
            _makes_finding(made)
        ):
            yield _made(spot, "list", nothing)
        case ast.Return(value=ast.expr()) if verdict:
            yield _made(spot, "verdict", ast.Return(ast.Constant(value=True)))
        case ast.If(test=test) if any(isinstance(s, ast.Raise) for s in node.body):
            yield from _operands(_Spot(node, "test", None, "", test))


def _early_answers(spot: _Spot) -> Iterator[_Spot]:
    """An `if` with nothing in it but `return None` or `return "the defect"`, and its reasons."""
    match spot.node:
        case ast.If(test=test, body=[ast.Return(value=ast.Constant())], orelse=[]):
            yield _made(spot, "answer", ast.Pass())
            yield from _operands(_Spot(spot.node, "test", None, "", test))


def _made(spot: _Spot, kind: str, instead: ast.AST) -> _Spot:
    made = copy.copy(spot)
    made.kind, made.instead = kind, instead
    return made


def _operands(spot: _Spot, *, negated: bool = False) -> Iterator[_Spot]:
    """The reasons in the condition of a spot: A or B, not (A and B), not (A <= B <= C), A | B, (A, B) != (C, D)."""
    match spot.node:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            yield from _operands(_Spot(spot.node, "operand", None, "", inner), negated=not negated)
        case ast.Call(func=ast.Name(id="bool"), args=[inner]):
            yield from _operands(_Spot(spot.node, "args", 0, "", inner), negated=negated)
        case ast.BoolOp(op=op, values=values):
            for position, value in enumerate(values):
                reason = _Spot(spot.node, "values", position, "operand", value)
                if isinstance(op, ast.And if negated else ast.Or):
                    yield _made(reason, "operand", ast.Constant(value=negated))
                    yield from _operands(reason, negated=negated)
        case ast.Compare(ops=[low, high], left=left, comparators=[middle, right]) if negated:
            lower, upper = ast.Compare(left, [low], [middle]), ast.Compare(middle, [high], [right])
            yield from _halves(spot, lower, upper)
        case ast.Compare(ops=[ast.NotEq()], left=ast.Tuple(), comparators=[ast.Tuple()]):
            yield from _elements(spot, spot.node) if not negated else ()
        case ast.BinOp(op=op, left=left, right=right):
            if isinstance(op, ast.BitAnd if negated else ast.BitOr):
                yield from _halves(spot, left, right)


def _halves(spot: _Spot, *halves: ast.expr) -> Iterator[_Spot]:
    """Each of two reasons, with the other left in the spot."""
    for lost, kept in (halves, halves[::-1]):
        node = ast.copy_location(lost, spot.node)
        yield _Spot(spot.parent, spot.field, spot.position, "operand", node, kept)


def _elements(spot: _Spot, test: ast.Compare) -> Iterator[_Spot]:
    """(a, b) != (c, d) without a and c, without b and d."""
    sides = [side.elts for side in (test.left, *test.comparators) if isinstance(side, ast.Tuple)]
    for k, pair in enumerate(zip(*sides, strict=True)):
        left, right = (ast.Tuple([*side[:k], *side[k + 1 :]], ast.Load()) for side in sides)
        lost = ast.copy_location(ast.Compare(pair[0], [ast.NotEq()], [pair[1]]), test)
        kept = ast.Compare(left, [ast.NotEq()], [right])
        yield _Spot(spot.parent, spot.field, spot.position, "operand", lost, kept)


def _is_check(node: ast.AST) -> bool:
    """Is a check called or handed on in it?"""
    for inner in ast.walk(node):
        text = ast.unparse(inner) if isinstance(inner, ast.Name | ast.Attribute) else ""
        name = text.rsplit(".", 1)[-1]
        if text and (CHECK_NAME.match(name) or CHECK_TEXT.search(text)):
            return name not in SAVES_WORK
    return False


@cache
def finding_functions() -> frozenset[str]:
    """The names of checks of the package that answer with a list of what is wrong."""
    names = set()
    for path in sorted((ROOT / "zkctl").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, Function) and node.returns:
                what = ast.unparse(node.returns)
                warns = what == "list[str]" and CHECK_NAME.match(node.name)
                names |= {node.name} if warns or what == "list[Finding]" else set()
    return frozenset(names)


def _makes_finding(node: ast.AST) -> bool:
    """Is the node a finding, or a list of which an element is made as one?"""
    made = [node, *getattr(node, "elts", []), getattr(node, "elt", None)]
    return any(
        isinstance(part, ast.Call) and _last_name(part.func) == "Finding" for part in made
    ) or (
        isinstance(node, ast.Constant | ast.JoinedStr)
        and CHECK_ID.search(ast.unparse(node)) is not None
    )


def _last_name(node: ast.expr) -> str:
    return ast.unparse(node).rsplit(".", 1)[-1]


def _text(node: ast.AST) -> str:
    """The message of a raise, the condition of an `if`, else the source in one line."""
    if isinstance(node, ast.If):
        node = node.test
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
        parts = [
            part.value for part in ast.walk(node.exc.args[0]) if isinstance(part, ast.Constant)
        ]
        if texts := [part.strip() for part in parts if isinstance(part, str) and part.strip()]:
            return max(texts, key=len)[:120]
    return " ".join(ast.unparse(node).split())[:120]
