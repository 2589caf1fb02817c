"""A contribution signed by ssh-keygen, from its statement to the transcript and the browser."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.support.ceremony_folders import PLAIN, begin
from tests.viewer.browser import Opener
from zkctl.errors import CheckFailed, UsageError
from zkctl.formats.ceremony_files import read_receipt, receipt_text
from zkctl.toolchain.ceremony.accept import accept_contribution
from zkctl.toolchain.ceremony.audit import verify_ceremony
from zkctl.toolchain.ceremony.offline import contribute_offline
from zkctl.toolchain.ceremony.receipts import (
    attest_contribution,
    generate_signing_key,
    write_statement,
)
from zkctl.toolchain.ceremony.requests import ContributionRequest
from zkctl.toolchain.ceremony.viewer import export_viewer


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ceremony that requires signatures, and a contribution signed by ssh-keygen."""
    if shutil.which("ssh-keygen") is None:
        missing("no ssh-keygen")
    folder = tmp_path_factory.mktemp("ssh")
    ceremony = begin(folder, replace(PLAIN, signatures_required=True))
    ledger = ceremony / "transcript.jsonl"
    contribute_offline(
        ceremony / "0000.zkey", folder / "a.zkey", ContributionRequest(name="alice"), ledger=ledger
    )
    receipt, statement = folder / "a.zkey.receipt.json", folder / "statement.txt"
    write_statement(receipt, statement)
    key = folder / "id_ed25519"
    for words in (
        ["-q", "-t", "ed25519", "-N", "", "-C", "alice@example", "-f", str(key)],
        ["-Y", "sign", "-f", str(key), "-n", "zkctl-ceremony-v1", str(statement)],
    ):
        subprocess.run(["ssh-keygen", *words], check=True, capture_output=True)
    attest_contribution(
        receipt,
        folder / "a.md",
        ssh=folder / "statement.txt.sig",
        signed_receipt=folder / "signed.json",
    )
    accept_contribution(ceremony, folder / "a.zkey", receipt=folder / "signed.json")
    return folder


def test_it_is_accepted_and_verified(signed: Path) -> None:
    assert "sshsig:" in (signed / "a.md").read_text()
    assert b'"signature":"sshsig:' in (signed / "ceremony" / "transcript.jsonl").read_bytes()
    assert len(verify_ceremony(signed / "ceremony").contributors) == 1


def test_the_browser_verifies_it(signed: Path, tmp_path: Path, open_page: Opener) -> None:
    export_viewer(signed / "ceremony", tmp_path / "v.html", audit=False)
    page = open_page((tmp_path / "v.html").as_uri())
    assert page.rows("lines")[1][4] == "✓ Ed25519"
    text = (tmp_path / "v.html").read_text()
    place = text.index("sshsig:", text.index('id="data"')) + len("sshsig:") + 240
    other = "A" if text[place] != "A" else "B"
    (tmp_path / "v.html").write_text(text[:place] + other + text[place + 1 :])
    page = open_page((tmp_path / "v.html").as_uri())
    assert "line 2: the signature is not that of the public key" in page.text("#problems")


def test_one_receipt_one_key(signed: Path, tmp_path: Path) -> None:
    receipt, sig = signed / "signed.json", signed / "statement.txt.sig"
    generate_signing_key(tmp_path / "other")
    with pytest.raises(UsageError, match="the receipt is signed by another key"):
        attest_contribution(receipt, tmp_path / "x.md", signing_key=tmp_path / "other")
    with pytest.raises(
        UsageError, match="there is a signing key and an ssh signature: expected one of them"
    ):
        attest_contribution(receipt, tmp_path / "x.md", signing_key=tmp_path / "other", ssh=sig)
    mine = tmp_path / "mine.json"
    attest_contribution(
        signed / "a.zkey.receipt.json",
        tmp_path / "y.md",
        signing_key=tmp_path / "other",
        signed_receipt=mine,
    )
    with pytest.raises(UsageError, match="the receipt is signed by another key"):
        attest_contribution(mine, tmp_path / "z.md", ssh=sig)


def test_a_signature_is_of_this_receipt(signed: Path, tmp_path: Path) -> None:
    """One that is taken over, and one that the receipt has already, are verified before anything is written."""
    wrong = "the signature is not that of the public key"
    for name, more in (
        ("a.zkey.receipt.json", {"ssh": signed / "statement.txt.sig"}),
        ("signed.json", {}),
    ):
        receipt = read_receipt(signed / name)
        (tmp_path / name).write_text(receipt_text(replace(receipt, number=2)))
        with pytest.raises(CheckFailed, match=wrong):
            attest_contribution(tmp_path / name, tmp_path / "x.md", **more)
    assert not (tmp_path / "x.md").exists()
