"""Names in texts: metrics, variables, ports, tags."""

from __future__ import annotations

import pytest

from zkctl import __version__
from zkctl.service.deployment.text_checks import text_findings


def messages(text: str) -> list[str]:
    return [str(finding) for finding in text_findings("file", text)]


@pytest.mark.parametrize(
    "line",
    [
        "rate(zkp_proof_generation_total[5m])",
        "zkp_proof_generation_duration_seconds_bucket",
        "ZKCTL_LISTEN DATABASE_URL REDIS_URL_FILE ZKCTL_PEPPER_FILE ZKCTL_CACHE_DIR",
        "127.0.0.1:8080 pod-1:9464 [::1]:8080 port: 5432",
        "user: 65532:65532",
        "EXPOSE 8080 9464",
        f"image: registry.example.com/zkp-prover:{__version__}",
        f'image.version="{__version__}"',
    ],
)
def test_known_names(line: str) -> None:
    assert messages(line) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("zkp_proof_generatoin_total", "the service has no metric zkp_proof_generatoin_total"),
        ("zkp_queue_depth_bucket", "the service has no metric zkp_queue_depth_bucket"),
        ("ZKCTL_LISTEM=1", "the service has no setting ZKCTL_LISTEM"),
        ("DATABASE_URI: x", "the service has no setting DATABASE_URI"),
        ("127.0.0.1:8088", "no program here listens on port 8088"),
        ("containerPort: 9465", "no program here listens on port 9465"),
        ("EXPOSE 8080 9465", "no program here listens on port 9465"),
        ("x/zkp-verifier:v9", f"the tag v9 is not that of this zkctl, {__version__}"),
        ('image.version="v9"', f"the version v9 is not that of this zkctl, {__version__}"),
    ],
)
def test_unknown_names(line: str, message: str) -> None:
    assert messages(f"\n{line}\n") == [f"file:2: {message}"]
