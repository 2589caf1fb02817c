"""Random code of advice programs has the results, errors and steps of a plain machine (tests/support/advice_reference.py)."""

from __future__ import annotations

import random

from tests.support.advice_programs import program
from tests.support.advice_reference import Reference
from zkctl.constraints.advice.check import check_advice
from zkctl.constraints.advice.instructions import AdviceProgram, Limits, Op
from zkctl.constraints.advice.run import Machine
from zkctl.errors import InputError, LimitError, ZkctlError

SEED = 20
PROGRAMS = 1000
MOST = 3000  # steps
P = 101
CONSTANTS = (0, 1, 2, 50, 51, 100, 101, -1)
INPUTS = 3
FREE = INPUTS + len(CONSTANTS)
CELLS = FREE + 14

BINARY = (
    *(Op.FIELD_ADD, Op.FIELD_SUBTRACT, Op.FIELD_MULTIPLY, Op.FIELD_LESS, Op.FIELD_LESS_EQUAL, Op.FIELD_AND),
    *(Op.FIELD_OR, Op.FIELD_XOR, Op.FIELD_SHIFT_LEFT, Op.FIELD_SHIFT_RIGHT, Op.FIELD_DIVIDE, Op.QUOTIENT),
    *(Op.REMAINDER, Op.ADD, Op.SUBTRACT, Op.MULTIPLY, Op.EQUAL, Op.UNEQUAL, Op.LESS, Op.LESS_EQUAL, Op.MAXIMUM),
)  # fmt: skip


class Author:
    """Writes one program."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.code: list[tuple[int, ...]] = []
        self.depth = 0

    def read(self) -> int:
        return self.rng.randrange(CELLS)

    def write(self) -> int:
        return self.rng.randrange(FREE, CELLS)

    def statements(self, n: int) -> None:
        for _ in range(n):
            self.statement()

    def statement(self) -> None:
        choice = self.rng.random()
        if choice < 0.5:
            self.code.append((self.rng.choice(BINARY), self.write(), self.read(), self.read()))
        elif choice < 0.65:
            self.rng.choice([self.copies, self.chain])()
        elif choice < 0.72:
            self.array()
        elif choice < 0.78 and self.depth:
            self.code.append((Op.BREAK, self.rng.randrange(self.depth)))
        elif self.depth < 5:
            self.block()

    def copies(self) -> None:
        n = self.rng.randrange(1, 7)
        target, source = self.rng.randrange(FREE, CELLS - n), self.rng.randrange(CELLS - n)
        step = self.rng.choice([0, 1, 1])
        self.code += [(Op.COPY, target + k, source + k * step) for k in range(n)]

    def chain(self) -> None:
        result, zero = self.write(), INPUTS + self.rng.choice([0, 0, 0, 1])
        second = self.rng.choice([(Op.COPY, self.write(), result), (Op.EQUAL, self.write(), result, zero)])  # fmt: skip
        self.code += [(self.rng.choice(BINARY), result, self.read(), self.read()), second]

    def array(self) -> None:
        n = self.rng.randrange(1, 5)
        base, other = self.rng.randrange(FREE, CELLS - n), self.rng.randrange(CELLS - n)
        index = self.rng.choice([INPUTS, INPUTS + 1, self.read()])  # often 0 or 1
        self.code.append(
            self.rng.choice(
                [
                    (Op.LOAD, self.write(), other, n, index),
                    (Op.STORE, base, n, index, self.read()),
                    (Op.MOVE, base, n, other, n),
                ]
            )
        )

    def block(self) -> None:
        op = self.rng.choice([Op.BLOCK, Op.IF, Op.IF, Op.REPEAT, Op.FOREVER])
        operands = {Op.IF: (self.read(),), Op.REPEAT: (self.write(), self.rng.choice([INPUTS + 2, self.read()]))}  # fmt: skip
        self.code.append((op, *operands.get(op, ())))
        self.depth += 1
        self.statements(self.rng.randrange(5))
        if op == Op.IF and self.rng.random() < 0.5:
            self.code.append((Op.ELSE,))
            self.statements(self.rng.randrange(4))
        if op == Op.FOREVER and self.rng.random() < 0.8:
            self.code += [(Op.IF, self.read()), (Op.BREAK, 1), (Op.END,)]
        self.depth -= 1
        self.code.append((Op.END,))


def random_program(rng: random.Random) -> AdviceProgram:
    author = Author(rng)
    author.statements(rng.randrange(1, 14))
    bits = rng.choice([6, 8, 200, 8192])
    constants = CONSTANTS if bits > 6 else tuple(value % 60 for value in CONSTANTS[:5])
    constants += tuple(range(60, 60 + len(CONSTANTS) - len(constants)))
    return program(
        author.code,
        n_inputs=INPUTS,
        constants=constants,
        n_cells=CELLS,
        outputs=rng.sample(range(CELLS), rng.choice([2, CELLS])),
        limits=Limits(MOST, bits),
    )


def outcome(made: AdviceProgram, inputs: list[int]) -> tuple[object, int]:
    machine = Machine(made, P)
    try:
        return machine.run(inputs), machine.steps
    except ZkctlError as problem:
        is_steps = isinstance(problem, LimitError) and "more steps" in problem.message
        return ("steps" if is_steps else type(problem)), 0


def test_random_code_runs_as_on_the_plain_machine() -> None:
    print(f"seed {SEED}")
    rng = random.Random(SEED)
    kinds: dict[str, int] = {}
    for number in range(PROGRAMS):
        made = random_program(rng)
        check_advice(made)
        inputs = [rng.choice([0, 1, 5, 50, 51, P - 1, P, 400, -3, 1 << 90]) for _ in range(INPUTS)]
        reference = Reference(made, inputs, P)
        expected: object
        try:
            expected = reference.outputs(MOST) or "steps"
        except (InputError, LimitError) as problem:
            expected = type(problem)
        found, steps = outcome(made, inputs)
        is_joined = any(each.op in (Op.COPY, Op.EQUAL) for each in made.code)
        kind = "result" if isinstance(found, list) else "steps" if found == "steps" else "error"
        if found == "steps":  # counted for whole blocks, so before an error inside of one
            assert not isinstance(expected, list), number
        elif expected == "steps":  # instructions that are joined take fewer steps
            assert is_joined or kind == "error", number
        else:
            assert found == expected, number
            assert kind == "error" or steps <= reference.steps, number
            assert kind == "error" or is_joined or steps == reference.steps, number
        kinds[kind] = kinds.get(kind, 0) + 1
    print(kinds)
    assert min(kinds[kind] for kind in ("result", "error", "steps")) > 20
