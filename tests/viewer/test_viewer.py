"""The page of a ceremony in a real browser: what it checks, what it finds wrong, what it must never do."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.viewer.browser import Opener
from tests.viewer.conftest import HOSTILE
from zkctl.errors import CheckFailed, EnvironmentProblem
from zkctl.toolchain.ceremony.audit import verify_ceremony
from zkctl.toolchain.ceremony.finalize import finalize_ceremony
from zkctl.toolchain.ceremony.viewer import export_viewer

DATA = re.compile(r'(<script type="application/json" id="data">)(.*?)(</script>)', re.DOTALL)
FILES = (
    "ceremony.yaml",
    "transcript.jsonl",
    "circuit.r1cs",
    "phase1.ptau",
    *(f"{k:04}.zkey" for k in range(6)),
    "final.zkey",
    "verification_key.json",
)
N_LINES = 7


def changed(folder: Path, change: Any) -> str:
    """The address of the folder's page with other data in it."""
    text = (folder / "viewer.html").read_text()
    data = json.loads(DATA.search(text)[2])
    change(data)
    new = json.dumps(data).replace("<", "\\u003c")
    (folder / "viewer.html").write_text(DATA.sub(lambda m: m[1] + new + m[3], text))
    return (folder / "viewer.html").as_uri()


def verdicts(page: Any) -> list[str]:
    """The last cell of every line."""
    return [row[-1] for row in page.rows("lines")]


# -- a ceremony in order


def test_a_finished_ceremony_holds(finished: Path, open_page: Opener) -> None:
    page = open_page((finished / "viewer.html").as_uri())
    assert page.text("#headline") == "The ledger holds; 8 files are not checked yet"
    assert verdicts(page) == ["✓"] * N_LINES
    assert [row[4] for row in page.rows("lines")] == ["", *["✓ Ed25519"] * 3, "", "none", ""]
    page.give([finished / name for name in FILES])
    assert page.text("#headline") == "The ledger holds, and all files are the recorded ones"
    files = {row[0]: row[2] for row in page.rows("files")}
    assert set(files) == set(FILES)
    assert files["0003.zkey"] == "✓ digest, and the hashes of 3 contributions in it"
    assert files["final.zkey"] == "✓ digest, and the hashes of 5 contributions in it"
    assert page.complaints() == []


def test_it_shows_the_audit_and_the_rules(finished: Path, open_page: Opener) -> None:
    page = open_page((finished / "viewer.html").as_uri())
    manifest = json.loads((finished / "manifest.json").read_text())
    text = page.text()
    assert manifest["ceremony"] in text
    assert "passed: digests, signatures, contributions, beacon" in page.text("#audit")
    assert "drand:quicknet, round 1000, published 2023-08-23T15:59:24Z" in page.text("#rules")
    assert "sound if at least one of these 4 contributors destroyed the secret: alice" in text
    for contributor in manifest["contributors"]:
        assert contributor["contribution_hash"] in text


@pytest.mark.parametrize("switch", [0, 1])
def test_without_signatures_in_the_browser_it_says_so(
    finished: Path, open_page: Opener, switch: int
) -> None:
    """No WebCrypto at all (plain http), or one without Ed25519."""
    none = "Object.defineProperty(globalThis, 'crypto', { value: undefined })"
    old = "crypto.subtle.importKey = () => Promise.reject(new Error('unknown'))"
    page = open_page((finished / "viewer.html").as_uri(), before=(none, old)[switch])
    assert "3 signatures are not checked" in page.text("#checks")
    assert page.rows("lines")[1][4] == "not checked"
    assert verdicts(page) == ["✓"] * N_LINES


# -- digests


def test_blake2b_and_sha256_agree_with_hashlib(finished: Path, open_page: Opener) -> None:
    page = open_page((finished / "viewer.html").as_uri())
    everything = bytes((7 * k + k // 251) % 256 for k in range(2000))
    page.run(f"globalThis.sample = fromHex('{everything.hex()}')")
    lengths = [*range(300), 511, 512, 513, 1999, 2000]
    call = "[{}].map((n) => [hex(blake2b(sample.slice(0, n >> 1), sample.slice(n >> 1, n))), hex(sha256(sample.slice(0, n)))])"
    found = page.run(call.format(",".join(map(str, lengths))))
    for n, (blake2b, sha256) in zip(lengths, found, strict=True):
        assert blake2b == hashlib.blake2b(everything[:n]).hexdigest(), n
        assert sha256 == hashlib.sha256(everything[:n]).hexdigest(), n


def test_a_large_file_streams(finished: Path, open_page: Opener, tmp_path: Path) -> None:
    content = hashlib.shake_256(b"large").digest(1 << 20) * 24 + b"end"
    (tmp_path / "circuit.r1cs").write_bytes(content)
    page = open_page((finished / "viewer.html").as_uri())
    page.give([tmp_path / "circuit.r1cs"])
    assert hashlib.blake2b(content).hexdigest() in page.text("#problems")


# -- what is wrong


@pytest.mark.parametrize("name", ["circuit.r1cs", "phase1.ptau", "0002.zkey", "final.zkey"])
def test_a_flipped_byte_in_a_file(copy: Path, open_page: Opener, name: str) -> None:
    raw = bytearray((copy / name).read_bytes())
    raw[len(raw) // 2] ^= 1
    (copy / name).write_bytes(raw)
    page = open_page((copy / "viewer.html").as_uri())
    page.give([copy / name])
    assert page.text("#headline") == "1 thing is wrong"
    assert f"{name}: not the recorded file: its BLAKE2b-512 is" in page.text("#problems")
    page.give([copy / "0001.zkey"])
    assert page.text("#headline") == "1 thing is wrong"


def test_a_key_under_another_name_and_a_strange_file(copy: Path, open_page: Opener) -> None:
    (copy / "0003.zkey").rename(copy / "mine.zkey")
    (copy / "strange.bin").write_bytes(b"?")
    page = open_page((copy / "viewer.html").as_uri())
    page.give([copy / name for name in ("mine.zkey", "strange.bin", "manifest.json")])
    files = {row[0]: row[2] for row in page.rows("files")}
    assert files["mine.zkey"] == "✓ the bytes of 0003.zkey"
    assert files["manifest.json"] == "\N{EN DASH} the ledger has no digest of it"
    wrong = "strange.bin: no file of this ceremony has this name or these bytes"
    assert page.text("#problems").strip() == wrong


def flip(lines: list[str]) -> None:
    lines[2] = lines[2].replace('"number":2', '"number":3')


def swap(lines: list[str]) -> None:
    lines[2], lines[3] = lines[3], lines[2]


def drop(lines: list[str]) -> None:
    del lines[3]


def respell(lines: list[str]) -> None:
    lines[6] = lines[6].replace(",", ", ", 1)


def add_field(lines: list[str]) -> None:
    lines[6] = lines[6].replace(',"tool"', ',"thanks":"x","tool"')


def not_json(lines: list[str]) -> None:
    lines[6] = "{"


CHANGES = {
    flip: (3, "the contribution does not continue the one before it"),
    swap: (3, "the line does not follow the one before it"),
    drop: (4, "the line does not follow the one before it"),
    respell: (7, "the line is not written as zkctl writes it"),
    add_field: (7, "the line is not written as zkctl writes it"),
    not_json: (7, "the line is not a JSON object"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_tampered_page_names_the_line(copy: Path, open_page: Opener, change: Any) -> None:
    page = open_page(changed(copy, lambda data: change(data["transcript"])))
    number, problem = CHANGES[change]
    assert f"line {number}: {problem}" in page.text("#problems")
    marks = verdicts(page)
    assert marks[: number - 1] == ["✓"] * (number - 1)
    assert problem in marks[number - 1]
    assert "bad" in page.run("document.getElementById('verdict').className")


def test_every_line_is_under_the_chain(copy: Path, open_page: Opener) -> None:
    """A changed digit anywhere is noticed at its own line or at the next one."""
    for k in range(N_LINES):

        def change(data: Any, k: Any = k) -> None:
            line = data["transcript"][k]
            data["transcript"][k] = line.replace("sha256:", "sha256:0")

        page = open_page(changed(copy, change))
        data = DATA.search((copy / "viewer.html").read_text())[2]
        lines = json.loads(data)["transcript"]
        digest = hashlib.sha256(lines[-1].encode()).hexdigest()
        wrong = [n for n, mark in enumerate(verdicts(page), 1) if mark != "✓"]
        assert wrong == ([k + 2] if k + 1 < N_LINES else []), k
        assert k + 1 < N_LINES or digest in page.text("#checks")
        changed(
            copy,
            lambda data, k=k: data["transcript"].__setitem__(
                k, data["transcript"][k].replace("sha256:0", "sha256:", 1)
            ),
        )


def rechained(data: Any, index: int, **changes: Any) -> None:
    """Change a line and chain those after it anew."""
    previous, lines = "0" * 64, []
    for k, line in enumerate(data["transcript"]):
        entry = json.loads(line) | {"previous": previous} | (changes if k == index else {})
        lines.append(json.dumps(entry, sort_keys=True, separators=(",", ":")))
        previous = hashlib.sha256(lines[-1].encode()).hexdigest()
    data["transcript"] = lines


@pytest.mark.parametrize(
    ("index", "changes", "problem"),
    [
        (1, {"contribution": "a" * 128}, "line 2: the signature is not that of the public key"),
        (1, {"signature": "00" * 64}, "line 2: the signature is not that of the public key"),
        (2, {"parent": "b" * 128}, "line 3: the contribution does not continue"),
        (2, {"file": "../x.zkey"}, "line 3: the key is not named after its number"),
        (2, {"key": "z"}, "line 3: a digest is not one"),
        (2, {"rules": "c" * 64}, "line 3: the line belongs to other rules"),
        (3, {"time": "2023-08-23T16:30:00Z"}, "line 4: recorded after contributions ended"),
        (3, {"kind": "init"}, "line 4: only the first line begins a ceremony"),
        (3, {"kind": "x"}, "line 4: unknown kind of line"),
        (3, {"kind": "beacon", "drand_round": 999}, "line 6: a contribution follows the beacon"),
        (6, {"drand_round": 999}, "line 7: the beacon is another round than announced"),
    ],
)
def test_a_coordinator_who_chains_anew(
    copy: Path, open_page: Opener, index: int, changes: dict[str, Any], problem: str
) -> None:
    page = open_page(changed(copy, lambda data: rechained(data, index, **changes)))
    assert problem in page.text("#problems")


def test_a_forged_contribution_hash_does_not_fit_the_key(copy: Path, open_page: Opener) -> None:
    """Of the unsigned contribution, with all that follows: only the key itself tells."""

    def change(data: Any) -> None:
        rechained(data, 5, contribution="a" * 128)
        rechained(data, 6, parent="a" * 128)

    page = open_page(changed(copy, change))
    assert page.text("#problems") == ""
    page.give([copy / "final.zkey"])
    wrong = "final.zkey: contribution 4 in the key is not the recorded one"
    assert page.text("#problems") == wrong


def test_changed_rules(copy: Path, open_page: Opener) -> None:
    def change(data: Any) -> None:
        data["rules"] = data["rules"].replace("minimum_players: 4", "minimum_players: 1")

    page = open_page(changed(copy, change))
    assert "the rules were changed: their SHA-256 is not the ceremony's id" in page.text(
        "#problems"
    )


def test_a_signature_that_the_rules_require(copy: Path, open_page: Opener) -> None:
    def change(data: Any) -> None:
        data["rules"] = data["rules"].replace("required: false", "required: true")

    page = open_page(changed(copy, change))
    assert "line 6: the signature that the rules require is missing" in page.text("#problems")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda lines: lines.pop(), "it ends after line 6, 1 lines of this page are missing"),
        (lambda lines: lines.append("{}"), "it goes on after line 7: this page is older"),
        (swap, "line 3 differs from this page; its line 3 is wrong: the line does not follow"),
        (flip, "line 3 differs from this page; its line 3 is wrong: the contribution does not"),
    ],
)
def test_another_transcript_dropped_in(
    copy: Path, open_page: Opener, change: Any, problem: str
) -> None:
    lines = (copy / "transcript.jsonl").read_text().splitlines()
    change(lines)
    (copy / "transcript.jsonl").write_text("".join(f"{line}\n" for line in lines))
    page = open_page((copy / "viewer.html").as_uri())
    page.give([copy / "transcript.jsonl"])
    assert f"transcript.jsonl: {problem}" in page.text("#problems")


# -- text from strangers


def test_hostile_names_are_text(finished: Path, open_page: Opener) -> None:
    page = open_page(
        (finished / "viewer.html").as_uri(), before="window.alert = () => window.hit = 1"
    )
    text = page.text("#lines")
    assert f"#2 {HOSTILE[0]}" in text
    assert f"#3 {HOSTILE[1]}" in text
    assert "evil \\u2028 line" in text
    assert "\u202e" not in text
    assert page.run("window.hit === undefined && document.images.length === 0")
    assert page.run("document.scripts.length") == 2
    assert page.requests() == [(finished / "viewer.html").as_uri()]
    assert page.complaints() == []


@pytest.mark.parametrize("field", ["name", "time", "kind", "reason", "public_key", "file"])
def test_hostile_fields_are_text(copy: Path, open_page: Opener, field: str) -> None:
    evil = "</script><script>window.hit=1</script><img src=x onerror='window.hit=1'>\u2028"
    address = changed(copy, lambda data: rechained(data, 1, **{field: evil}))
    page = open_page(address)
    assert page.run("window.hit === undefined && document.images.length === 0")
    assert page.requests() == [address]


def test_the_source_of_the_page(finished: Path) -> None:
    text = (finished / "viewer.html").read_text()
    data = DATA.search(text)[2]
    assert "<" not in data
    assert data.isascii()
    assert json.loads(data)["id"] in text
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert "https://" not in text
    assert "http://" not in text
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", text)


def test_the_policy_stops_injected_scripts(copy: Path, open_page: Opener) -> None:
    """Even if markup got into the page."""
    path = copy / "viewer.html"
    evil = "<script>window.hit=1</script><img src=x onerror='window.hit=1'>"
    path.write_text(path.read_text().replace("<main>", f"<main>{evil}"))
    page = open_page(path.as_uri())
    assert page.run("window.hit === undefined")
    assert any("Content Security Policy" in text for text in page.complaints())


# -- over http, beside the files


@pytest.fixture
def server(copy: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=copy)) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


def test_it_fetches_the_files_beside_it(copy: Path, server: str, open_page: Opener) -> None:
    (copy / "0002.zkey").unlink()
    raw = bytearray((copy / "0003.zkey").read_bytes())
    raw[-1] ^= 1
    (copy / "0003.zkey").write_bytes(raw)
    page = open_page(server + "viewer.html")
    assert page.requests() == [server + "viewer.html"]
    page.run("document.getElementById('fetch').click()")
    page.wait_for("readHere.size === expected.size && !document.getElementById('fetch').disabled")
    assert {r for r in page.requests() if "favicon" not in r} == {
        server + name for name in ("viewer.html", *FILES)
    }
    files = {row[0]: row[2] for row in page.rows("files")}
    assert files["0002.zkey"] == "not published here"
    assert files["0003.zkey"].startswith("✗ not the recorded file")
    assert files["final.zkey"].startswith("✓ digest, and the hashes of 5")
    assert page.text("#headline") == "1 thing is wrong"


def test_it_never_asks_another_place(copy: Path, server: str, open_page: Opener) -> None:
    page = open_page(server + "viewer.html")
    refused = page.run("fetch('http://127.0.0.1:9/x').then(() => 'sent', () => 'refused')")
    assert refused == "refused"
    assert any("Content Security Policy" in text for text in page.complaints())


# -- the command


def test_export_of_an_open_ceremony(copy: Path, tmp_path: Path, open_page: Opener) -> None:
    for name in ("final.zkey", "verification_key.json", "manifest.json"):
        (copy / name).unlink()
    made = export_viewer(copy, tmp_path / "v.html", audit=False)
    assert (made.n_lines, made.audited, made.state) == (N_LINES, False, "closed by its beacon")
    page = open_page((tmp_path / "v.html").as_uri())
    assert "not made: verify the folder of the ceremony" in page.text("#audit")
    assert "sound if at least one of 4 contributors" in page.text("#trust")
    assert page.text("#headline") == "The ledger holds; 6 files are not checked yet"


def test_finalize_replaces_the_page_of_an_open_ceremony(copy: Path) -> None:
    for name in ("final.zkey", "verification_key.json", "manifest.json"):
        (copy / name).unlink()
    export_viewer(copy, copy / "viewer.html", audit=False, force=True)
    finalize_ceremony(copy)
    text = (copy / "viewer.html").read_text()
    assert json.loads(DATA.search(text)[2])["state"] == "finalized"


def test_no_page_of_a_ceremony_that_fails_its_audit(copy: Path, tmp_path: Path) -> None:
    verify_ceremony(copy)
    (copy / "verification_key.json").write_bytes(b"{}")
    with pytest.raises(CheckFailed, match="the manifest has another digest"):
        export_viewer(copy, tmp_path / "v.html")
    assert not (tmp_path / "v.html").exists()


def test_an_existing_page_stays(copy: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        export_viewer(copy, copy / "viewer.html")
    assert export_viewer(copy, copy / "viewer.html", force=True).audited
