"""Check 24: the artefacts are written, agree with the code, pass every validator, and no name can change alone."""

from __future__ import annotations

import json
import os
import random
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import hcl2
import pytest

from tests.conftest import ROOT, missing
from zkctl import __version__
from zkctl.service.deployment.check import compare_folder, findings
from zkctl.service.deployment.eject import artefacts, eject
from zkctl.service.deployment.names import PORTS, RUNBOOKS
from zkctl.service.deployment.renames import renamed
from zkctl.service.deployment.text_checks import text_findings

BIN = Path(sys.executable).parent
# what these files name must be the code's, too
DOCUMENTS = sorted(
    [*ROOT.glob("docs/guides/operating/*.md"), *ROOT.glob("docs/reference/service*.md")]
)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("eject") / "out"
    eject(folder, {})
    return folder


def run(*words: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
    return done.stdout


def program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    return found or missing(f"{name} is not installed") or ""


def optional_program(name: str) -> str:
    """A program that no package registry has: the machines that have it run the test."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def test_kubernetes_manifests(out: Path) -> None:
    """Against the schemas of Kubernetes 1.28, unknown members refused."""
    files = [path for path in sorted((out / "k8s").rglob("*.yaml")) if path.stem != "kustomization"]
    text = run(BIN / "kubernetes-validate", "-k", "1.28", "--strict", *files)
    assert "error" not in text.lower()


def test_kustomize(out: Path) -> None:
    text = run(optional_program("kubectl"), "kustomize", out / "k8s")
    assert text.count("\nkind: Deployment\n") == 2


def test_kustomize_with_shared_trees(out: Path, tmp_path: Path) -> None:
    """The component adds the publisher, its volume, and the place of the tree files for all pods."""
    folder = shutil.copytree(out / "k8s", tmp_path / "k8s")
    with (folder / "kustomization.yaml").open("a") as file:
        file.write("components: [trees]\n")
    text = run(optional_program("kubectl"), "kustomize", folder)
    assert text.count("\nkind: Deployment\n") == 3
    assert text.count("claimName: zkp-trees\n") == 3
    assert text.count("mountPath: /srv/zkctl/trees\n") == 3
    assert text.count("ZKCTL_TREES: /srv/zkctl/trees/files\n") == 1


def test_dockerfiles(out: Path) -> None:
    files = sorted((out / "docker").glob("Dockerfile.*"))
    assert len(files) == 2
    # DL3059: layers of the build stage are not kept, so a RUN for each step is easier to read
    run(BIN / "hadolint", "--ignore", "DL3059", *files)


def test_monitoring(out: Path) -> None:
    folder = out / "monitoring"
    run(program("promtool"), "check", "config", "prometheus.yaml", cwd=folder)
    run(program("promtool"), "check", "rules", "rules.yaml", cwd=folder)
    run(program("amtool"), "check-config", "alertmanager.yaml", cwd=folder)


def expressions() -> Iterator[tuple[str, str]]:
    for name, content in artefacts().items():
        if name.startswith("dashboards/"):
            for panel in json.loads(content)["dashboard"]["panels"]:
                for target in panel["targets"]:
                    yield f"{name}: {panel['title']}", target["expr"]


def test_dashboards(tmp_path: Path) -> None:
    """Every expression is one of Prometheus; no Grafana is in the package registries, so the rest is ours."""
    rules = [{"record": f"a:b{k}", "expr": expr} for k, (_, expr) in enumerate(expressions())]
    (tmp_path / "rules.yaml").write_text(json.dumps({"groups": [{"name": "a", "rules": rules}]}))
    assert len(rules) > 30
    run(program("promtool"), "check", "rules", tmp_path / "rules.yaml")
    for name, content in artefacts().items():
        if name.startswith("dashboards/"):
            panels = json.loads(content)["dashboard"]["panels"]
            assert len({panel["id"] for panel in panels}) == len(panels)
            places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in panels]
            assert len(set(places)) == len(panels)
            assert all(p["gridPos"]["x"] + p["gridPos"]["w"] <= 24 for p in panels)


def test_compose(out: Path) -> None:
    command = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec"]
    run(*command, out / "docker-compose.yaml")


def test_terraform_without_providers(out: Path, tmp_path: Path) -> None:
    """Form of everything; init, validate and test of the module without a provider."""
    terraform = optional_program("terraform")
    folder = out / "infrastructure/terraform"
    run(terraform, "fmt", "-check", "-recursive", folder)
    shutil.copytree(folder / "modules/plan", tmp_path / "plan")
    run(terraform, "init", "-backend=false", cwd=tmp_path / "plan")
    run(terraform, "validate", cwd=tmp_path / "plan")
    assert "4 passed, 0 failed" in run(terraform, "test", "-no-color", cwd=tmp_path / "plan")


def test_terraform_modules_with_providers(out: Path) -> None:
    """No provider can be fetched here: the files are parsed, and variables and outputs compared."""
    folder = out / "infrastructure/terraform"
    parsed = {path: hcl2.loads(path.read_text()) for path in sorted(folder.rglob("*.tf"))}
    root = [value for path, value in parsed.items() if path.parent == folder]
    variables = names_in(root, "variable")
    values = set(hcl2.loads((folder / "production.tfvars").read_text())) - {"__comments__"}
    assert {name.strip('"') for name in values} == variables
    for module in ("plan", "aws"):
        inside = [value for path, value in parsed.items() if path.parent.name == module]
        text = "".join(p.read_text() for p in parsed if p.parent.name == module)
        wanted = names_in(inside, "variable")
        assert {each for each in wanted if f"var.{each}" not in text} == set()
        (call,) = [
            body
            for value in root
            for each in value.get("module", [])
            for name, body in each.items()
            if name.strip('"') == module
        ]
        given = {name for name in call if not name.startswith("__") and name != "source"}
        assert given == wanted
        used = set(re.findall(rf"module\.{module}\.(\w+)", "".join(map(Path.read_text, parsed))))
        assert used <= names_in(inside, "output")
    kinds = names_in([v for p, v in parsed.items() if p.parent.name == "aws"], "resource")
    assert {
        *("aws_db_instance", "aws_elasticache_replication_group", "aws_eks_cluster"),
        *("aws_route53_record", "aws_kms_key"),
    } <= kinds


def names_in(values: list[dict], kind: str) -> set[str]:
    return {name.strip('"') for value in values for each in value.get(kind, []) for name in each}


def test_nginx(out: Path, tmp_path: Path) -> None:
    """`nginx -t` with certificates made here in place of those of the machine."""
    make_certificate(tmp_path)
    text = (out / "config/nginx.conf").read_text()
    for name in ("server.crt", "server.key", "client.crt", "client.key", "ca.crt"):
        text = text.replace(f"/etc/zkp/tls/{name}", str(tmp_path / f"a.{name[-3:]}"))
    text = text.replace("/run/nginx.pid", str(tmp_path / "pid"))
    text = text.replace("/etc/ssl/certs/ca-certificates.crt", str(tmp_path / "a.crt"))
    text = text.replace("legacy.example.com:443", "127.0.0.1:443")
    (tmp_path / "nginx.conf").write_text(text)
    run(program("nginx"), "-t", "-q", "-p", tmp_path, "-c", tmp_path / "nginx.conf")


def make_certificate(folder: Path) -> None:
    key, certificate = folder / "a.key", folder / "a.crt"
    command = [program("openssl"), "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "2"]
    run(*command, "-subj", "/CN=zkp.example.com", "-keyout", key, "-out", certificate)


def test_systemd_units(out: Path, tmp_path: Path) -> None:
    for unit in sorted((out / "systemd").glob("*.service")):
        text = unit.read_text().replace("/opt/zkctl/bin/zkctl", str(BIN / "zkctl"))
        (tmp_path / unit.name).write_text(text)
    text = run(optional_program("systemd-analyze"), "verify", *sorted(tmp_path.glob("*.service")))
    assert text == ""


def test_scripts_of_circuits(out: Path, tmp_path: Path) -> None:
    """From a project to keys and a lock, and a refusal of the keys made for trials."""
    shutil.copytree(out, tmp_path / "out")
    folder = tmp_path / "out/sdk/core/circuits"
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "POWER": "10", "NO_COLOR": "1"}

    def script(name: str, *words: str) -> subprocess.CompletedProcess[str]:
        command = [folder / name, *words]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=120
        )

    refused = script("compile-all.sh")
    assert (refused.returncode, "there is no zkctl.yaml" in refused.stderr) == (2, True)
    run(BIN / "zkctl", "init", folder, "--template", "membership")
    good = folder / "inputs/membership/good.json"
    good.rename(good.with_name("good-first.json"))  # any good input is a sample of the self-test
    compiled = script("compile-all.sh")
    assert compiled.returncode == 0, compiled.stderr
    refused = script("setup-keys.sh")
    assert (refused.returncode, "take it from the ceremony" in refused.stderr) == (2, True)
    done = script("setup-keys.sh", "--dev")
    assert done.returncode == 0, done.stderr
    assert (folder / "zkctl.lock").is_file()
    made = ("r1cs", "sample.json")
    for name in (
        *(f"membership.{end}" for end in made),
        "membership_final.zkey",
        "membership_vkey.json",
    ):
        assert (folder / "build" / name).is_file()
    messages = " ".join(compare_folder(tmp_path / "out").findings)
    assert "DEV ONLY" in messages
    assert "the keys were made on one machine" in messages


# the names that another word replaces: metrics and their labels, variables of the environment, of Terraform, of nginx and of
# scripts, ports; each where a reader would call it that
NAMES = re.compile(
    r"\bzkp_[a-z0-9_]+|\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|(?<=var\.)\w+|(?<=variable \")\w+|(?<=\$)[a-z_]+"
    rf"|(?<=[:\s])(?:{'|'.join(map(str, sorted(PORTS)))})\b|(?<=zkp-(?:prover:))\S+|(?<=zkp-verifier:)\S+"
    r"|\bcircuit_id\b|(?<=listen )443"
)


def occurrences() -> Iterator[tuple[str, str, re.Match[str]]]:
    for name, content in artefacts().items():
        if not name.startswith("migrations/"):
            text = content.decode()
            for found in NAMES.finditer(text):
                yield name, text, found


def misspelled(name: str) -> str:
    if name.isdecimal():
        return str(int(name) + 77)
    return f"{name}X" if name.isupper() else f"{name}x"


def is_found(name: str, text: str, found: re.Match[str], other: str) -> bool:
    changed = text[: found.start()] + other + text[found.end() :]
    quick = any(renamed(name, changed, text)) or any(text_findings(name, changed))
    return quick or any(findings({**artefacts(), name: changed.encode()}))


def test_no_name_can_change_alone() -> None:
    """Every occurrence of a metric, port, variable or tag in an artefact, changed by one letter, is a finding."""
    missed = [
        f"{name}: {found[0]}"
        for name, text, found in occurrences()
        if not is_found(name, text, found, misspelled(found[0]))
    ]
    assert missed == []
    assert len(list(occurrences())) > 350


def test_no_name_can_become_another_that_exists() -> None:
    """So that a port which the database uses, or the metric beside it, is found as well."""
    known = {"zkp_": "zkp_build_info", "ZKCTL": "ZKCTL_SHADOW", "0": "5432"}
    missed = []
    for name, text, found in occurrences():
        word = found[0]
        kind = "0" if word.isdecimal() else "ZKCTL" if word.isupper() else "zkp_"
        other = "6379" if word == known[kind] else known[kind]
        if not is_found(name, text, found, other):
            missed.append(f"{name}: {word} -> {other}")
    assert missed == []


def test_a_changed_migration_is_found() -> None:
    """Whatever the change: the database has the digests."""
    files = artefacts()
    for name in [name for name in files if name.startswith("migrations/")]:
        (finding,) = findings({**files, name: files[name] + b"\n"})
        assert str(finding) == f"{name}: a migration never changes: the database has its digest"


def test_thirty_random_changes_of_a_folder(out: Path, tmp_path: Path) -> None:
    """As an operator's editor makes them: the folder does not agree, and the finding names the file."""
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    shutil.copytree(out, tmp_path / "out")
    for name, text, found in random.Random(seed).sample(list(occurrences()), 30):
        other = text[: found.start()] + misspelled(found[0]) + text[found.end() :]
        (tmp_path / "out" / name).write_text(other)
        messages = compare_folder(tmp_path / "out").findings
        (tmp_path / "out" / name).write_text(text)
        assert any(each.startswith(f"{name}:") for each in messages), found[0]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_documents_name_what_exists(document: Path) -> None:
    assert list(text_findings(document.name, document.read_text())) == []


def test_the_table_of_alerts_is_complete() -> None:
    text = (ROOT / "docs/guides/operating/README.md").read_text()
    rows = dict(re.findall(r"^\| `(Zkp\w+)` \|.*\]\(([a-z-]+)\.md\) \|$", text, re.MULTILINE))
    assert rows == RUNBOOKS


def test_the_version_of_the_images_is_ours(out: Path) -> None:
    text = (out / "k8s/prover-deployment.yaml").read_text()
    assert f"/zkp-prover:{__version__}\n" in text
