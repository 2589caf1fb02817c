"""Check 25: both images are built without a network but the package index, and answer as uid 65532 on a read-only root.

`make images` runs this file; it needs root, buildah and mmdebstrap.  The base, Debian's Python, is kept in build/images.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT, missing
from tests.support.demo_service import shared_demo
from zkctl import __version__
from zkctl.service.deployment.eject import eject

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(1800)]

ROLES = ("prover", "verifier")
KEPT = ROOT / "build/images"
STORE = (
    *("--storage-driver", "vfs", "--root", str(KEPT / "store")),
    *("--runroot", str(KEPT / "run")),
)
BASE = "localhost/zkctl-base"
PACKAGES = "python3-venv,ca-certificates"
ANSWER_CPU_S = 10.0  # of all processes until /health is healthy; the time, too, on a machine with nothing else to do
# settings of the machine that builds: its certificates and the address of its package index
OF_THE_MACHINE = ("/etc/pip.conf", "/etc/ssl/certs", "/usr/local/share/ca-certificates")


def buildah(*words: str) -> str:
    done = subprocess.run(
        ["buildah", *STORE, *words], stdout=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 0, words
    return done.stdout.strip()


@pytest.fixture(scope="module")
def base() -> str:
    """Debian with Python, made once from its packages."""
    for name in ("buildah", "mmdebstrap"):
        if shutil.which(name) is None:
            missing(f"{name} is not installed")
    if os.getuid() != 0:
        missing("images are built as root")
    KEPT.mkdir(parents=True, exist_ok=True)
    archive = KEPT / "base.tar"
    if not archive.is_file():
        partial = KEPT / "base.partial.tar"
        command = ["mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", "--format=tar"]
        subprocess.run([*command, "bookworm", str(partial)], check=True)
        partial.rename(archive)
    if not buildah("images", "--quiet", "--filter", f"reference={BASE}"):
        container = buildah("from", "scratch")
        buildah("add", "--quiet", container, str(archive), "/")
        buildah("commit", "--quiet", container, BASE)
        buildah("rm", container)
    return BASE


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ejected folder with the demo's circuit in it."""
    folder = tmp_path_factory.mktemp("images") / "out"
    eject(folder, {})
    demo = shared_demo(tmp_path_factory.getbasetemp().parent)
    shutil.copytree(demo, folder / "sdk/core/circuits", dirs_exist_ok=True)
    (folder / "sdk/core/circuits/holder.json").unlink()
    return folder


@pytest.fixture(scope="module")
def images(base: str, context: Path) -> dict[str, str]:
    """The names of both images, which are built at the same time."""
    with ThreadPoolExecutor(len(ROLES)) as pool:
        names = pool.map(lambda role: built(role, base, context), ROLES)
        return dict(zip(ROLES, names, strict=True))


def built(role: str, base: str, context: Path) -> str:
    """Build an image and return its name."""
    name = f"localhost/zkp-{role}:{__version__}"
    brought = [
        word
        for path in OF_THE_MACHINE
        if Path(path).exists()
        for word in ("-v", f"{path}:{path}:ro")
    ]
    buildah(
        *("bud", "--isolation", "chroot", "--network", "host", "--format", "docker"),
        *("--pull-never", "--build-arg", f"BASE={base}", *brought),
        *("-f", str(context / f"docker/Dockerfile.{role}"), "-t", name, str(context)),
    )
    return name


@contextmanager
def mounted(image: str) -> Iterator[Path]:
    """The root file system of a container of this image."""
    container = buildah("from", "--pull-never", image)
    try:
        yield Path(buildah("mount", container))
    finally:
        buildah("rm", container)


# In a mount namespace of its own: the root read-only, /tmp in memory, /proc and /dev those of the machine.
READ_ONLY = """
set -eu
mount --make-rprivate /
mount --bind "$0" "$0"
mount -t tmpfs -o mode=1777,size=64m tmpfs "$0/tmp"
mount -t proc proc "$0/proc"
mount --rbind /dev "$0/dev"
mount -o remount,bind,ro "$0"
if touch "$0/opt/written" 2>/dev/null; then echo "the root is not read-only" >&2; exit 99; fi
exec env -i "$@"
"""


@contextmanager
def running(
    root: Path, config: dict, port: int, admin_port: int
) -> Iterator[subprocess.Popen[str]]:
    """The image's own command, user and environment, on a read-only root."""
    variables = dict(each.split("=", 1) for each in config["Env"])
    variables |= {
        "ZKCTL_LISTEN": f"127.0.0.1:{port}",
        "ZKCTL_ADMIN_LISTEN": f"127.0.0.1:{admin_port}",
    }
    words = [
        *(f"{name}={value}" for name, value in variables.items()),
        *("chroot", f"--userspec={config['User']}", "--groups=", str(root)),
        *(*config["Entrypoint"], *config["Cmd"]),
    ]
    command = [
        "unshare",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "sh",
        "-c",
        READ_ONLY,
        str(root),
    ]
    with subprocess.Popen([*command, *words], stdout=sys.stderr, text=True) as process:
        try:
            yield process
        finally:
            os.kill(first_process(process), signal.SIGKILL)  # with it the namespace ends


def first_process(unshare: subprocess.Popen[str]) -> int:
    """The process 1 of the namespace, as we number it; unshare itself if it has not begun."""
    children = Path(f"/proc/{unshare.pid}/task/{unshare.pid}/children").read_text().split()
    return int(children[0]) if children else unshare.pid


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("role", ROLES)
def test_image(role: str, images: dict[str, str]) -> None:
    image = images[role]
    config = json.loads(buildah("inspect", "--type", "image", image))["Docker"]["config"]
    assert config["User"] == "65532:65532"
    assert config["Healthcheck"]["Test"][0] == "CMD"
    assert set(config["ExposedPorts"]) == {"8080/tcp", "9464/tcp"}
    with mounted(image) as root:
        assert bool(list(root.glob("srv/zkctl/circuits/build/*.zkey"))) == (role == "prover")
        assert not list(root.glob("opt/zkctl/lib/*/site-packages/galois"))
        port, admin_port = free_port(), free_port()
        begun = time.monotonic()
        with running(root, config, port, admin_port) as process:
            body = answered(f"http://127.0.0.1:{port}/health", process, begun + 240)
            seconds, cpu_seconds = time.monotonic() - begun, spent_by(process)
            print(f"{role}: /health after {seconds:.1f} s, {cpu_seconds:.1f} s of processors")
            assert body == '{"status":"healthy","circuits":"loaded","database":"connected"}'
            assert cpu_seconds < ANSWER_CPU_S
            assert owners_of_listener(port) == {65532}
            metrics = httpx.get(f"http://127.0.0.1:{admin_port}/metrics", trust_env=False).text
            assert "zkp_build_info" in metrics


def answered(url: str, process: subprocess.Popen[str], until: float) -> str:
    """The body of the first healthy answer; a prover is degraded until its worker is ready."""
    last = ""
    while time.monotonic() < until and process.poll() is None:
        try:
            answer = httpx.get(url, trust_env=False, timeout=2)
            last = answer.text
            if answer.status_code == 200 and answer.json()["status"] == "healthy":
                return last
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"no healthy answer, exit code {process.poll()}, last answer {last!r}")


def spent_by(unshare: subprocess.Popen[str]) -> float:
    """The processor seconds of all living processes of the container."""
    total, namespace = 0, Path(f"/proc/{first_process(unshare)}/ns/pid").readlink()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "ns/pid").readlink() == namespace:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                total += int(fields[11]) + int(fields[12])
        except OSError:
            continue  # it has ended
    return total / os.sysconf("SC_CLK_TCK")


def owners_of_listener(port: int) -> set[int]:
    """The users of the sockets that listen on a port: proc(5), net/tcp."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    return {int(f[7]) for f in fields if f[1].endswith(f":{port:04X}") and f[3] == "0A"}
