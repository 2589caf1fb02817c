"""The flame graph: well-formed, widths true, nothing from outside unescaped."""

from __future__ import annotations

from xml.etree import ElementTree

from zkctl.toolchain.profile.counts import CalledFunction
from zkctl.toolchain.profile.flame import (
    COLOURS,
    INNER,
    MARGIN,
    OTHERS,
    ROW,
    TOP,
    WIDTH,
    colours_of,
    flame_graph,
)
from zkctl.toolchain.profile.result import Profile

SVG = "{http://www.w3.org/2000/svg}"


def profile(*functions: tuple[str, int, int, int]) -> Profile:
    made = [
        CalledFunction(name, f"{name}.py", parent, own, total, own, total)
        for name, parent, own, total in functions
    ]
    return Profile("<c>", "bn254.fr", made[0].n_total, made[0].n_total_before, made, [])


WHOLE = profile(
    ("c", -1, 100, 1000), ("left&", 0, 300, 300), ("right", 0, 200, 600), ("inner", 2, 400, 400)
)


def boxes(text: str) -> dict[str, tuple[float, float, float]]:
    """Left, top and width by the first word of the tooltip."""
    root = ElementTree.fromstring(text)  # noqa: S314  # our own output
    found = {}
    for group in root.iter(SVG + "g"):
        title, rect = group.findtext(SVG + "title"), group.find(SVG + "rect")
        assert title is not None
        assert rect is not None
        found[title.partition(":")[0]] = tuple(float(rect.attrib[k]) for k in ("x", "y", "width"))
    return found


def test_widths_are_true_and_callers_are_above() -> None:
    found = boxes(flame_graph(WHOLE))
    assert found["c"] == (MARGIN, TOP, INNER)
    assert found["right"] == (MARGIN, TOP + ROW, round(INNER * 0.6, 2))
    assert found["left&"] == (round(MARGIN + INNER * 0.6, 2), TOP + ROW, round(INNER * 0.3, 2))
    assert found["inner"] == (MARGIN, TOP + 2 * ROW, round(INNER * 0.4, 2))


def test_tooltips_and_labels() -> None:
    root = ElementTree.fromstring(flame_graph(WHOLE))  # noqa: S314
    titles = [title.text for title in root.iter(SVG + "title")]
    assert "right: 600 constraints, 60.0 %; 200 of them in its own lines\nright.py" in titles
    assert "left&: 300 constraints, 30.0 %\nleft&.py" in titles
    texts = [text.text for text in root.iter(SVG + "text")]
    assert {"<c>", "left&  300", "1,000 constraints; 1,000 before simplification"} <= set(texts)


def test_narrow_boxes_have_no_label_and_the_narrowest_are_left_out() -> None:
    found = flame_graph(profile(("c", -1, 0, 100_000), ("thin", 0, 600, 600), ("gone", 0, 3, 3)))
    assert set(boxes(found)) == {"c", "thin"}
    assert ">thin" not in found.replace("<title>thin", "").replace(">thin.py", "")


def test_a_long_name_is_cut() -> None:
    found = flame_graph(
        profile(("c", -1, 900, 1000), ("a_very_long_name_of_a_gadget", 0, 100, 100))
    )
    assert ">a_very_long_n\N{HORIZONTAL ELLIPSIS}</text>" in found


def test_a_circuit_without_constraints_is_still_a_picture() -> None:
    assert set(boxes(flame_graph(profile(("c", -1, 0, 0))))) == {"c"}


def test_names_that_are_no_text_of_xml() -> None:
    functions = [
        CalledFunction("\x1b[31m</title><script>", "a\x00\udcff\n.py", -1, 1, 1, 1, 1),
        CalledFunction("\ufffe\x08", "\udcff.py", 0, 1, 1, 1, 1),
    ]
    text = flame_graph(Profile("c\x1b\udcff", "bn254.fr", 1, 1, functions, []))
    root = ElementTree.fromstring(text.encode())  # noqa: S314  # our own output
    titles = [each.text or "" for each in root.iter(SVG + "title")]
    assert titles[0].startswith("\\x1b[31m</title><script>: 1 constraints")
    assert titles[0].endswith("\na\\x00\\xff\\x0a.py")
    assert titles[1].startswith("\\ufffe\\x08: ")


def test_no_two_files_share_a_colour_but_the_smallest() -> None:
    """A file keeps its colour from picture to picture, unless a larger one has it."""
    many = [(f"f{k}", 0, k, k) for k in range(1, 12)]
    found = colours_of(profile(("c", -1, 100, 166), *many).functions)
    assert list(found)[:3] == ["c.py", "f11.py", "f10.py"]
    assert sorted(found.values()) == sorted([*COLOURS, *[OTHERS] * 4])
    assert {file for file, colour in found.items() if colour == OTHERS} == {"f1.py", "f2.py", "f3.py", "f4.py"}  # fmt: skip
    alone = colours_of(profile(("f11", -1, 5, 5)).functions)
    assert found["f11.py"] == alone["f11.py"] or found["c.py"] == alone["f11.py"]


def test_the_legend_names_the_files() -> None:
    names = [f"a_rather_long_name_of_a_file_{k}" for k in range(12)]
    text = flame_graph(profile(("c", -1, 100, 112), *[(name, 0, 1, 1) for name in names]))
    root = ElementTree.fromstring(text)  # noqa: S314
    texts = {each.text: each.attrib for each in root.iter(SVG + "text")}
    assert "c.py" in texts
    assert "5 other files" in texts
    tops = {float(each["y"]) for name, each in texts.items() if name and name.endswith(".py")}
    assert len(tops) > 1  # rows
    assert all(float(each["x"]) < WIDTH - MARGIN for each in texts.values())
    assert max(map(float, (each["y"] for each in texts.values()))) < float(root.attrib["height"])
