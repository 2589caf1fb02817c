from __future__ import annotations

from zkctl.constraints.signals import Role
from zkctl.dsl import Array, Signal, Uint, circuit, private, public
from zkctl.gadgets.bits import to_bits
from zkctl.lint.subject import subject_of
from zkctl.lint.use_of_inputs import inputs_without_use, used_beyond_ranges


@circuit
def sample(
    a: Uint = private(bits=4), b: Uint = private(bits=4), c: Signal = public()
) -> Array[Signal]:
    return Array([to_bits(a, 4)[0]])


def test_the_bits_of_an_input_stand_for_the_input() -> None:
    subject = subject_of(sample.compile())
    wires = {signal.name: signal.wires[0] for signal in subject.signals}
    used = used_beyond_ranges(subject)
    assert [bool(used[wires[name]]) for name in "abc"] == [True, False, False]


def test_findings_by_role() -> None:
    subject = subject_of(sample.compile())
    private_ones = list(inputs_without_use(subject, Role.PRIVATE, "a hint"))
    assert [(f.signal, f.hint) for f in private_ones] == [("b", "a hint")]
    assert [f.signal for f in inputs_without_use(subject, Role.PUBLIC, "")] == ["c"]
