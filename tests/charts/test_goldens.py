"""The golden renderings: they are those of the chart as it stands, sound Kubernetes objects, and say what they must."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts" / "checkpost"
GOLDENS = Path(__file__).resolve().parent / "goldens"
SHAPES = sorted(path.name.removesuffix("-values.yaml") for path in (CHART / "ci").iterdir())
KUBERNETES = ("1.29", "1.33", "1.36")
"""The oldest version that the chart asks for, and two that people run."""

OPERATORS = {"ServiceMonitor", "PrometheusRule"}
"""Kinds of the Prometheus operator, which Kubernetes' own schemas do not know."""


def fingerprint() -> str:
    """Give the SHA-256 of everything that a rendering comes from."""
    digest = hashlib.sha256()
    for path in sorted(path for path in CHART.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(CHART)}\0{len(path.read_bytes())}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def rendered(shape: str) -> str:
    values = str(CHART / "ci" / f"{shape}-values.yaml")
    command = ["helm", "template", "cp", str(CHART), "--namespace", "chat", "--values", values]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def test_the_goldens_were_made_from_the_chart_as_it_stands() -> None:
    if os.environ.get("CHECKPOST_WRITE_GOLDENS"):
        for shape in SHAPES:
            (GOLDENS / f"{shape}.yaml").write_text(rendered(shape), encoding="utf-8")
        (GOLDENS / "SHA256").write_text(f"{fingerprint()}\n", encoding="utf-8")
    assert sorted(path.stem for path in GOLDENS.glob("*.yaml")) == SHAPES
    wanted = (GOLDENS / "SHA256").read_text(encoding="utf-8").strip()
    assert wanted == fingerprint(), "the chart was changed: `make goldens`, where helm is on PATH, and look at the diff"


@pytest.mark.skipif(shutil.which("helm") is None, reason="helm is not on PATH")
@pytest.mark.parametrize("shape", SHAPES)
def test_helm_renders_the_goldens(shape: str) -> None:
    assert rendered(shape) == (GOLDENS / f"{shape}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_takes_every_object_without_a_key_too_many(shape: Any, version: str) -> None:
    validator = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is in the dev extra")
    for name, entry in shape.objects.items():
        if name not in OPERATORS:
            validator.validate(entry, version, strict=True)


def test_a_mistyped_key_would_have_been_seen(objects_of: Callable[[str], dict[str, Any]]) -> None:
    validator = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is in the dev extra")
    deployment = objects_of((GOLDENS / "sqlite.yaml").read_text(encoding="utf-8"))["Deployment"]
    deployment["spec"]["replica"] = 1
    with pytest.raises(validator.ValidationError):
        validator.validate(deployment, KUBERNETES[0], strict=True)


def pod_specs(objects: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [objects[kind]["spec"]["template"]["spec"] for kind in ("Deployment", "Job") if kind in objects]


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return [*pod.get("initContainers", []), *pod["containers"]]


def secret_files(container: dict[str, Any]) -> list[dict[str, str]]:
    return [entry for entry in container["env"] if entry["value"].startswith("/run/secrets/checkpost/")]


def environment(container: dict[str, Any], secrets: Path) -> dict[str, str]:
    """Give the variables of a container, with the mounted secrets moved to a directory of the test."""
    variables = [entry["name"] for entry in container["env"]]
    assert len(variables) == len(set(variables))
    return {entry["name"]: entry["value"].replace("/run/secrets/checkpost", str(secrets)) for entry in container["env"]}


def test_every_pod_is_locked_down(shape: Any) -> None:
    for pod in pod_specs(shape.objects):
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == pod["securityContext"]["fsGroup"] == 10001
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in containers(pod):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["limits"]["memory"]
            assert "command" not in container
            assert {"name": "tmp", "mountPath": "/tmp"} in container["volumeMounts"]  # noqa: S108


def test_everything_that_is_referred_to_is_there(shape: Any) -> None:
    objects = shape.objects
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert objects["Deployment"]["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert objects["Service"]["spec"]["selector"].items() <= labels.items()
    for entry in objects.values():
        assert entry["metadata"]["namespace"] == "chat"
    if "Job" in objects:
        migration = objects["Job"]["spec"]["template"]["metadata"]["labels"]
        assert not objects["Service"]["spec"]["selector"].items() <= migration.items()
    if "NetworkPolicy" in objects:
        assert objects["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
    claims = {objects[kind]["metadata"]["name"] for kind in ("PersistentVolumeClaim",) if kind in objects}
    for pod in pod_specs(objects):
        assert pod["serviceAccountName"] == objects["ServiceAccount"]["metadata"]["name"]
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        assert {mount["name"] for entry in containers(pod) for mount in entry["volumeMounts"]} == set(volumes)
        elsewhere = shape.values["secret"]["volume"]
        if elsewhere:
            assert {"name": "secrets"} | elsewhere == volumes["secrets"]
        else:
            assert volumes["secrets"]["secret"]["secretName"] == shape.values["secret"]["name"]
        if "data" in volumes:
            claim = volumes["data"]["persistentVolumeClaim"]["claimName"]
            assert claim in claims | {shape.values["persistence"]["existingClaim"]}
        if "policies" in volumes:
            assert volumes["policies"]["configMap"]["name"] == objects["ConfigMap"]["metadata"]["name"]
            assert objects["ConfigMap"]["data"] == shape.values["policies"]


def test_the_settings_accept_what_the_chart_sets(shape: Any, tmp_path: Path) -> None:
    for pod in pod_specs(shape.objects):
        asked = {Path(entry["value"]).name for each in containers(pod) for entry in secret_files(each)}
        (volume,) = (volume for volume in pod["volumes"] if volume["name"] == "secrets")
        if "secret" in volume:
            assert {item["path"] for item in volume["secret"]["items"]} == asked
        for name in asked:
            (tmp_path / name).write_text(f"{name}-value\n", encoding="utf-8")
        for container in containers(pod):
            settings = load_settings(environment(container, tmp_path))
            assert settings.env == "production"
            assert settings.encryption_key is not None
            if container["name"] == "checkpost":
                assert settings.slack_on is shape.values["slack"]["enabled"]
                assert settings.slack_workspaces == tuple(shape.values["slack"]["workspaces"])
                assert settings.report == shape.values["report"]
                assert settings.teams_on is shape.values["teams"]["enabled"]
                assert (settings.api_token is not None) is shape.values["api"]["enabled"]
                assert (settings.slack_app_token is not None) is shape.values["slack"]["socketMode"]
                assert (settings.port, settings.ops_port) == (
                    shape.values["ports"]["http"],
                    shape.values["ports"]["ops"],
                )


def test_health_is_asked_on_a_port_that_the_service_does_not_have(shape: Any) -> None:
    objects = shape.objects
    (server,) = objects["Deployment"]["spec"]["template"]["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in server["ports"]}
    assert [port["targetPort"] for port in objects["Service"]["spec"]["ports"]] == ["http"]
    assert ports["ops"] != ports["http"]
    asked = {probe: server[probe]["httpGet"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert {get["port"] for get in asked.values()} == {"ops"}
    assert [get["path"] for get in asked.values()] == ["/healthz", "/healthz", "/readyz"]
    startup = server["startupProbe"]
    assert (startup["failureThreshold"], startup["periodSeconds"]) == (60, 2)
    assert objects["Deployment"]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == 45


def test_prometheus_and_grafana_get_what_is_asked_for(shape: Any) -> None:
    asked, objects = shape.values["monitoring"], shape.objects
    assert ("ServiceMonitor" in objects) is ("Service/ops" in objects) is asked["serviceMonitor"]["enabled"]
    assert ("PrometheusRule" in objects) is asked["alerts"]["enabled"]
    assert ("ConfigMap/dashboard" in objects) is asked["dashboard"]["enabled"]
    if "ServiceMonitor" not in objects:
        return
    watched, service = objects["ServiceMonitor"], objects["Service/ops"]
    assert watched["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert not watched["spec"]["selector"]["matchLabels"].items() <= objects["Service"]["metadata"]["labels"].items()
    assert [point["port"] for point in watched["spec"]["endpoints"]] == [
        port["name"] for port in service["spec"]["ports"]
    ]
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items()
    alerts = [rule["alert"] for rule in objects["PrometheusRule"]["spec"]["groups"][0]["rules"]]
    assert alerts
    assert not set(alerts) & set(asked["alerts"]["without"])


def test_an_autoscaler_has_the_say_where_there_is_one(shape: Any) -> None:
    asked, objects = shape.values["autoscaling"], shape.objects
    assert ("HorizontalPodAutoscaler" in objects) is asked["enabled"]
    assert ("replicas" in objects["Deployment"]["spec"]) is not asked["enabled"]
    if asked["enabled"]:
        spec = objects["HorizontalPodAutoscaler"]["spec"]
        assert spec["scaleTargetRef"]["name"] == objects["Deployment"]["metadata"]["name"]
        assert (spec["minReplicas"], spec["maxReplicas"]) == (asked["minReplicas"], asked["maxReplicas"])
        assert "PodDisruptionBudget" in objects
