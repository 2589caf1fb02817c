"""Random structures mean the same everywhere: as objects, in eager mode, in the witness program, by the names of wires, stamped or not."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.circuits import flat
from zkctl.constraints.witness_program import names_of_wires
from zkctl.dsl import (
    Array,
    Bit,
    Signal,
    Struct,
    Uint,
    circuit,
    constrain,
    gadget,
    private,
    public,
    sized,
)
from zkctl.dsl.nested_values import leaves
from zkctl.field import FieldArray
from zkctl.formats.binary.wprog import read_wprog, write_wprog


def random_struct(rng: random.Random, levels: int) -> type[Struct]:
    """A class with one to three fields, structures among them."""
    annotations, defaults = {}, {}
    for k in range(rng.randint(1, 3)):
        nested = levels > 0 and rng.random() < 0.5
        kind: Any = random_struct(rng, levels - 1) if nested else rng.choice((Signal, Bit, Uint))
        sizes = [rng.randint(1, 2) for _ in range(rng.choice((0, 0, 1, 2)))]
        annotations[f"f{k}"] = Array[kind] if sizes else kind
        defaults[f"f{k}"] = sized(*sizes, bits=3 if kind is Uint else None)
    return type("Random", (Struct,), {"__annotations__": annotations, **defaults})


def random_value(rng: random.Random, kind: type[Struct]) -> dict[str, Any]:
    """An object for the class, and its fields in another order."""
    value = {}
    for field in kind.__fields__:
        value[field.name] = _array(rng, field.type, list(field.sizes.sizes))
    names = list(value)
    rng.shuffle(names)
    return {name: value[name] for name in names}


def _array(rng: random.Random, kind: Any, sizes: list[Any]) -> Any:
    if sizes:
        return [_array(rng, kind, sizes[1:]) for _ in range(sizes[0])]
    kind = getattr(kind, "element", kind)
    if hasattr(kind, "cls"):
        return random_value(rng, kind.cls)
    return rng.randint(0, {Signal: 1000, Uint: 7, Bit: 1}[kind.kind])


def paths(value: Any, name: str) -> Iterator[tuple[str, int]]:
    """The name of each number in an object."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, f"{name}.{key}")
    elif isinstance(value, list):
        for k, inner in enumerate(value):
            yield from paths(inner, f"{name}[{k}]")
    else:
        yield name, value


@pytest.mark.parametrize("seed", range(12))
def test_structures_mean_the_same_everywhere(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    kind: Any = random_struct(rng, 2)
    factor = rng.randint(2, 9)

    def scaled(value):  # type: ignore[no-untyped-def]  # the class is local
        parts = list(leaves(value))
        return Array([parts[0] * parts[-1], factor * parts[len(parts) // 2] + parts[0]])

    scaled.__annotations__ = {"value": kind, "return": Array[Signal]}
    plain, stamped = gadget(scaled), gadget(stamped=True)(scaled)

    def whole(one=public(), many=private(2)):  # type: ignore[no-untyped-def]
        results = [call(each) for call in (plain, stamped) for each in (one, many[0], many[1])]
        for mine, other in zip(results[:3], results[3:], strict=True):
            for equation in mine == other:
                constrain(equation)
        return Array(results[3:])

    whole.__annotations__ = {"one": kind, "many": Array[kind]}
    compiled = circuit(whole).compile()
    inputs = {"one": random_value(rng, kind), "many": [random_value(rng, kind) for _ in range(2)]}
    witness = compiled.witness(**inputs)
    values = FieldArray.from_ints(compiled.program.field, witness)
    assert compiled.r1cs.first_unsatisfied(values) is None
    built = {"one": kind(**inputs["one"]), "many": Array([kind(**each) for each in inputs["many"]])}
    assert compiled.witness(**built) == witness
    assert flat(circuit(whole)(**built)) == flat(circuit(whole)(**inputs)) == witness[1:7]
    wires = {name: wire for _, wire, _, name in compiled.symbols()}
    for name, number in (pair for key in inputs for pair in paths(inputs[key], f"main.{key}")):
        assert witness[wires[name]] == number

    file = io.BytesIO()
    write_wprog(file, compiled.program)
    (tmp_path / "a.wprog").write_bytes(file.getvalue())
    read = read_wprog(tmp_path / "a.wprog")
    assert read.signals == compiled.program.signals
    assert names_of_wires(read) == names_of_wires(compiled.program)
