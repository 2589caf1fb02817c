from __future__ import annotations

import json

from tests.support.lint_reports import REPORT
from zkctl.lint.registry import NAMES
from zkctl.toolchain.lint.sarif import sarif_log

LEVELS = {"none", "note", "warning", "error"}


def test_the_log_has_the_required_members_of_sarif() -> None:
    """Sections 3.13, 3.14, 3.18, 3.27 of the standard: version, runs, driver with a name, results with a message."""
    log = json.loads(json.dumps(sarif_log([REPORT])))
    assert (log["version"], log["$schema"].rpartition("/")[2]) == ("2.1.0", "sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "zkctl lint"
    assert [rule["id"] for rule in driver["rules"]] == sorted(NAMES)
    assert all(rule["shortDescription"]["text"] for rule in driver["rules"])
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in LEVELS
        assert result["message"]["text"]


def test_places_signals_and_waivers() -> None:
    results = {r["ruleId"]: r for r in sarif_log([REPORT])["runs"][0]["results"]}
    assert set(results) == {"L000", "L004", "L006", "L012", "L017"}
    (location,) = results["L006"]["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "circuits/a%20b.py"},
        "region": {"startLine": 7, "startColumn": 5, "endColumn": 12},
    }
    assert location["logicalLocations"] == [{"fullyQualifiedName": "ratio.c"}]
    (unplaced,) = results["L004"]["locations"]
    assert unplaced["physicalLocation"] == {
        "artifactLocation": {"uri": "circuits/ratio.py"},
        "region": {"startLine": 1},
    }
    assert results["L006"]["message"]["text"] == "signal c is a quotient. Prove the divisor."
    assert results["L012"]["suppressions"] == [
        {"kind": "external", "justification": "bound by the contract"}
    ]
    assert "suppressions" not in results["L006"]
