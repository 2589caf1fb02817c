"""Checks of the Kubernetes manifests: references lead to objects, and limits agree with the settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from zkctl.runtime.records import record
from zkctl.service.deployment.names import API_PORT, LONGEST_STOP_S, METRICS_PORT, NAMESPACE, ROLES
from zkctl.service.deployment.text_checks import ArtefactFinding

FOLDER = "k8s/"
_PORTS = {"api": API_PORT, "metrics": METRICS_PORT}
ROOTS = "zkp-roots"
_PUBLISH = ["zkctl", "service", "roots", "build"]
_PROBES = {
    "startupProbe": "/health/live",
    "livenessProbe": "/health/live",
    "readinessProbe": "/health/ready",
}
# name: (deployment, least and largest number of pods, percent of the processor)
_SCALING = {
    "zkp-prover-hpa": ("zkp-prover", 3, 20, 70),
    "zkp-verifier-hpa": ("zkp-verifier", 2, 10, 60),
}


@record
class Manifest:
    """One object and the file that it stands in."""

    file: str
    body: dict[str, Any]

    @property
    def kind(self) -> str:
        """The kind."""
        return str(self.body.get("kind", ""))

    @property
    def name(self) -> str:
        """The name."""
        return str(self.body.get("metadata", {}).get("name", ""))

    @property
    def pod(self) -> dict[str, Any]:
        """The template of a deployment's pods."""
        template: dict[str, Any] = self.body["spec"]["template"]
        return template

    def finding(self, message: str) -> ArtefactFinding:
        """Return a finding about this object."""
        return ArtefactFinding(self.file, 0, f"{self.kind} {self.name}: {message}")


def manifest_findings(texts: Mapping[str, str]) -> Iterator[ArtefactFinding]:
    """Yield the findings about all manifests together."""
    found = []
    for file, text in texts.items():
        if not file.startswith(FOLDER) or file.endswith("kustomization.yaml"):
            continue
        try:
            bodies = [body for body in yaml.safe_load_all(text) if isinstance(body, dict)]
        except yaml.YAMLError as problem:
            yield ArtefactFinding(file, 0, f"this is no YAML: {type(problem).__name__}")
            continue
        found += [Manifest(file, body) for body in bodies]
    yield from _Manifests(found).findings()


class _Manifests:
    """All manifests, by kind and name."""

    def __init__(self, found: list[Manifest]) -> None:
        self._found = found

    def _of(self, kind: str) -> dict[str, Manifest]:
        return {each.name: each for each in self._found if each.kind == kind}

    def findings(self) -> Iterator[ArtefactFinding]:
        for each in self._found:
            namespace = each.body.get("metadata", {}).get("namespace", each.name)
            if namespace != NAMESPACE:
                yield each.finding(f"the namespace is {namespace}, expected {NAMESPACE}")
        deployments = self._of("Deployment")
        for role in ROLES:
            if f"zkp-{role}" not in deployments:
                yield ArtefactFinding(
                    f"{FOLDER}{role}-deployment.yaml", 0, f"there is no zkp-{role}"
                )
        for deployment in deployments.values():
            if deployment.name == ROOTS:
                yield from self._publisher(deployment)
            else:
                yield from self._deployment(deployment)
        yield from self._services()
        yield from self._scaling()
        yield from self._mounts()
        for secret in self._of("Secret").values():
            if secret.body.get("data") or secret.body.get("stringData"):
                yield secret.finding("a secret's value stands in the file")

    def _deployment(self, deployment: Manifest) -> Iterator[ArtefactFinding]:
        spec = deployment.pod["spec"]
        if "replicas" in deployment.body["spec"]:
            yield deployment.finding("replicas would undo the autoscaler at every apply")
        if spec.get("terminationGracePeriodSeconds", 30) <= LONGEST_STOP_S:
            yield deployment.finding(
                f"terminationGracePeriodSeconds is not above {LONGEST_STOP_S:.0f}"
            )
        (container,) = spec["containers"]
        ports = {each["name"]: each["containerPort"] for each in container["ports"]}
        if ports != _PORTS:
            yield deployment.finding(f"the ports are {ports}, expected {_PORTS}")
        if container.get("args") != [deployment.name.removeprefix("zkp-"), "--json"]:
            yield deployment.finding(f"the arguments are {container.get('args')}")
        if f"/{deployment.name}:" not in container["image"]:
            yield deployment.finding(f"the image is {container['image']}")
        for probe, path in _PROBES.items():
            get = container.get(probe, {}).get("httpGet", {})
            if get != {"path": path, "port": "api"}:
                yield deployment.finding(f"the {probe} does not ask {path} at the port api")
        yield from self._references(deployment, container)

    def _publisher(self, deployment: Manifest) -> Iterator[ArtefactFinding]:
        """Yield the findings about the pod that publishes the epochs of a registry."""
        (container,) = deployment.pod["spec"]["containers"]
        words = [*container.get("command", []), *container.get("args", [])]
        if words[:4] != _PUBLISH or "--watch" not in words[5:]:
            yield deployment.finding(f"the command is {' '.join(words)}")
        if deployment.body["spec"].get("replicas") != 1:
            yield deployment.finding("the replicas are not 1: an epoch has one publisher")
        if "/zkp-verifier:" not in container["image"]:
            yield deployment.finding(f"the image is {container['image']}")
        yield from self._references(deployment, container)

    def _references(
        self, deployment: Manifest, container: dict[str, Any]
    ) -> Iterator[ArtefactFinding]:
        named = [("ConfigMap", each["configMapRef"]["name"]) for each in container["envFrom"]]
        for variable in container["env"]:
            reference = variable.get("valueFrom", {}).get("secretKeyRef")
            named += [("Secret", reference["name"])] if reference else []
        for volume in deployment.pod["spec"]["volumes"]:
            named += [("Secret", volume["secret"]["secretName"])] if "secret" in volume else []
            claim = volume.get("persistentVolumeClaim")
            named += [("PersistentVolumeClaim", claim["claimName"])] if claim else []
        for kind, name in named:
            if name not in self._of(kind):
                yield deployment.finding(f"there is no {kind} {name}")

    def _services(self) -> Iterator[ArtefactFinding]:
        services = self._of("Service")
        for each in (*services.values(), *self._of("PodDisruptionBudget").values()):
            wanted = each.body["spec"]["selector"]
            labels = wanted.get("matchLabels", wanted)
            if not any(labels.items() <= pod.items() for pod in self._pods()):
                yield each.finding("the selector finds no pod")
        for each in services.values():
            for port in each.body["spec"]["ports"]:
                name = port["name"]
                if (port["port"], port["targetPort"]) != (_PORTS.get(name), name):
                    yield each.finding(f"the port {name} is {port['port']} to {port['targetPort']}")
        for ingress in self._of("Ingress").values():
            rules = ingress.body["spec"]["rules"]
            for path in (path for rule in rules for path in rule["http"]["paths"]):
                service = path["backend"]["service"]
                if service["name"] not in services or service["port"] != {"name": "api"}:
                    yield ingress.finding(f"{path['path']} goes to no service")

    def _mounts(self) -> Iterator[ArtefactFinding]:
        """Yield the containers that mount a volume which their pod does not have."""
        for deployment in self._of("Deployment").values():
            spec = deployment.pod["spec"]
            volumes = {each["name"] for each in spec.get("volumes", [])}
            for mount in spec["containers"][0].get("volumeMounts", []):
                if mount["name"] not in volumes:
                    yield deployment.finding(f"there is no volume {mount['name']}")

    def _pods(self) -> list[dict[str, str]]:
        return [each.pod["metadata"]["labels"] for each in self._of("Deployment").values()]

    def _scaling(self) -> Iterator[ArtefactFinding]:
        scalers = self._of("HorizontalPodAutoscaler")
        for name, expected in _SCALING.items():
            if name not in scalers:
                yield ArtefactFinding(f"{FOLDER}hpa.yaml", 0, f"there is no {name}")
                continue
            spec = scalers[name].body["spec"]
            percent = spec["metrics"][0]["resource"]["target"]["averageUtilization"]
            found = (
                spec["scaleTargetRef"]["name"],
                spec["minReplicas"],
                spec["maxReplicas"],
                percent,
            )
            if found != expected:
                yield scalers[name].finding(f"it is {found}, expected {expected}")
