"""Random circom programs of templates, buses, tags and components of every kind, in several files, for comparison with circom2.

Each program has buses inside buses with parameters and arrays, templates that use each other as components, arrays of components,
anonymous components (in loops, tuples, with names), tags with values, custom templates, a public list, and hints of all operators.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import product

OPERATORS = ("+", "-", "*", "/", "\\", "%", "**", "&", "|", "^", "<<", ">>", "<", ">", "<=", ">=", "==", "!=", "&&", "||")  # fmt: skip
AMOUNTS = ("0", "1", "2", "7", "64", "252", "253", "254", "255", "300", "-1", "-2", "-300")


@dataclass
class Bus:
    """A bus with one parameter: fields by name, each with its shape and the bus that it holds."""

    name: str
    parameter: int
    fields: list[tuple[str, tuple[int, ...], Bus | None]]


@dataclass
class Port:
    """A signal or bus of a template or in its body."""

    name: str
    shape: tuple[int, ...]
    bus: Bus | None

    def leaves(self) -> list[str]:
        """The names of all signals in it."""
        return [leaf for at in indexes(self.shape) for leaf in paths(self.name + at, self.bus)]


@dataclass
class Template:
    """A template with one parameter, which is always `parameter`."""

    name: str
    parameter: int
    inputs: list[Port] = field(default_factory=list)
    outputs: list[Port] = field(default_factory=list)

    @property
    def is_simple(self) -> bool:
        """True for single signals as inputs, and one output that is no bus."""
        singles = all(port.bus is None and not port.shape for port in self.inputs)
        return singles and len(self.outputs) == 1 and self.outputs[0].bus is None


@dataclass
class RandomProject:
    """Files by name, main first; `library` is the folder of `-l`; `inputs` are the ports of main."""

    files: dict[str, str]
    library: str
    inputs: list[Port]


def indexes(shape: tuple[int, ...]) -> list[str]:
    """The indexes of an array, as text."""
    return ["".join(f"[{k}]" for k in index) for index in product(*map(range, shape))]


def paths(name: str, bus: Bus | None) -> list[str]:
    """The names of the signals of one signal or bus."""
    if bus is None:
        return [name]
    found = []
    for each, shape, inner in bus.fields:
        for at in indexes(shape):
            found += paths(f"{name}.{each}{at}", inner)
    return found


class Body:
    """Writes the body of one template."""

    def __init__(self, rng: random.Random, parameter: int, library: list[Template], buses: list[Bus]) -> None:  # fmt: skip
        self.rng, self.parameter, self.library, self.buses = rng, parameter, library, buses
        self.lines: list[str] = []
        self.known: list[str] = []  # signals with a value
        self.whole: list[Port] = []  # ports with values
        self.n = 0

    def new(self, prefix: str) -> str:
        """A new name; their order as bytes is not the order of the text."""
        self.n += 1
        return f"{self.rng.choice('AZamz_$')}{prefix}{self.n}"

    def number(self, value: int) -> str:
        """A number as text, in terms of the parameter."""
        if value == self.parameter:
            return self.rng.choice(["n", str(value), "n + 0"])
        if value > self.parameter:
            return self.rng.choice([str(value), str(value), f"n + {value - self.parameter}"])
        return str(value)

    def declared(self, port: Port, kind: str = "") -> str:
        """The declaration of a port without its semicolon."""
        sizes = "".join(f"[{self.number(k)}]" for k in port.shape)
        if port.bus is None:
            return f"signal {kind} {port.name}{sizes}"
        return f"{port.bus.name}({self.number(port.bus.parameter)}) {kind} {port.name}{sizes}"

    def port(self) -> Port:
        """A port of a random type."""
        bus = self.rng.choice([None, None, None, *self.buses])
        shape = self.rng.choice([(), (), (1,), (2,), (3,), (2, 2), (2, 1, 2)] if bus is None else [(), (), (2,), (1, 2)])  # fmt: skip
        return Port(self.new("s"), shape, bus)

    def linear(self) -> str:
        """A sum of signals."""
        factors = ("", "2*", "-3*", "-")
        n = self.rng.randrange(1, 4)
        terms = [self.rng.choice(factors) + self.rng.choice(self.known) for _ in range(n)]
        return " + ".join([*terms, *self.rng.choice([[], [], ["5"], ["n"]])])

    def quadratic(self) -> str:
        """A value that a constraint can hold."""
        rng = self.rng
        kind = rng.randrange(8)
        if kind == 0:
            return str(rng.choice(["0", "1", "7", "n", "-1"]))
        if kind <= 3:
            return rng.choice(self.known)
        if kind <= 5:
            return self.linear()
        one = rng.choice(self.known)
        products = (
            f"({self.linear()}) * ({self.linear()})",
            f"{one} ** 2",
            f"{one} * ({self.linear()}) + {self.linear()}",
        )
        return rng.choice(products)

    def hint(self, depth: int = 0) -> str:
        """A value of any operator."""
        rng = self.rng
        if depth > 2 or not rng.randrange(4):
            return rng.choice([*self.known, *self.known, "n", "3"])
        kind = rng.randrange(8)
        if kind == 0:
            return f"({self.hint(depth + 1)} ? {self.hint(depth + 1)} : {self.hint(depth + 1)})"
        if kind == 1:
            return f"({rng.choice('!~-')}{rng.choice(self.known)})"
        if kind == 2:
            return (
                f"({self.hint(depth + 1)} {rng.choice(['<<', '>>', '**'])} ({rng.choice(AMOUNTS)}))"
            )
        if kind == 3:
            return f"pick({rng.choice(self.known)}, {self.hint(depth + 1)})"
        operator = rng.choice(OPERATORS)
        right = "3" if operator in "\\%" else self.hint(depth + 1)
        return f"({self.hint(depth + 1)} {operator} {right})"

    def assigned(self, target: str) -> str:
        """The assignment of one signal."""
        kind = self.rng.randrange(8)
        if kind == 0:
            return f"{target} <-- {self.hint()};"
        if kind == 1:
            return f"{self.quadratic()} ==> {target};"
        return f"{target} <== {self.quadratic()};"

    def fill(self, port: Port, prefix: str = "") -> None:
        """Assign all signals of a port, one by one or as a whole."""
        same = [each for each in self.whole if each.shape == port.shape and each.bus is port.bus]
        if same and self.rng.randrange(3):
            self.lines.append(f"{prefix}{port.name} <== {self.rng.choice(same).name};")
            return
        if port.bus is None and len(port.shape) == 1 and self.rng.randrange(2):
            values = ", ".join(self.quadratic() for _ in range(port.shape[0]))
            self.lines.append(f"{prefix}{port.name} <== [{values}];")
            return
        leaves = port.leaves()
        self.rng.shuffle(leaves)
        self.lines += [self.assigned(prefix + leaf) for leaf in leaves]

    def add(self, port: Port) -> None:
        """Note that a port has values."""
        self.known += port.leaves()
        self.whole.append(port)

    def value(self, port: Port) -> str:
        """A value of a port's type; it is declared before if it is a bus or an array of two dimensions."""
        same = [each.name for each in self.whole if each.shape == port.shape and each.bus is port.bus]  # fmt: skip
        if port.bus is None and not port.shape:
            return self.quadratic()
        if same and self.rng.randrange(2):
            return self.rng.choice(same)
        if port.bus is None and len(port.shape) == 1:
            return f"[{', '.join(self.quadratic() for _ in range(port.shape[0]))}]"
        local = Port(self.new("l"), port.shape, port.bus)
        self.lines.append(self.declared(local) + ";")
        self.fill(local)
        self.add(local)
        return local.name

    # -- statements

    def statement(self) -> None:
        """Write some lines."""
        steps = [self._local, self._equal, self._conditional, self._tags]
        if self.library:
            steps += [self._component, self._array, self._anonymous, self._anonymous, self._loop]
        self.rng.choice(steps)()

    def _local(self) -> None:
        port = self.port()
        self.lines.append(self.declared(port) + ";")
        self.fill(port)
        self.add(port)

    def _equal(self) -> None:
        if self.rng.randrange(2):
            self.lines.append(f"({self.linear()}) * 0 === {self.rng.choice(['0', '1 - 1'])};")
        else:
            same = [(x, y) for x in self.whole for y in self.whole if x.shape == y.shape and x.bus is y.bus]  # fmt: skip
            x, y = self.rng.choice(same)
            zero = self.new("z")
            self.lines.append(f"signal {zero} <-- 0; {zero} * ({x.leaves()[0]} - {y.leaves()[-1]}) === 0;")  # fmt: skip
            self.known.append(zero)

    def _conditional(self) -> None:
        name, other = self.new("c"), self.new("c")
        unknown = f"{self.rng.choice(self.known)} == 3"
        condition = self.rng.choice(["n > 1", "n == 2", "n < 9", unknown])
        arrow = "<--" if condition == unknown else "<=="
        yes, no = (f"{name} {arrow} {self.quadratic()};" for _ in range(2))
        self.lines += [
            f"signal {name}; signal {other}; if ({condition}) {{ {yes} }} else {{ {no} }}",
            f"{other} <== {name} * 2;",
        ]
        self.known += [name, other]

    def _tags(self) -> None:
        """Write tags with values: of a signal, of an array, of the output of a component."""
        a, b, c = self.new("t"), self.new("t"), self.new("t")
        value = self.rng.choice(["n", "5", "2 * n"])
        form = self.rng.randrange(3)
        if form == 0:
            self.lines += [
                f"signal {{max}} {a}; {a}.max = {value}; {a} <== {self.quadratic()};",
                f"signal {{max}} {b} <== {a}; signal {c} <== {b} + {b}.max;",
            ]
        elif form == 1:
            values = f"[{self.quadratic()}, {self.quadratic()}]"
            self.lines += [
                f"signal {{max}} {a}[2]; {a}.max = {value}; {a} <== {values};",
                f"signal {b} <== Limit()({a}[1]); signal {c} <== {b} + {a}.max;",
            ]
        else:
            factor = self.rng.choice([f"{a}.max", f"{a}.max + 1", f"{a}.max * 2"])
            self.lines += [
                f"signal {{max}} {a} <== Marked({value})({self.quadratic()});",
                f"signal {b} <== Limit()({a}); signal {c}; {c} <== {a} * {b} + {factor};",
            ]
        self.known += [b, c]

    def _component(self) -> None:
        used, name = self.rng.choice(self.library), self.new("k")
        parallel = self.rng.choice(["", "", "parallel "])
        self.lines.append(f"component {name} = {parallel}{used.name}({self.number(used.parameter)});")  # fmt: skip
        for port in self.rng.sample(used.inputs, len(used.inputs)):
            self.fill(port, f"{name}.")
        for port in used.outputs:
            self.add(Port(f"{name}.{port.name}", port.shape, port.bus))

    def _array(self) -> None:
        small = [each for each in self.library if all(not port.bus for port in each.inputs)]
        if not small:
            return
        used, name = self.rng.choice(small), self.new("k")
        shape = self.rng.choice([(2,), (2, 2)])
        sizes = "".join(f"[{k}]" for k in shape)
        self.lines.append(f"component {name}{sizes};")
        for at in self.rng.sample(indexes(shape), len(indexes(shape))):
            self.lines.append(f"{name}{at} = {used.name}({self.number(used.parameter)});")
            for port in used.inputs:
                self.fill(port, f"{name}{at}.")
            for port in used.outputs:
                self.add(Port(f"{name}{at}.{port.name}", port.shape, port.bus))

    def _inputs(self, used: Template) -> str:
        values = [self.value(port) for port in used.inputs]
        if self.rng.randrange(2):
            return ", ".join(values)
        named = [f"{port.name} <== {value}" for port, value in zip(used.inputs, values, strict=True)]  # fmt: skip
        self.rng.shuffle(named)
        return ", ".join(named)

    def _anonymous(self) -> None:
        used = self.rng.choice(self.library)
        call = f"{used.name}({self.number(used.parameter)})({self._inputs(used)})"
        if not used.outputs:
            self.lines.append(f"{call};")
            return
        targets: list[str] = []
        made: list[Port] = []
        for port in used.outputs:
            if len(used.outputs) > 1 and not self.rng.randrange(3):
                targets.append("_")
                continue
            made.append(Port(self.new("u"), port.shape, port.bus))
            self.lines.append(self.declared(made[-1]) + ";")
            targets.append(made[-1].name)
        left = targets[0] if len(targets) == 1 else f"({', '.join(targets)})"
        self.lines.append(f"{left} <== {call};")
        for port in made:
            self.add(port)

    def _loop(self) -> None:
        simple = [each for each in self.library if each.is_simple]
        if not simple:
            return
        used, n = self.rng.choice(simple), self.rng.randrange(1, 4)
        target = Port(self.new("r"), (n, *used.outputs[0].shape), None)
        values = ", ".join(self.quadratic() for _ in used.inputs)
        call = f"{used.name}({self.number(used.parameter)})({values})"
        self.lines.append(f"{self.declared(target)}; for (var i = 0; i < {n}; i++) {{ {target.name}[i] <== {call}; }}")  # fmt: skip
        self.add(target)


FIXED = """function pick(x, y) { if (x > y) { return x - y; } var s = 0; for (var i = 0; i < 3; i++) { s += x * i; } return s; }
template Marked(k) { signal input a; signal output {max} o; o.max = k + 1; o <== a; }
template Limit() { signal input {max} v; signal output o; o <== v * v.max; }
"""
CUSTOM = """template custom Gate(n) { signal input x[n]; signal output y; var s = 0;
  for (var i = 0; i < n; i++) { s += x[i] * i; } y <-- s; }
"""


class ProjectWriter:
    """Writes one project."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.buses: list[Bus] = []
        self.templates: list[Template] = []

    def project(self) -> RandomProject:
        """Return the files of a project."""
        rng = self.rng
        buses = "\n".join(self._bus(k) for k in range(rng.randrange(4)))
        is_custom = not rng.randrange(4)
        if is_custom:
            gate = Template("Gate", 2, [Port("x", (2,), None)], [Port("y", (), None)])
            self.templates.append(gate)
        texts = [self._template(k) for k in range(rng.randrange(1, 5))]
        main = self._template(9, is_main=True)
        public = [
            port.name
            for port in self.templates[-1].inputs
            if port.bus is None and rng.randrange(3) == 0
        ]
        listed = f" {{public [{', '.join(public)}]}}" if public else ""
        pragma = f"pragma circom 2.2.0;\n{'pragma custom_templates;' if is_custom else ''}\n"
        split = rng.randrange(len(texts) + 1)
        early, late = "\n".join(texts[:split]), "\n".join(texts[split:])
        start = f"component main{listed} = M9({self.templates[-1].parameter});"
        includes = 'include "sub/t.circom";\ninclude "fixed.circom";\n'
        files = {
            "m.circom": f"{pragma}{includes}{late}\n{main}\n{start}\n",
            "sub/t.circom": f'{pragma}include "b.circom";\ninclude "fixed.circom";\n{early}\n',
            "lib/b.circom": f"{pragma}{buses}\n{CUSTOM if is_custom else ''}\n",
            "lib/fixed.circom": f"{pragma}{FIXED}",
        }
        return RandomProject(files, "lib", self.templates[-1].inputs)

    def _bus(self, k: int) -> str:
        rng = self.rng
        parameter = rng.randrange(1, 3)
        fields, lines = [], []
        for j in range(rng.randrange(1, 4)):
            inner = rng.choice([None, None, *self.buses])
            shape = rng.choice([(), (), (2,), (parameter,), (1, 2)] if inner is None else [(), (), (2,)])  # fmt: skip
            name = f"{rng.choice('azAZ')}f{j}"
            sizes = "".join("[n]" if size == parameter else f"[{size}]" for size in shape)
            kind = f"{inner.name}({inner.parameter})" if inner else rng.choice([*["signal"] * 9, "signal {bit}"])  # fmt: skip
            lines.append(f"{kind} {name}{sizes};")
            fields.append((name, shape, inner))
        self.buses.append(Bus(f"B{k}", parameter, fields))
        return f"bus B{k}(n) {{ {' '.join(lines)} }}"

    def _template(self, k: int, *, is_main: bool = False) -> str:
        rng = self.rng
        parameter = rng.randrange(1, 4)
        body = Body(rng, parameter, list(self.templates), self.buses)
        template = Template(f"{'M' if is_main else 'T'}{k}", parameter)
        for _ in range(rng.randrange(1, 4)):
            port = body.port()
            body.lines.append(f"{body.declared(port, 'input')};")
            body.add(port)
            template.inputs.append(port)
        for _ in range(rng.randrange(1, 4) if is_main else rng.randrange(4)):
            port = body.port()
            body.lines.append(f"{body.declared(port, 'output')};")
            template.outputs.append(port)
        for _ in range(rng.randrange(2, 8) if is_main else rng.randrange(1, 4)):
            body.statement()
        for port in rng.sample(template.outputs, len(template.outputs)):
            body.fill(port)
        self.templates.append(template)
        flag = rng.choice(["", "", "parallel "])
        return f"template {flag}{template.name}(n) {{\n  " + "\n  ".join(body.lines) + "\n}"


def random_project(seed: object) -> RandomProject:
    """Return the project of a seed."""
    return ProjectWriter(random.Random(str(seed))).project()
