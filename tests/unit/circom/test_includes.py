"""Reading of files: includes, versions, one main, one name space, custom templates."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from zkctl.circom.findings import CircomError
from zkctl.circom.includes import load
from zkctl.circom.nodes import Program
from zkctl.errors import EnvironmentProblem

START = "pragma circom 2.2.0;\n"
MAIN = "template T() { }\ncomponent main = T();\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "main.circom"


def codes(path: Path, *folders: Path) -> list[str]:
    with pytest.raises(CircomError) as caught:
        load(path, folders)
    return [each.code for each in caught.value.findings]


def test_diamonds_and_cycles_are_read_once(tmp_path: Path) -> None:
    cycle = START + 'include "../main.circom";\nfunction f() { return 1; }\n'
    program = load(
        write(
            tmp_path,
            {
                "main.circom": START + 'include "a/x.circom";\ninclude "b/y.circom";\n' + MAIN,
                "a/x.circom": START + 'include "../b/y.circom";\n',
                "b/y.circom": cycle,
            },
        )
    )
    assert [file.path.name for file in program.files] == ["main.circom", "y.circom", "x.circom"]
    assert set(program.definitions) == {"T", "f"}


def test_folders_and_node_modules(tmp_path: Path) -> None:
    """B24: folders may be given several times, node_modules is found upward, and a missing file lists the folders tried."""
    main = write(
        tmp_path,
        {
            "node_modules/lib/n.circom": START + "function n() { return 1; }\n",
            "deep/er/main.circom": START + 'include "lib/n.circom";\ninclude "l.circom";\n' + MAIN,
            "libraries/l.circom": START + "function l() { return 1; }\n",
        },
    )
    main = tmp_path / "deep" / "er" / "main.circom"
    program: Program = load(main, [tmp_path, tmp_path / "libraries"])
    assert set(program.definitions) == {"T", "n", "l"}
    with pytest.raises(
        CircomError, match=r"included file l\.circom not found in .*er, .*node_modules"
    ):
        load(main)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.circom": START}, ["P1001"]),
        (
            {"main.circom": 'include "o.circom";' + MAIN, "o.circom": "component main = T();"},
            ["P1002"],
        ),
        ({"main.circom": "pragma circom 2.2.4;" + MAIN}, ["P1003"]),
        ({"main.circom": "pragma circom 3.0.0;" + MAIN}, ["P1003"]),
        ({"main.circom": 'include "o.circom";' + MAIN}, ["P1014"]),
        ({"main.circom": START + "function T() { return 1; }" + MAIN}, ["T2008"]),
        ({"main.circom": START + "template custom U() { }" + MAIN}, ["CG04"]),
        ({"main.circom": "pragma circom 2.0.5; pragma custom_templates;" + MAIN}, ["CG05"]),
    ],
)
def test_refused(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    assert codes(write(tmp_path, files)) == expected


@pytest.mark.parametrize(
    ("name", "folder", "hint"),
    [
        ("a", ".", "name the folder that holds it with -l; the file name needs its extension"),
        (
            "a.circom",
            "absent",
            "there is no folder absent: name the one that holds the file with -l",
        ),
        (
            "../node_modules/b/a.circom",
            ".",
            "install the package with npm, or include it without node_modules/ and name the folder that holds it with -l",
        ),
    ],
)
def test_hints_for_a_file_that_is_not_found(
    tmp_path: Path, name: str, folder: str, hint: str
) -> None:
    path = write(tmp_path, {"main.circom": START + f'include "{name}";\n' + MAIN})
    with pytest.raises(CircomError) as caught:
        load(path, [Path(folder)])
    assert caught.value.hint == hint


def test_custom_pragma_of_a_user(tmp_path: Path) -> None:
    custom = START + "pragma custom_templates;\ntemplate custom U() { }\n"
    files = {"main.circom": START + 'include "u.circom";\n' + MAIN, "u.circom": custom}
    assert codes(write(tmp_path, files)) == ["CG04"]


def test_a_missing_version_is_a_warning(tmp_path: Path) -> None:
    program = load(write(tmp_path, {"main.circom": MAIN}))
    assert [each.code for each in program.warnings] == ["P1004"]


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="cannot read"):
        load(tmp_path / "main.circom")


@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_what_is_no_regular_file(kind: str, tmp_path: Path) -> None:
    main = tmp_path / "main.circom"
    if kind == "folder":
        main.mkdir()
    elif kind == "pipe":
        os.mkfifo(main)
    else:
        main.symlink_to("/dev/zero")
    with pytest.raises(EnvironmentProblem, match="cannot read: it is no regular file"):
        load(main)


def test_files_are_utf8_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "main.circom"
    path.write_bytes((START + "// caf\u00e9\n" + MAIN).encode())
    assert load(path).main
    for data, code, message, column in [
        (
            (START + "// caf\u00e9\n" + MAIN).encode("latin-1"),
            "P1006",
            "is not UTF-8: byte 0xe9",
            "2:7",
        ),
        (
            b"\xef\xbb\xbf" + (START + MAIN).encode(),
            "P1012",
            "begins with a byte order mark",
            "1:1",
        ),
        (b"\xef\xbb\xbf/* " + MAIN.encode(), "P1005", "comment", "1:2"),
    ]:
        path.write_bytes(data)
        with pytest.raises(CircomError) as caught:
            load(path)
        (finding,) = caught.value.findings
        assert finding.code == code
        assert message in finding.message
        assert caught.value.where.splitlines()[0].endswith(f"main.circom:{column}")
