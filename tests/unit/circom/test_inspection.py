"""Signals that stand in no constraint of their template."""

from __future__ import annotations

from pathlib import Path

from zkctl.circom.compile import compile_program
from zkctl.circom.elaborate import elaborate
from zkctl.circom.includes import load
from zkctl.circom.inspection import signals_without_constraint
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.field import BN254_FR

PROGRAM = """pragma circom 2.1.0;
template Half() { signal input in; signal output out; out <-- in \\ 2; }
template T() {
    signal input a;
    signal input b[3];
    signal input c;
    signal d[2];
    d[0] <-- a;
    d[1] <== b[1] * b[1];
    component half = Half();
    half.in <== b[2];
    _ <== c;
}
component main = T();
"""


def found_in(folder: Path, text: str) -> list[str]:
    path = folder / "main.circom"
    path.write_text(text)
    program = load(path)
    main = elaborate(program, BN254_FR).main
    return [
        f"{each.code} {program.where(each.place) if each.place else ''}: {each.message}"
        for each in signals_without_constraint(program, main)
    ]


def test_each_template_is_told_its_signals(tmp_path: Path) -> None:
    assert [line.replace(f"{tmp_path}/", "") for line in found_in(tmp_path, PROGRAM)] == [
        "CA01 main.circom:2:50: in Half(): signal out stands in no constraint of the template",
        "CA01 main.circom:2:32: in Half(): signal in stands in no constraint of the template",
        "CA01 main.circom:4:18: in T(): signal a stands in no constraint of the template",
        "CA01 main.circom:5:18: in T(): signal b[0] stands in no constraint of the template",
        "CA01 main.circom:7:12: in T(): signal d[0] stands in no constraint of the template",
        "CA02 main.circom:10:15: in T(): signal half.out stands in no constraint of the template that holds half",
    ]


def test_an_array_is_one_finding(tmp_path: Path) -> None:
    text = "template T() { signal input a[2][2]; a[1][0] === 1; } component main = T();"
    (line,) = found_in(tmp_path, text)
    message = "in T(): 3 signals of a stand in no constraint of the template, for example a[0][0] and a[0][1]"
    assert line.endswith(message)


def test_a_hint_that_can_be_a_constraint_is_named_once(tmp_path: Path) -> None:
    path = tmp_path / "main.circom"
    path.write_text(PROGRAM)
    level = SimplificationLevel(0)
    found = compile_program(path, [], BN254_FR, level, inspect=True).warnings
    assert [each.message for each in found if each.code == "T3002"] == [
        "in T(): <-- assigns without a constraint a value that <== can assign"
    ]
    assert compile_program(path, [], BN254_FR, level).warnings == ()
