"""Check 21: an import of legacy rows with 1 % bad ones, killed twice, loses nothing and shows no PID."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.support.servers import client, postgres  # noqa: F401  (a fixture)
from zkctl.service.proving.migrate import migrate

COLUMNS = "legacy_id: ID\npid: PID\ncity: Town\n"
SEED = 21


def legacy_file(path: Path, n_rows: int) -> int:
    """Write rows of which each hundredth is bad; return the number of bad ones."""
    draw, n_bad = random.Random(SEED), 0
    bad = ("JP--13", "jp-1", "XX-13-113", "", "JP-13-113-01-T07-B12-BN02-R342-X1-Y2")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("ID", "PID", "Town"))
        for k in range(n_rows):
            pid = f"JP-13-{100 + k % 900}-{10 + k // 900:03}"
            if k % 100 == 50:
                pid, n_bad = draw.choice(bad), n_bad + 1
            elif k % 7 == 0:
                pid = pid.lower().replace("-", "\u2010")  # as people type it
            writer.writerow((f"L{k}", pid, f"Town {k % 50}"))
    return n_bad


class Import:
    """The commands on one database."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.environ = {**os.environ, "DATABASE_URL": url, "ZKCTL_STATE_DIR": str(folder / "state")}

    def start(self, word: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "zkctl.cli.app", "service", "addresses", word]
        command += [
            "legacy.csv",
            "--map",
            "columns.yaml",
            "--registry",
            "tokyo",
            "--tenant",
            "acme",
        ]
        return subprocess.Popen(
            [*command, "--json"],
            env=self.environ,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, word: str) -> dict:
        process = self.start(word)
        output, problems = process.communicate()
        assert process.returncode == 0, problems
        return json.loads(output)["result"]

    def count(self) -> int:
        with psycopg.connect(self.url) as connection:
            return connection.execute("SELECT count(*) FROM addresses").fetchone()[0]

    def kill_after(self, n_rows: int) -> None:
        process = self.start("import")
        while self.count() < n_rows:
            assert process.poll() is None, "the import ended before it was killed"
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()


@pytest.mark.parametrize(
    "n_rows", [4000, pytest.param(100_000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]
)
def test_an_import_that_is_killed_twice(
    request: pytest.FixtureRequest, tmp_path: Path, n_rows: int
) -> None:
    print(f"seed {SEED}")
    url = request.getfixturevalue("postgres").new_database()
    migrate(url)
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "columns.yaml").write_text(COLUMNS)
    n_bad = legacy_file(tmp_path / "legacy.csv", n_rows)
    commands = Import(url, tmp_path)
    commands.kill_after(1)
    first = commands.count()
    commands.kill_after(first + 1)
    second = commands.count()
    assert 0 < first < second < n_rows - n_bad
    done = commands.run("import")
    assert (done["n_read"], done["n_rejected"]) == (n_rows, n_bad)
    assert (done["n_present"], done["n_imported"]) == (second, n_rows - n_bad - second)
    assert done["digest_of_source"] == done["digest_of_database"]
    assert commands.count() == n_rows - n_bad
    with (tmp_path / "rejected.csv").open(newline="") as file:
        rejected = list(csv.DictReader(file))
    assert len(rejected) == n_bad
    assert all(row["reason"] and row["legacy_id"] for row in rejected)
    again = commands.run("import")
    assert (again["n_imported"], again["n_present"]) == (0, n_rows - n_bad)
    assert again["digest_of_database"] == done["digest_of_database"]
    compared = commands.run("verify-import")
    assert (compared["n_equal"], compared["n_missing"], compared["n_different"]) == (
        n_rows - n_bad,
        0,
        0,
    )
    dump = subprocess.run([client("pg_dump"), url], capture_output=True, text=True, check=True)
    assert "L7" in dump.stdout
    for text in ("JP-13", "13-107", "Town", b"JP-13".hex(), b"Town".hex()):
        assert text not in dump.stdout
