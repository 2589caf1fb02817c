"""Random circom programs with run-time code of every kind, for comparison with circom2.

A program has functions (arrays, early returns, recursion, assert, log), a bus with tags inside, small templates, and a main
template whose statements mix known and unknown control flow.  Indexes are always inside their arrays.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from zkctl.field import BN254_FR

OPERATORS = (
    "+", "-", "*", "+", "-", "*", "&", "|", "^", "<<", ">>", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "/", "\\", "%", "**",
)  # fmt: skip
P = BN254_FR.modulus
NUMBERS = (
    "0",
    "1",
    "2",
    "3",
    "7",
    "255",
    "65536",
    "0x1F",
    str(P - 1),
    str(P // 2),
    str(P // 2 + 1),
)
INPUTS = {"a": (), "b": (), "c": (), "v": (4,), "m": (2, 2), "p": (3,)}


@dataclass
class Names:
    """The names that an expression may use."""

    scalars: list[str] = field(default_factory=list)
    arrays: dict[str, tuple[int, ...]] = field(default_factory=dict)
    variables: list[str] = field(default_factory=list)  # single ones that may be assigned
    variable_arrays: list[str] = field(default_factory=list)  # a part of `arrays`
    functions: dict[str, tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]] = field(default_factory=dict)  # fmt: skip

    def inner(self) -> Names:
        """Return a copy for a block."""
        return Names(
            list(self.scalars),
            dict(self.arrays),
            list(self.variables),
            list(self.variable_arrays),
            self.functions,
        )


class Expressions:
    """Writes expressions."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.is_plain = False

    def pick(self, items: list[str]) -> str:
        """Return one of some texts."""
        return self.rng.choice(items)

    def plain(self, names: Names, depth: int = 0) -> str:
        """Return a single value without `?:` and calls: circom2 does not take them everywhere."""
        was, self.is_plain = self.is_plain, True
        found = self.expression(names, depth)
        self.is_plain = was
        return found

    def expression(self, names: Names, depth: int = 0) -> str:
        """Return a single value."""
        kind = self.rng.randrange(16)
        if self.is_plain and kind in (6, 7):
            kind = 0
        if depth > 2 or kind < 4:
            return self.pick(names.scalars)
        if kind == 4:
            return self.rng.choice(NUMBERS)
        if kind == 5 and names.arrays:
            return self.element(names, depth)
        if kind == 6 and names.functions and depth < 2:
            called = self.call(names, (), depth)
            if called:
                return called
        if kind == 7:
            yes, no = self.expression(names, depth + 1), self.expression(names, depth + 1)
            return f"({self.plain(names, depth + 1)} ? {yes} : {no})"
        if kind == 8:
            return f"({self.rng.choice('!~-')}({self.expression(names, depth + 1)}))"
        return self._infix(names, depth)

    def _infix(self, names: Names, depth: int) -> str:
        operator = self.rng.choice(OPERATORS)
        left, right = self.expression(names, depth + 1), self.expression(names, depth + 1)
        if operator in ("\\", "%"):
            right = f"(({right} & 7) + 1)"
        elif operator in ("<<", ">>"):  # circom2 fails at some larger numbers
            right = f"({right} & {self.rng.choice((31, 255))})"
        return f"({left} {operator} {right})"

    def index(self, names: Names, length: int, depth: int) -> str:
        """Return an index below a length, often one that is not known."""
        if self.rng.randrange(2):
            return str(self.rng.randrange(length))
        inner = self.expression(names, depth + 2)
        return f"({inner} % {length})" if length & length - 1 else f"({inner} & {length - 1})"

    def element(self, names: Names, depth: int = 1) -> str:
        """Return an element of an array."""
        name = self.pick(sorted(names.arrays))
        return name + "".join(f"[{self.index(names, n, depth)}]" for n in names.arrays[name])

    def array(self, names: Names, shape: tuple[int, ...], depth: int) -> str:
        """Return an array of a shape."""
        fitting = [name for name, each in names.arrays.items() if each == shape]
        rows = [name for name, each in names.arrays.items() if each[1:] == shape and shape]
        kind = self.rng.randrange(4)
        if fitting and kind == 0:
            return self.pick(fitting)
        if rows and kind == 1:
            name = self.pick(rows)
            return f"{name}[{self.rng.randrange(names.arrays[name][0])}]"
        if kind == 2 and depth < 2:
            called = self.call(names, shape, depth)
            if called:
                return called
        inner = [self.value(names, shape[1:], depth + 1) for _ in range(shape[0])]
        return f"[{', '.join(inner)}]"

    def value(self, names: Names, shape: tuple[int, ...], depth: int = 0) -> str:
        """Return a value of a shape."""
        return self.array(names, shape, depth) if shape else self.expression(names, depth)

    def call(self, names: Names, shape: tuple[int, ...], depth: int) -> str:
        """Return the call of a function with results of a shape, nothing if there is none."""
        fitting = [name for name, (_, result) in names.functions.items() if result == shape]
        if not fitting:
            return ""
        name = self.pick(fitting)
        arguments = [self.value(names, each, depth + 1) for each in names.functions[name][0]]
        return f"{name}({', '.join(arguments)})"


class Statements(Expressions):
    """Writes statements over variables; they may stand under unknown conditions."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.n_names = 0
        self.is_quiet = (
            False  # functions do not log: circom2 leaves out calls whose result it knows
        )

    def new(self, prefix: str) -> str:
        """Return a new name."""
        self.n_names += 1
        return f"{prefix}{self.n_names}"

    def without(self, names: Names, array: str) -> Names:
        """Return names without an array: circom2 writes an array element by element while it reads it."""
        inner = names.inner()
        del inner.arrays[array]
        return inner

    def block(self, names: Names, depth: int, extra: str = "") -> str:
        """Return statements; `extra` may be put among them."""
        inner = names.inner()
        found = [self.statement(inner, depth) for _ in range(self.rng.randrange(1, 4))]
        if extra:
            found.insert(self.rng.randrange(len(found) + 1), extra)
        return " ".join(found)

    def statement(self, names: Names, depth: int) -> str:
        """Return a statement."""
        log = self._assert if self.is_quiet else self._log
        arrays = [self._element_assignment, self._whole_array] if names.variable_arrays else []
        simple = [*[self._assignment] * 5, *arrays, self._declaration, log, self._assert]
        if depth < 3 and not self.rng.randrange(3):
            return self.rng.choice([self._branch, self._loop])(names, depth)
        return self.rng.choice(simple)(names)

    def _whole_array(self, names: Names) -> str:
        name = self.pick(names.variable_arrays)
        return f"{name} = {self.array(self.without(names, name), names.arrays[name], 1)};"

    def _assert(self, names: Names) -> str:
        return f"assert({self.expression(names)} >= {self.expression(names)} || 1 == 1);"

    def _branch(self, names: Names, depth: int) -> str:
        condition, then = self.expression(names), self.block(names, depth + 1)
        if self.rng.randrange(2):
            return f"if ({condition}) {{ {then} }}"
        return f"if ({condition}) {{ {then} }} else {{ {self.block(names, depth + 1)} }}"

    def _assignment(self, names: Names) -> str:
        name = self.pick(names.variables)
        if self.rng.randrange(3):
            return f"{name} = {self.expression(names)};"
        if self.rng.randrange(3):
            operator = self.rng.choice("+-*&|^")
            return f"{name} {operator}= {self.expression(names)};"
        return f"{name}{self.rng.choice(['++', '--'])};"

    def _element_assignment(self, names: Names) -> str:
        name = self.pick(names.variable_arrays)
        shape = names.arrays[name]
        n = len(shape) if self.rng.randrange(3) else self.rng.randrange(1, len(shape) + 1)
        indexes = "".join(f"[{self.index(names, length, 1)}]" for length in shape[:n])
        return f"{name}{indexes} = {self.value(self.without(names, name), shape[n:], 1)};"

    def _declaration(self, names: Names) -> str:
        if self.rng.randrange(2):
            name = self.new("x")
            text = f"var {name} = {self.expression(names)};"
            names.scalars.append(name)
            names.variables.append(name)
            return text
        name, shape = self.new("t"), self.rng.choice([(2,), (3,), (2, 2), (2, 3)])
        text = f"var {name}{''.join(f'[{n}]' for n in shape)}"
        if self.rng.randrange(2):
            text += f" = {self.array(names, shape, 1)}"
        names.arrays[name] = shape
        names.variable_arrays.append(name)
        return text + ";"

    def _loop(self, names: Names, depth: int) -> str:
        counter = self.new("i")
        inner = names.inner()
        inner.scalars += [counter, counter]
        body = self.block(inner, depth + 1)
        is_unknown = not self.rng.randrange(3)
        end = f"({self.plain(names, 1)} & 3)" if is_unknown else str(self.rng.randrange(4))
        if self.rng.randrange(2):
            return f"for (var {counter} = 0; {counter} < {end}; {counter}++) {{ {body} }}"
        return f"var {counter} = 0; while ({counter} < {end}) {{ {body} {counter} += 1; }}"

    def _log(self, names: Names) -> str:
        items = [self.rng.choice(['"text"', self.plain(names, 1), self.plain(names, 2)]) for _ in range(self.rng.randrange(4))]  # fmt: skip
        return f"log({', '.join(items)});"

    def function(self, names: Names) -> str:
        """Return a function; its name becomes visible."""
        shapes: list[tuple[int, ...]] = [
            self.rng.choice([(), (), (2,), (2, 2), (3,)]) for _ in range(self.rng.randrange(1, 4))
        ]
        result: tuple[int, ...] = self.rng.choice([(), (), (2,), (3,), (2, 2)])
        own, parameters, self.is_quiet = Names(functions=names.functions), [], True
        own.scalars.append("1")
        for shape in shapes:
            name = self.new("q")
            parameters.append(name)
            if shape:
                own.arrays[name] = shape
                own.variable_arrays.append(name)
            else:
                own.scalars.append(name)
                own.variables.append(name)
        local = self.new("x")
        own.scalars.append(local)
        own.variables.append(local)
        early = f"if ({self.expression(own, 1)}) {{ return {self.value(own, result, 1)}; }}"
        counter = self.new("i")
        inner = own.inner()
        inner.scalars.append(counter)
        loop = f"for (var {counter} = 0; {counter} < {self.rng.randrange(1, 4)}; {counter}++) {{ {self.block(inner, 2, early)} }}"
        parts = [self.block(own, 1), self.rng.choice([early, loop, loop])]
        name, self.is_quiet = self.new("f"), False
        text = f"function {name}({', '.join(parameters)}) {{ var {local} = 0; {' '.join(parts)} return {self.value(own, result, 1)}; }}"
        names.functions[name] = (tuple(shapes), result)
        return text


RECURSION = """function sum(n, k) { if (n == 0) { return k; } return sum(n - 1, k + n); }
function gcd(x, y) { if (y == 0) { return x; } return gcd(y, x % y); }
function even(n) { if (n == 0) { return 1; } return odd(n - 1); }
function odd(n) { if (n == 0) { return 0; } return even(n - 1); }
"""
TEMPLATES = """bus Point(n) { signal x; signal {bit} y[n]; }
bus Pair { signal x; signal y[2]; }
bus Line(n) { Point(n) from; Point(n) to; signal w; }
template Bit() { signal input in; signal output {bit} out; out <-- in & 1; out * (out - 1) === 0; }
template Dot(n) { signal input l[n]; signal input r[n]; signal output out; signal s[n + 1]; s[0] <== 0;
  for (var i = 0; i < n; i++) { s[i + 1] <== s[i] + l[i] * r[i]; } out <== s[n]; }
template Two(k) { signal input in; signal output first; signal output second[2]; var t = 0;
  for (var i = 0; i < k; i++) { t = t * 3 + in; } first <-- t >> 1; second[0] <-- first & 15; second[1] <== second[0] + k; }
template Move(n) { Line(n) input l; Line(n) output o; o.from <== l.to; o.to.x <-- l.from.x + l.w;
  for (var i = 0; i < n; i++) { o.to.y[i] <== l.from.y[i]; } o.w <== l.w * l.from.x; }
template Flag() { signal input {bit} in[2]; signal output out; out <== in[0] * in[1]; }
"""


class ProgramWriter(Statements):
    """Writes one program."""

    def program(self) -> str:
        """Return a program with the inputs INPUTS."""
        names = Names()
        functions = [self.function(names) for _ in range(self.rng.randrange(1, 4))]
        head = "pragma circom 2.2.0;\n" + RECURSION + "\n".join(functions) + "\n" + TEMPLATES
        return head + self._main(names)

    def _main(self, names: Names) -> str:
        for name, shape in INPUTS.items():
            if shape:
                names.arrays[name] = shape
            else:
                names.scalars.append(name)
        names.scalars += ["x", "y", "z"]
        names.variables += ["x", "y", "z"]
        names.arrays |= {"t": (4,), "u": (2, 3)}
        names.variable_arrays += ["t", "u"]
        inputs = " ".join(
            f"signal input {name}{''.join(f'[{n}]' for n in shape)};"
            for name, shape in INPUTS.items()
        )
        body = [self.statement(names, 0) for _ in range(3)]
        steps = [self._signals, self._branch_signals, self._component, self._array_of_components,
                 self._anonymous, self._tuple, self._bus, self._bus_array, self._flag, self._unknown_element, self._recursion]  # fmt: skip
        self.rng.shuffle(steps)
        for step in steps[: self.rng.randrange(2, len(steps) + 1)]:
            body.append(step(names))
            body += [self.statement(names, 0) for _ in range(self.rng.randrange(3))]
        lines = "\n  ".join(body)
        all_values = " + ".join(names.scalars[:12])
        elements = " + ".join(
            f"{name}{''.join(f'[{n - 1}]' for n in shape)}" for name, shape in names.arrays.items()
        )
        return (
            f"template Main() {{ {inputs}\n  signal output o[2];\n"
            f"  var x = 1; var y = a; var z = b * 2; var t[4] = v; var u[2][3] = [[a, b, c], p];\n  {lines}\n"
            f"  log({', '.join(names.variables)});\n  o[0] <-- {all_values}; o[1] <-- {elements}; }}\ncomponent main = Main();\n"
        )

    def _signals(self, names: Names) -> str:
        name, n = self.new("s"), self.rng.randrange(2, 5)
        text = f"signal {name}[{n}]; for (var i = 0; i < {n}; i++) {{ {name}[i] <-- {self.expression(names, 1)} + i; }}"
        names.arrays[name] = (n,)
        return text

    def _branch_signals(self, names: Names) -> str:
        first, second = self.new("s"), self.new("s")
        yes, no = (f"{first} <-- {self.expression(names, 1)};" for _ in range(2))
        text = (
            f"signal {first}; signal {second}; if ({self.expression(names)}) {{ {yes} }} "
            f"else {{ {self.block(names, 1)} {no} }} {second} <== {first} * a + b;"
        )
        names.scalars += [first, second]
        return text

    def _component(self, names: Names) -> str:
        name = self.new("d")
        text = (
            f"component {name} = Dot(4); {name}.l <== v; "
            f"for (var i = 0; i < 4; i++) {{ {name}.r[i] <-- {self.expression(names, 1)}; }}"
        )
        names.scalars.append(f"{name}.out")
        names.arrays[f"{name}.r"] = (4,)
        return text

    def _array_of_components(self, names: Names) -> str:
        name = self.new("e")
        text = (
            f"component {name}[2][2]; for (var i = 0; i < 2; i++) {{ for (var j = 0; j < 2; j++) {{ "
            f"{name}[i][j] = Two(i + 2 * j); {name}[i][j].in <== m[i][j] + c; }} }}"
        )
        index = f"[{self.index(names, 2, 1)}][{self.index(names, 2, 1)}]"
        names.scalars += [f"{name}[1][0].first", f"{name}{index}.second[1]"]
        names.arrays[f"{name}[1][1].second"] = (2,)
        return text

    def _anonymous(self, names: Names) -> str:
        name = self.new("s")
        call = f"Dot(2)([a, p[i]], m[{self.rng.randrange(2)}])"
        names.arrays[name] = (3,)
        return f"signal {name}[3]; for (var i = 0; i < 3; i++) {{ {name}[i] <== {call}; }}"

    def _tuple(self, names: Names) -> str:
        first, second = self.new("s"), self.new("s")
        call = f"Two({self.rng.randrange(4)})(in <== {self.pick(['a', 'b * c', 'v[2] + p[1]'])})"
        names.scalars.append(first)
        names.arrays[second] = (2,)
        return f"signal {first}; signal {second}[2]; ({first}, {second}) <== {call};"

    def _bus(self, names: Names) -> str:
        line, moved = self.new("l"), self.new("l")
        ends = [(end, i) for end in ("from", "to") for i in range(2)]
        bits = " ".join(
            f"{line}.{end}.y[{i}] <== Bit()(v[{k}]);" for k, (end, i) in enumerate(ends)
        )
        text = (
            f"Line(2) {line}; {line}.from.x <-- {self.expression(names, 1)}; {line}.to.x <== a * b; "
            f"{line}.w <-- {self.expression(names, 1)}; {bits} Line(2) {moved} <== Move(2)({line});"
        )
        names.scalars += [f"{line}.from.x", f"{moved}.to.x", f"{moved}.w", f"{line}.to.y[1]"]
        names.arrays[f"{moved}.to.y"] = (2,)
        return text

    def _bus_array(self, names: Names) -> str:
        points, index = self.new("r"), self.index(names, 3, 0)
        fields = f"{points}[i].x <-- {self.expression(names, 1)} + i; {points}[i].y <== [a, b];"
        names.scalars += [f"{points}[{index}].x", f"{points}[2].y[0]"]
        names.scalars.append(f"{points}[{index}].y[{self.index(names, 2, 1)}]")
        return f"Pair {points}[3]; for (var i = 0; i < 3; i++) {{ {fields} }}"

    def _flag(self, names: Names) -> str:
        flag = self.new("g")
        names.scalars += [flag, f"{flag}s[0]"]
        return f"signal {{bit}} {flag}s[2] <== [Bit()(a), Bit()(b + c)]; signal {flag} <== Flag()({flag}s);"

    def _unknown_element(self, names: Names) -> str:
        name, n = self.new("s"), self.rng.randrange(2, 5)
        text = f"signal {name}[{n}]; {name}[(a + {self.pick(names.scalars)}) % {n}] <-- {self.expression(names, 1)};"
        names.arrays[name] = (n,)
        return text

    def _recursion(self, names: Names) -> str:
        name = self.new("s")
        what = self.rng.choice(["sum({} & 63, {})", "gcd({}, {})", "even({} & 31) + 2 * odd({} & 31)"])  # fmt: skip
        call = what.format(self.expression(names, 1), self.expression(names, 1))
        names.scalars.append(name)
        return f"signal {name}; {name} <-- {call};"


def random_program(seed: object) -> str:
    """Return the program of a seed."""
    return ProgramWriter(random.Random(str(seed))).program()
