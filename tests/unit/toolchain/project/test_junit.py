"""The JUnit report: counts, suites, failures, text from outside."""

from __future__ import annotations

from xml.etree import ElementTree

from zkctl.toolchain.project.junit import junit_report
from zkctl.toolchain.project.results import CaseResult

CASES = [
    CaseResult("a", "good.json", True, "", "", 0.25),
    CaseResult("a", "bad<&\x1b.json", False, 'is "accepted"', "c.py:3:1\x00\n3 | x", 0.5),
    CaseResult("b", "", False, "the circuit's code failed", "", 0.0),
]


def test_suites_and_cases() -> None:
    text = junit_report(CASES)
    assert text.startswith(
        '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="zkctl test" tests="3" failures="2" errors="0" time="0.750">'
    )
    root = ElementTree.fromstring(text)  # noqa: S314  # our own output
    assert [(s.attrib["name"], s.attrib["tests"], s.attrib["failures"]) for s in root] == [
        ("a", "2", "1"),
        ("b", "1", "1"),
    ]
    good, bad, broken = root.iter("testcase")
    assert (good.attrib, list(good)) == (
        {"classname": "a", "name": "good.json", "time": "0.250"},
        [],
    )
    assert bad.attrib["name"] == r"bad<&\x1b.json"
    (failure,) = bad
    assert (failure.attrib["message"], failure.text) == (
        'is "accepted"',
        'is "accepted"\nc.py:3:1\\x00\n3 | x',
    )
    assert broken.attrib["name"] == "compile"


def test_no_cases() -> None:
    assert 'tests="0"' in junit_report([])
