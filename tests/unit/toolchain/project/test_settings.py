"""zkctl.yaml as a project: defaults, paths, every refusal with its line, and its JSON Schema."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.json_schema import faults
from zkctl.errors import EnvironmentProblem, FormatError, UsageError
from zkctl.toolchain.project.build import make_output_folder
from zkctl.toolchain.project.settings import (
    Project,
    ProjectCircuit,
    PublishedPtau,
    find_project,
    libraries_of_source,
    read_project,
)

FULL = """version: 1
output: build/zk                   # folder
ptau: powers/final_14.ptau
circuits:
  membership:
    source: circuits/membership.py:membership
    parameters: {depth: 20, name: "a b", strict: true, offset: -3}
    inputs: ../inputs
    level: 1
    expect: {bad_size: "not 12 bits", bad-list: "needs an array [2]"}
  other:
    source: other.py
    for: fflonk
"""
SCHEMA_FILE = resources.files("zkctl.toolchain.project") / "zkctl.schema.json"
SCHEMA = json.loads(SCHEMA_FILE.read_text("utf-8"))


def project(folder: Path, text: str) -> Project:
    (folder / "zkctl.yaml").write_text(text)
    return read_project(folder)


def test_a_project(tmp_path: Path) -> None:
    found = project(tmp_path, FULL)
    assert found == read_project(tmp_path / "zkctl.yaml")
    parameters = {"depth": "20", "name": "a b", "strict": "true", "offset": "-3"}
    membership = ProjectCircuit(
        "membership",
        f"{tmp_path}/circuits/membership.py:membership",
        parameters,
        tmp_path / "../inputs",
        1,
        {"bad_size": "not 12 bits", "bad-list": "needs an array [2]"},
    )
    other = ProjectCircuit(
        "other", f"{tmp_path}/other.py", {}, tmp_path / "inputs/other", 2, {}, "fflonk"
    )
    circuits = (membership, other)
    ptau = tmp_path / "powers/final_14.ptau"
    assert found == Project(tmp_path, tmp_path / "build/zk", ptau, circuits)
    assert (membership.file, other.file) == (
        tmp_path / "circuits/membership.py",
        tmp_path / "other.py",
    )
    assert found.circuit("other") == other
    assert found.file == tmp_path / "zkctl.yaml"
    with pytest.raises(
        UsageError, match="the project has no circuit x: expected one of membership, other"
    ):
        found.circuit("x")


SMALL = "version: 1\ncircuits:\n  a:\n    source: a.py\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("hermez:14", PublishedPtau("hez", 14)), ("ppot-0080:9", PublishedPtau("ppot-0080", 9))],
)
def test_published_powers_of_tau(tmp_path: Path, text: str, expected: PublishedPtau) -> None:
    assert project(tmp_path, f"{SMALL}ptau: {text}\n").ptau == expected
    assert project(tmp_path, SMALL).ptau is None
    assert project(tmp_path, SMALL).output == tmp_path / "build"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "the file lacks the field 'version'", None),
        ("version: 1\n", "the file lacks the field 'circuits'", 1),
        (SMALL.replace("1", "2"), "the version is unknown: expected 1, got 2", 1),
        (SMALL.replace("1", "'1'"), "the field 'version' has a wrong type: expected an integer, got a string", 1),
        (SMALL.replace("1", "true"), "the field 'version' has a wrong type: expected an integer, got true or false", 1),
        (SMALL + "outputs: build\n", "the file has the unknown field 'outputs': expected version, output, ptau, libraries, circuits", 5),
        ("version: 1\ncircuits: {}\n", "the project has no circuits: expected at least one", 2),
        ("version: 1\ncircuits: x\n", "the field 'circuits' has a wrong type: expected a mapping, got a string", 2),
        ("version: 1\ncircuits:\n  a: x.py\n", "the field 'the circuit a' has a wrong type: expected a mapping", 3),
        ("version: 1\ncircuits:\n  _a:\n    source: x.py\n", "the name of a circuit is malformed: expected letters,"
         " digits and _ after a letter, got '_a'", 4),
        ("version: 1\ncircuits:\n  a:\n    level: 2\n", "the circuit a lacks the field 'source'", 4),
        (SMALL + "    sauce: 1\n",
            "the circuit a has the unknown field 'sauce': expected source, parameters, inputs, level, for, expect", 5),
        (SMALL + "    expect: {good: x}\n",
         "the expectation is malformed: expected badNAME and a text of its refusal, got good and 'x'", 5),
        (SMALL + "    expect: {bad: ''}\n", "the expectation is malformed", 5),
        (SMALL + "    expect: {bad: 1}\n", "the field 'bad' has a wrong type: expected a string, got an integer", 5),
        (SMALL + "    expect: 1\n", "the field 'expect' has a wrong type: expected a mapping", 5),
        (SMALL + "    parameters: {no: 1}\n", "the name is true, false or null to other readers", 5),
        (SMALL + "    level: 3\n", "the level is unknown: expected 0, 1 or 2, got 3", 5),
        (SMALL + "    for: plonk2\n", "the proof system is unknown: expected groth16, plonk, fflonk, got 'plonk2'", 5),
        (SMALL + "    for: 1\n", "the field 'for' has a wrong type", 5),
        (SMALL + "    level: 1\n    for: groth16\n", "a circuit has both a level and a proof system: expected one of level and for", 6),
        (SMALL + "    level: true\n", "the field 'level' has a wrong type", 5),
        (SMALL + "    inputs: '/x'\n", "the path inputs is malformed: expected one relative to the file, got '/x'", 5),
        (SMALL + '    inputs: ""\n', "the path inputs is malformed", 5),
        (SMALL + '    inputs: "a\\0"\n', "the path inputs is malformed", 5),
        (SMALL + "    parameters: 3\n", "the field 'parameters' has a wrong type: expected a mapping, got an integer", 5),
        (SMALL + "    parameters: {a-b: 3}\n", "the name of a parameter is malformed", 5),
        (SMALL + "    parameters: {a: {b: 1}}\n", "the field 'a' has a wrong type: expected an integer, a string,"
         " true or false, got a mapping", 5),
        (SMALL.replace("a.py", "a.txt"), "the source is malformed: expected FILE.py, FILE.py:NAME or FILE.circom, got 'a.txt'", 4),
        (SMALL.replace("a.py", "'/a.py'"), "the source is malformed", 4),
        (SMALL.replace("a.py", "a.py:1"), "the source is malformed", 4),
        (SMALL + "  A:\n    source: b.py\n", "two circuits have outputs of the same name: expected different ones, got a and A", 6),
        (SMALL + "output: ../x\n", "the output leaves the project: expected a folder in it, got '../x'", 5),
        (SMALL + "output: x/../../y\n", "the output leaves the project", 5),
        (SMALL + "output: '/tmp'\n", "the path output is malformed", 5),
        (SMALL + "ptau: hermes:14\n", "the ptau is neither a file nor published: expected a path or a name like"
         " hermez:14, got 'hermes:14'", 5),
        (SMALL + "ptau: 14\n", "the field 'ptau' has a wrong type", 5),
        (SMALL + "version: 1\n", "the field 'version' occurs twice", 5),
        (SMALL + "    parameters: {a: 1, a: 2}\n", "the field 'a' occurs twice", 5),
        (SMALL + "    parameters: {a: [1]}\n", "the field 'a' has a wrong type: expected an integer, a string,"
         " true or false, got a list", 5),
        (SMALL + "libraries: vendor\n", "the field 'libraries' has a wrong type: expected a list, got a string", 5),
        (SMALL + "libraries:\n  - a\n  - 1\n", "the field 'libraries' has a wrong type: expected a string, got an integer", 7),
        (SMALL + "libraries: [a, '/b']\n", "the path libraries is malformed: expected one relative to the file, got '/b'", 5),
        (SMALL + "libraries: [a, [b]]\n", "the field 'libraries' has a wrong type: expected a string, got a list", 5),
    ],
)  # fmt: skip
def test_refusals_name_the_line(tmp_path: Path, text: str, message: str, line: int | None) -> None:
    with pytest.raises(FormatError) as caught:
        project(tmp_path, text)
    assert message in caught.value.message
    place = str(tmp_path / "zkctl.yaml")
    assert caught.value.where == (place if line is None else f"{place}, line {line}")


def test_libraries(tmp_path: Path) -> None:
    for text in ("libraries: [node_modules, ../common]\n", "libraries:\n- node_modules\n- ../common\n"):  # fmt: skip
        found = project(tmp_path, SMALL + text)
        assert found.libraries == (tmp_path / "node_modules", tmp_path / "../common")
        (tmp_path / "a/b").mkdir(parents=True, exist_ok=True)
        assert libraries_of_source(tmp_path / "a/b/x.circom") == found.libraries
    assert project(tmp_path, SMALL + "libraries: []\n").libraries == ()
    assert project(tmp_path, SMALL).libraries == ()
    (tmp_path / "zkctl.yaml").unlink()
    assert libraries_of_source(tmp_path / "a/b/x.circom") == ()


def test_an_output_may_not_leave_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/build").symlink_to(tmp_path)
    with pytest.raises(FormatError, match="the output leaves the project"):
        project(tmp_path / "p", SMALL)


def test_an_output_that_is_a_loop_of_links(tmp_path: Path) -> None:
    (tmp_path / "build").symlink_to("build")
    read = project(tmp_path, SMALL)
    with pytest.raises(EnvironmentProblem):
        make_output_folder(read)


def test_a_project_is_found_upwards(tmp_path: Path) -> None:
    project(tmp_path, SMALL)
    (tmp_path / "a/b").mkdir(parents=True)
    assert find_project(tmp_path / "a/b") == tmp_path / "zkctl.yaml"
    assert find_project(tmp_path) == tmp_path / "zkctl.yaml"


def test_a_missing_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_file", lambda self: False)
    message = "there is no zkctl.yaml here or in a folder above"
    with pytest.raises(EnvironmentProblem, match=message) as caught:
        find_project(tmp_path)
    assert caught.value.hint == "run in the folder of a project, or name its file as `project`"


# -- the JSON Schema


def test_the_schema_accepts_the_examples() -> None:
    for text in (FULL, SMALL):
        assert list(faults(yaml.safe_load(text), SCHEMA, SCHEMA)) == []


NAMES = st.sampled_from(
    ["a", "source", "version", "output", "circuits", "level", "_x", "B-1", "a_b", "ptau"]
)
PATHS = [
    "a.py",
    "a.py:f",
    "x",
    "x/y",
    "/x",
    "",
    "a:b",
    "hermez:14",
    "hermez:0",
    "plonk",
    "groth16",
    "x\ny",
    "a\\b",
    "../q",
    "a.py:1",
    ".py",
    "c.py\n",
]
SCALARS = st.sampled_from([0, 1, 2, 3, -1, True, False, *PATHS])
PARAMETERS = st.dictionaries(
    NAMES, SCALARS | st.dictionaries(NAMES, SCALARS, max_size=1), max_size=2
)
CIRCUITS = st.fixed_dictionaries(
    {},
    optional={
        "source": st.sampled_from(["a.py", "a.py:f"]) | SCALARS,
        "parameters": PARAMETERS | SCALARS,
        "inputs": SCALARS,
        "level": SCALARS,
        "for": SCALARS,
        "expect": st.dictionaries(NAMES | st.sampled_from(["bad", "bad_x"]), SCALARS, max_size=2)
        | SCALARS,
        "more": SCALARS,
    },
)
PROJECTS = st.fixed_dictionaries(
    {"version": st.just(1), "circuits": st.dictionaries(NAMES, CIRCUITS, max_size=2) | SCALARS},
    optional={
        "output": SCALARS,
        "ptau": SCALARS,
        "libraries": st.lists(SCALARS, max_size=2) | SCALARS,
        "more": SCALARS,
    },
) | st.dictionaries(NAMES, SCALARS)
BEYOND_THE_SCHEMA = ("the output leaves", "two circuits have outputs", "a circuit has both a level")


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=PROJECTS)
def test_the_schema_and_the_reader_agree(tmp_path: Path, document: dict[str, Any]) -> None:
    """JSON is YAML, so the document is written as JSON: every string is quoted."""
    by_schema = list(faults(document, SCHEMA, SCHEMA))
    try:
        project(tmp_path, json.dumps(document))
    except FormatError as problem:
        assert by_schema or problem.message.startswith(BEYOND_THE_SCHEMA), problem
    else:
        assert by_schema == []
