"""Downloads from a server that misbehaves in every way (docs/design/security-cases.md, N80 to N84)."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.support.loopback import Loopback, answer, file_of, running, self_signed
from zkctl.errors import (
    EnvironmentProblem,
    IntegrityError,
    NetworkError,
    UsageError,
)
from zkctl.toolchain.http_source import Client, parse_address
from zkctl.toolchain.ptau import download as ptau_download
from zkctl.toolchain.ptau.cache import PtauCache, ptau_cache_folder
from zkctl.toolchain.ptau.catalogue import PublishedFile
from zkctl.toolchain.ptau.download import (
    addresses_of,
    download_ptau,
    fetch_published,
    list_ptau,
)

CONTENT = b"ptau" + random.Random(1).randbytes(60_000)
OTHER = b"ptau" + random.Random(2).randbytes(60_000)
PAGE = b"<!DOCTYPE html><html><body>403 Forbidden</body></html>"
FILE = PublishedFile(
    source="test",
    ceremony="nobody",
    name="test_08.ptau",
    power=8,
    n_bytes=len(CONTENT),
    algorithm="blake2b",
    digest=hashlib.blake2b(CONTENT).hexdigest(),
    mirrors=(),
)
CLIENT = Client(timeout=60, pause=0, failures=2, chunk=4096, little=100, allow_plain_loopback=True)


@pytest.fixture(scope="module")
def shared_server() -> Iterator[Loopback]:
    with running() as loopback:
        yield loopback


@pytest.fixture
def server(shared_server: Loopback) -> Loopback:
    shared_server.behaviours.clear()
    shared_server.asked.clear()
    return shared_server


@pytest.fixture
def cache(tmp_path: Path) -> PtauCache:
    return PtauCache(tmp_path / "cache")


def fetch(
    cache: PtauCache, output: Path, *addresses: str, client: Client = CLIENT, progress: Any = None
):
    options = {} if progress is None else {"progress": progress}
    return fetch_published(FILE, output, cache, addresses=addresses, client=client, **options)


def test_an_honest_server(server: Loopback, cache: PtauCache, tmp_path: Path) -> None:
    url = server.serve("/f", file_of(CONTENT))
    told: list[tuple[str, float | None]] = []
    summary = fetch(cache, tmp_path / "f.ptau", url, progress=lambda *what: told.append(what))
    assert (tmp_path / "f.ptau").read_bytes() == CONTENT
    assert (summary.came_from, summary.digest, summary.power) == (url, FILE.digest, 8)
    assert ("fetching test_08.ptau", 1.0) in told
    assert cache.manifest()["test_08.ptau"]["url"] == url
    names = sorted(path.name for path in cache.folder.iterdir())
    assert names == ["manifest.json", "test_08.ptau", "test_08.ptau.lock"]


def test_the_cache_is_used_and_checked(server: Loopback, cache: PtauCache, tmp_path: Path) -> None:
    url = server.serve("/f", file_of(CONTENT))
    fetch(cache, tmp_path / "1", url)
    assert fetch(cache, tmp_path / "2").came_from == "cache"  # offline
    assert len(server.asked) == 1
    poisoned = bytearray(CONTENT)
    poisoned[33_333] ^= 4
    cache.path(FILE).write_bytes(poisoned)
    told: list[str] = []
    fetch(cache, tmp_path / "3", url, progress=lambda what, _: told.append(what))
    assert any("not the published test_08.ptau: blake2b" in what for what in told)
    assert (tmp_path / "3").read_bytes() == cache.path(FILE).read_bytes() == CONTENT
    cache.path(FILE).write_bytes(CONTENT[:-1])
    fetch(cache, tmp_path / "4", url)
    assert len(server.asked) == 3


def test_a_poisoned_cache_offline(cache: PtauCache, tmp_path: Path) -> None:
    cache.path(FILE).write_bytes(OTHER)
    with pytest.raises(EnvironmentProblem, match="is not in the cache, and offline use is set"):
        fetch(cache, tmp_path / "f")
    assert not (tmp_path / "f").exists()


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b"\xff\xfe"])
def test_a_damaged_manifest_is_no_harm(
    server: Loopback, cache: PtauCache, tmp_path: Path, damage: bytes
) -> None:
    (cache.folder / "manifest.json").write_bytes(damage)
    fetch(cache, tmp_path / "f", server.serve("/f", file_of(CONTENT)))
    assert list(json.loads((cache.folder / "manifest.json").read_text())) == ["test_08.ptau"]


# -- answers that cannot be the file: the next mirror is tried


def refused(**headers: str):
    return file_of(CONTENT, headers={name.replace("_", "-"): v for name, v in headers.items()})


BAD = {
    "forbidden": (answer(403, body=PAGE), "the server answers 403"),
    "missing": (answer(404), "the server answers 404"),
    "broken": (answer(500), "the server answers 500"),
    "empty": (answer(204), "the server answers 204"),
    "html": (answer(200, {"Content-Type": "text/html"}, PAGE), "a page of type text/html"),
    "xml": (answer(200, {"Content-Type": "application/xml"}, b"<Error/>"), "application/xml"),
    "page in disguise": (
        answer(200, {"Content-Type": "application/octet-stream"}, PAGE.ljust(len(CONTENT))),
        "the server sends an HTML page instead of a ptau file",
    ),
    "pages without a length": (
        lambda request: request.reply(200, {}, PAGE),
        "the server sends an HTML page instead of a ptau file",
    ),
    "announces less": (refused(Content_Length="100"), "the server announces 100 bytes, expected"),
    "announces more": (refused(Content_Length="99999999"), "the server announces 99999999 bytes"),
    "announces nonsense": (refused(Content_Length="-1"), "the server announces -1 bytes"),
    "compressed": (refused(Content_Encoding="gzip"), "the server sends it as gzip"),
    "too much": (
        lambda request: request.reply(200, {}, CONTENT + b"x"),
        "the server sends more than 60004 bytes",
    ),
    "other bytes": (file_of(OTHER), "the mirror sends other bytes: blake2b"),
    "short": (
        lambda request: request.reply(200, {}, CONTENT[:50]),
        "the connection ended after 50 of",
    ),
    "no answer": (lambda request: None, "the connection failed"),
    "garbage": (
        lambda request: request.wfile.write(b"\x16\x03\x01 nonsense"),
        "the connection failed",
    ),
    "to plain http": (
        answer(302, {"Location": "http://localhost:1/f"}),
        "the server redirects to http://localhost:1/f, not https",
    ),
    "to a file": (answer(302, {"Location": "file:///etc/passwd"}), "the server"),
}


@pytest.mark.parametrize("name", BAD)
def test_the_next_mirror_is_tried(
    server: Loopback, cache: PtauCache, tmp_path: Path, name: str
) -> None:
    behaviour, message = BAD[name]
    bad, good = server.serve("/bad", behaviour), server.serve("/good", file_of(CONTENT))
    assert fetch(cache, tmp_path / "f", bad, good).came_from == good
    assert (tmp_path / "f").read_bytes() == CONTENT
    shutil.rmtree(cache.folder)
    cache.folder.mkdir()
    kind = IntegrityError if name == "other bytes" else NetworkError
    with pytest.raises(kind) as caught:
        fetch(cache, tmp_path / "g", bad)
    assert message in caught.value.where
    assert not (tmp_path / "g").exists()
    assert not cache.path(FILE).exists()


def test_all_mirrors_fail(server: Loopback, cache: PtauCache, tmp_path: Path) -> None:
    bad = [server.serve(f"/{k}", answer(403 + k)) for k in range(2)]
    with pytest.raises(NetworkError, match=r"could not be fetched from any of 2 mirrors") as caught:
        fetch(cache, tmp_path / "f", *bad)
    assert caught.value.where.splitlines() == [
        "",
        f"{bad[0]}: the server answers 403",
        f"{bad[1]}: the server answers 404",
    ]
    others = server.serve("/o", file_of(OTHER))
    with pytest.raises(IntegrityError, match=r"no mirror has the published test_08.ptau"):
        fetch(cache, tmp_path / "f", others)
    with pytest.raises(NetworkError):
        fetch(cache, tmp_path / "f", others, *bad)


def test_redirects(server: Loopback, cache: PtauCache, tmp_path: Path) -> None:
    server.serve("/f", file_of(CONTENT))
    url = server.serve("/moved", answer(302, {"Location": "/f"}))
    fetch(cache, tmp_path / "f", url)
    loop = server.serve("/loop", answer(302, {"Location": "/loop"}))
    cache.forget(FILE)
    with pytest.raises(NetworkError) as caught:
        fetch(cache, tmp_path / "g", loop)
    assert "the server answers 302" in caught.value.where
    assert len(server.asked) < 15


def test_nobody_listens(cache: PtauCache, tmp_path: Path) -> None:
    with pytest.raises(NetworkError) as caught:
        fetch(cache, tmp_path / "f", "http://127.0.0.1:1/f")
    assert "the connection failed: " in caught.value.where


def test_plain_http_needs_the_explicit_permission_of_a_test(
    server: Loopback, cache: PtauCache, tmp_path: Path
) -> None:
    url = server.serve("/f", file_of(CONTENT))
    with pytest.raises(UsageError, match="does not start with https://"):
        fetch(cache, tmp_path / "f", url, client=replace(CLIENT, allow_plain_loopback=False))
    with pytest.raises(UsageError, match="does not start with https://"):
        addresses_of(FILE, [url])
    assert server.asked == []


def test_a_certificate_that_nobody_vouches_for(
    cache: PtauCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with running(self_signed(tmp_path)) as server:
        server.serve("/f", file_of(CONTENT))
        with pytest.raises(NetworkError) as caught:
            fetch(cache, tmp_path / "f", f"https://127.0.0.1:{server.port}/f")
    assert "certificate verify failed" in caught.value.where
    assert server.asked == []


def test_the_proxy_of_the_environment_is_asked(
    server: Loopback, cache: PtauCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    client = replace(CLIENT, allow_plain_loopback=False)
    with pytest.raises(NetworkError) as caught:
        fetch(cache, tmp_path / "f", "https://ptau.invalid/f", client=client)
    assert "the connection failed: tunnel connection failed: 403" in caught.value.where
    assert ("ptau.invalid:443", "CONNECT") in server.asked


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/", "ftp://a/", "a/b", "https://", "file:///a"]
)
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(UsageError, match="does not start with https://"):
        parse_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://[::1",
        "https://a:port/",
        "https://a:99999/",
        "https://a..b/",
        f"https://{'a' * 64}.org/",
        "https://a/\xe4",
        "https://a/?\xe4",
    ],
)
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(UsageError, match="is not an address"):
        parse_address(address)


@pytest.mark.parametrize("address", ["https://a b/", "https://a/b\nc", "https://a/\u202e"])
def test_an_address_with_spaces_or_control_characters(address: str) -> None:
    with pytest.raises(UsageError, match=r"has spaces or control characters|is not an address"):
        parse_address(address)


def test_a_host_with_a_name_in_letters_of_others() -> None:
    assert parse_address("https://m\xfcnchen.example:8443/").port == 8443


# -- interruptions


@pytest.mark.parametrize("cut", [101, 4096, 4097, 30_001, 60_003])
def test_a_connection_that_is_cut_again_and_again(
    server: Loopback, cache: PtauCache, tmp_path: Path, cut: int
) -> None:
    """Each answer ends after so many bytes: up to 595 pieces, no byte twice."""
    fetch(cache, tmp_path / "f", server.serve("/f", file_of(CONTENT, cut=cut)))
    assert (tmp_path / "f").read_bytes() == CONTENT
    starts = [int(asked[6:-1] or 0) if asked else 0 for _, asked in server.asked]
    assert starts == list(range(0, len(CONTENT), cut))


@pytest.mark.parametrize("place", range(0, 60_004, 3001))
def test_going_on_after_a_break_anywhere(
    server: Loopback, cache: PtauCache, tmp_path: Path, place: int
) -> None:
    """An earlier run left its part, with or without a note of where it came from."""
    url = server.serve("/f", file_of(CONTENT))
    cache.part(FILE).write_bytes(CONTENT[:place])
    if place % 2:
        cache.sidecar(FILE).write_text(json.dumps({"url": url, "etag": '"one"'}))
    fetch(cache, tmp_path / "f", url)
    assert (tmp_path / "f").read_bytes() == CONTENT
    assert server.asked == [("/f", f"bytes={place}-" if place else "")]


@pytest.mark.parametrize("place", [1, 5000, 60_003, 60_004, 60_005, 80_000])
@pytest.mark.parametrize("ranges", [True, False])
def test_a_wrong_part_is_thrown_away(
    server: Loopback, cache: PtauCache, tmp_path: Path, place: int, ranges: bool
) -> None:
    url = server.serve("/f", file_of(CONTENT, ranges=ranges))
    cache.part(FILE).write_bytes((OTHER * 2)[:place].replace(b"ptau", b"uatp"))
    fetch(cache, tmp_path / "f", url)
    assert (tmp_path / "f").read_bytes() == CONTENT


@pytest.mark.parametrize("place", [1, 4096, 60_003])
@pytest.mark.parametrize("honours_if_range", [True, False])
def test_a_file_that_changed_meanwhile(
    server: Loopback, cache: PtauCache, tmp_path: Path, place: int, honours_if_range: bool
) -> None:
    """Another ETag: nothing of the old bytes is used."""

    def stubborn(request: Any) -> None:
        del request.headers["If-Range"]
        file_of(CONTENT, etag='"two"')(request)

    url = server.serve("/f", file_of(CONTENT, etag='"two"') if honours_if_range else stubborn)
    cache.part(FILE).write_bytes(OTHER[:place])
    cache.sidecar(FILE).write_text(json.dumps({"url": url, "etag": '"one"'}))
    fetch(cache, tmp_path / "f", url)
    assert (tmp_path / "f").read_bytes() == CONTENT


@pytest.mark.parametrize("note", ["", "{}", "[]", '{"url": 3}', "\x00"])
def test_a_damaged_note_is_no_harm(
    server: Loopback, cache: PtauCache, tmp_path: Path, note: str
) -> None:
    cache.part(FILE).write_bytes(CONTENT[:777])
    cache.sidecar(FILE).write_text(note)
    fetch(cache, tmp_path / "f", server.serve("/f", file_of(CONTENT)))


@pytest.mark.parametrize("where", ["bytes 0-60003/60004", "bytes 500-60003/70000", "", "bytes x"])
def test_ranges_that_were_not_asked_for(
    server: Loopback, cache: PtauCache, tmp_path: Path, where: str
) -> None:
    url = server.serve("/f", answer(206, {"Content-Range": where}, CONTENT[777:]))
    cache.part(FILE).write_bytes(CONTENT[:777])
    with pytest.raises(NetworkError) as caught:
        fetch(cache, tmp_path / "f", url)
    assert "the server sends the range" in caught.value.where


def test_another_mirror_goes_on_where_the_first_stopped(
    server: Loopback, cache: PtauCache, tmp_path: Path
) -> None:
    def once(request: Any) -> None:
        file_of(CONTENT, cut=20_000)(request) if request.start == 0 else answer(404)(request)

    first, second = server.serve("/1", once), server.serve("/2", file_of(CONTENT))
    fetch(cache, tmp_path / "f", first, second)
    assert server.asked[-1] == ("/2", "bytes=20000-")


def test_a_mirror_that_poisons_the_beginning(
    server: Loopback, cache: PtauCache, tmp_path: Path
) -> None:
    """The second mirror gave only the end: it is asked again for all of it."""

    def once(request: Any) -> None:
        file_of(OTHER, cut=20_000)(request) if request.start == 0 else answer(404)(request)

    first, second = server.serve("/1", once), server.serve("/2", file_of(CONTENT))
    assert fetch(cache, tmp_path / "f", first, second).came_from == second
    assert (tmp_path / "f").read_bytes() == CONTENT
    assert server.asked[-2:] == [("/2", "bytes=20000-"), ("/2", "")]


def test_a_server_that_hardly_sends(server: Loopback, cache: PtauCache, tmp_path: Path) -> None:
    stop = threading.Event()

    def drip(request: Any) -> None:
        request.reply(200, {"Content-Length": str(len(CONTENT))}, CONTENT[:4])
        while not stop.wait(0.05):
            try:
                request.wfile.write(b"x")
            except OSError:
                return

    slow, good = server.serve("/slow", drip), server.serve("/good", file_of(CONTENT))
    impatient = replace(CLIENT, timeout=3, failures=0)
    told: list[str] = []
    fetch(
        cache,
        tmp_path / "f",
        slow,
        good,
        client=impatient,
        progress=lambda what, _: told.append(what),
    )
    stop.set()
    assert any("the server sent " in what for what in told)
    silent = server.serve("/silent", lambda request: stop.wait(60))
    cache.forget(FILE)
    stop.clear()
    with pytest.raises(NetworkError) as caught:
        fetch(cache, tmp_path / "g", silent, client=replace(impatient, timeout=0.3))
    assert "timed out" in caught.value.where
    stop.set()


# -- room, rights, company


def test_disk_space_is_checked_first(
    server: Loopback, cache: PtauCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.serve("/f", file_of(CONTENT))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 0, 1000))
    with pytest.raises(
        EnvironmentProblem, match="the disk is too full: expected 60004 free bytes, got 1000"
    ):
        fetch(cache, tmp_path / "f", url)
    assert server.asked == []


@pytest.mark.parametrize("kind", ["part", "lock"])
def test_links_in_the_cache_are_not_followed(
    server: Loopback, cache: PtauCache, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    (cache.folder / f"{FILE.name}.{kind}").symlink_to(tmp_path / "precious")
    with pytest.raises(
        EnvironmentProblem,
        match=r"cannot (open|lock) the file|expected a regular file, got a symbolic link",
    ):
        fetch(cache, tmp_path / "f", server.serve("/f", file_of(CONTENT)))
    assert (tmp_path / "precious").read_bytes() == b"precious"


def test_two_at_once_share_one_download(server: Loopback, cache: PtauCache, tmp_path: Path) -> None:
    """The second waits for the first, in another process too: flock."""
    begun, go_on = threading.Event(), threading.Event()

    def slowly(request: Any) -> None:
        begun.set()
        assert go_on.wait(60)
        file_of(CONTENT)(request)

    url = server.serve("/f", slowly)
    told: list[str] = []

    def second() -> None:
        def progress(what: str, _: float | None) -> None:
            told.append(what)
            if "waiting for another process" in what:
                go_on.set()

        assert begun.wait(60)
        fetch(cache, tmp_path / "2", url, progress=progress)

    thread = threading.Thread(target=second)
    thread.start()
    fetch(cache, tmp_path / "1", url)
    thread.join()
    assert told[0] == "waiting for another process that fetches test_08.ptau"
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes() == CONTENT
    assert len(server.asked) == 1


PROGRAM = """
import sys
from pathlib import Path
from zkctl.toolchain.http_source import Client
from zkctl.toolchain.ptau.cache import PtauCache
from zkctl.toolchain.ptau.catalogue import PublishedFile
from zkctl.toolchain.ptau.download import fetch_published
folder, url, name, n_bytes, digest, output = sys.argv[1:]
file = PublishedFile("test", "nobody", name, 8, int(n_bytes), "blake2b", digest, ())
client = Client(allow_plain_loopback=True)
fetch_published(file, Path(output), PtauCache(Path(folder)), addresses=[url], client=client)
"""


def test_two_processes_share_one_download(
    server: Loopback, cache: PtauCache, tmp_path: Path
) -> None:
    url = server.serve("/f", file_of(CONTENT))
    outputs = [tmp_path / "1", tmp_path / "2"]
    processes = [
        subprocess.Popen(
            [
                *(sys.executable, "-c", PROGRAM, str(cache.folder), url, FILE.name),
                *(str(FILE.n_bytes), FILE.digest, str(output)),
            ],
            cwd=ROOT,
        )
        for output in outputs
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert all(output.read_bytes() == CONTENT for output in outputs)
    assert len(server.asked) == 1


# -- the action


def test_addresses_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    file = replace(FILE, mirrors=("https://c/x/",))
    monkeypatch.setenv("ZKCTL_PTAU_MIRROR", "https://b https://c/x/")
    assert addresses_of(file, ["https://a/one.ptau"]) == [
        "https://a/one.ptau",
        "https://b/test_08.ptau",
        "https://c/x/test_08.ptau",
    ]
    monkeypatch.setenv("ZKCTL_PTAU_MIRROR", "http://b/")
    with pytest.raises(UsageError, match="does not start with https://"):
        addresses_of(file, [])


def test_from_a_file(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path / "cache"))
    real = data / "ptau" / "powersOfTau28_hez_final_08.ptau"
    monkeypatch.chdir(tmp_path)
    summary = download_ptau(8, from_file=real)
    assert (summary.ptau, summary.came_from) == (real.name, str(real))
    assert (tmp_path / real.name).read_bytes() == real.read_bytes()
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        download_ptau(8, from_file=real)
    with pytest.raises(
        IntegrityError, match=r"not the published ppot_0080_08.ptau: 378008 bytes, expected"
    ):
        download_ptau(8, tmp_path / "p", source="ppot-0080", from_file=real)
    raw = bytearray(real.read_bytes())
    raw[1000] ^= 1
    (tmp_path / "bad").write_bytes(raw)
    with pytest.raises(
        IntegrityError, match=r"not the published powersOfTau28_hez_final_08.ptau: blake2b"
    ):
        download_ptau(8, tmp_path / "p", from_file=tmp_path / "bad")
    assert not (tmp_path / "p").exists()


def test_combinations_that_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path))
    with pytest.raises(UsageError, match="a local file and mirrors exclude each other"):
        download_ptau(8, from_file=tmp_path / "f", mirrors=["https://a/"])
    with pytest.raises(UsageError, match="offline use and mirrors exclude each other"):
        download_ptau(8, offline=True, mirrors=["https://a/"])
    with pytest.raises(EnvironmentProblem, match="is not in the cache, and offline use is set"):
        download_ptau(8, tmp_path / "f", offline=True)


def test_the_whole_action_asks_the_mirrors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {}
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(
        ptau_download, "fetch_published", lambda *words, **options: asked.update(options)
    )
    download_ptau(9, tmp_path / "f", mirrors=["https://a/"])
    assert asked["addresses"][0] == "https://a/powersOfTau28_hez_final_09.ptau"
    assert asked["addresses"][-1].startswith("https://")
    assert len(asked["addresses"]) == 3
    assert not asked["client"].allow_plain_loopback


def test_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path))
    (tmp_path / "ptau").mkdir()
    (tmp_path / "ptau" / "ppot_0080_05.ptau").write_bytes(b"")
    summary = list_ptau()
    assert (len(summary.files), summary.cache) == (47, str(tmp_path / "ptau"))
    assert [file.name for file in summary.files if file.cached] == ["ppot_0080_05.ptau"]
    assert len(list_ptau(source="hez").files) == 21
    with pytest.raises(UsageError, match="unknown source 'zcash'"):
        list_ptau(source="zcash")


def test_no_folder_for_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zkctl.toolchain.ptau.cache.cache_folder", lambda: None)
    with pytest.raises(EnvironmentProblem, match="there is no folder for the cache"):
        ptau_cache_folder()
