"""The Helm chart, rendered: runs where helm is on PATH."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.settings import load_settings

pytestmark = pytest.mark.skipif(shutil.which("helm") is None, reason="helm is not on PATH")

CHART = Path(__file__).resolve().parents[2] / "charts" / "checkpost"
POSTGRESQL = {"database": {"type": "postgresql"}}


def helm(*arguments: str, values: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["helm", *arguments, "--namespace", "chat", "--values", "-"],
        input=yaml.safe_dump(values),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def render(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Render the chart as release `cp`: objects by kind, of which there is at most one each."""
    done = helm("template", "cp", str(CHART), values=values)
    assert done.returncode == 0, done.stderr
    objects = [loaded for loaded in yaml.safe_load_all(done.stdout) if loaded]
    by_kind = {entry["kind"]: entry for entry in objects}
    assert len(by_kind) == len(objects)
    return by_kind


def pod_specs(objects: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [objects[kind]["spec"]["template"]["spec"] for kind in ("Deployment", "Job") if kind in objects]


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return [*pod.get("initContainers", []), *pod["containers"]]


def environment(container: dict[str, Any], secrets: Path) -> dict[str, str]:
    """Give the variables of a container, with the mounted secrets moved to a directory of the test."""
    variables = [entry["name"] for entry in container["env"]]
    assert len(variables) == len(set(variables))
    return {entry["name"]: entry["value"].replace("/run/secrets/checkpost", str(secrets)) for entry in container["env"]}


def test_helm_finds_nothing_to_warn_about(shape: Any) -> None:
    done = helm("lint", str(CHART), "--strict", values=shape.given)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_pod_is_locked_down(shape: Any) -> None:
    for pod in pod_specs(render(shape.given)):
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
    objects = render(shape.given)
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
        assert volumes["secrets"]["secret"]["secretName"] == shape.values["secret"]["name"]
        if "data" in volumes:
            claim = volumes["data"]["persistentVolumeClaim"]["claimName"]
            assert claim in claims | {shape.values["persistence"]["existingClaim"]}
        if "policies" in volumes:
            assert volumes["policies"]["configMap"]["name"] == objects["ConfigMap"]["metadata"]["name"]
            assert objects["ConfigMap"]["data"] == shape.values["policies"]


def test_the_settings_accept_what_the_chart_sets(shape: Any, tmp_path: Path) -> None:
    for pod in pod_specs(render(shape.given)):
        (mounted,) = (volume["secret"]["items"] for volume in pod["volumes"] if volume["name"] == "secrets")
        for item in mounted:
            (tmp_path / item["path"]).write_text(f"{item['key']}-value\n", encoding="utf-8")
        for container in containers(pod):
            settings = load_settings(environment(container, tmp_path))
            assert settings.env == "production"
            assert settings.encryption_key is not None
            if container["name"] == "checkpost":
                assert settings.slack_on is shape.values["slack"]["enabled"]
                assert settings.teams_on is shape.values["teams"]["enabled"]
                assert (settings.api_token is not None) is shape.values["api"]["enabled"]
                assert (settings.slack_app_token is not None) is shape.values["slack"]["socketMode"]
                assert (settings.port, settings.ops_port) == (
                    shape.values["ports"]["http"],
                    shape.values["ports"]["ops"],
                )


def test_health_is_asked_on_a_port_that_the_service_does_not_have(shape: Any) -> None:
    objects = render(shape.given)
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


def test_sqlite_has_one_writer_and_a_volume_that_outlives_the_release() -> None:
    objects = render({})
    assert objects["Deployment"]["spec"]["replicas"] == 1
    assert objects["Deployment"]["spec"]["strategy"] == {"type": "Recreate"}
    claim = objects["PersistentVolumeClaim"]
    assert claim["spec"]["accessModes"] == ["ReadWriteOncePod"]
    assert claim["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
    pod = objects["Deployment"]["spec"]["template"]["spec"]
    assert [entry["args"] for entry in containers(pod)] == [["db", "init"], ["db", "upgrade"], ["serve"]]
    assert not {"Job", "PodDisruptionBudget", "ConfigMap"} & set(objects)


def test_a_lost_database_is_not_made_again_once_init_is_off() -> None:
    for values in ({"database": {"init": False}}, {"database": {"init": False, "type": "postgresql"}}):
        for pod in pod_specs(render(values)):
            assert ["db", "init"] not in [entry["args"] for entry in containers(pod)]


def test_postgresql_is_migrated_by_one_job_and_needs_no_volume() -> None:
    objects = render({"replicaCount": 3, **POSTGRESQL})
    assert objects["Deployment"]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert "initContainers" not in objects["Deployment"]["spec"]["template"]["spec"]
    assert "PersistentVolumeClaim" not in objects
    migration = pod_specs(objects)[1]
    assert [entry["args"] for entry in containers(migration)] == [["db", "init"], ["db", "upgrade"]]
    assert objects["PodDisruptionBudget"]["spec"]["maxUnavailable"] == 1


def test_another_image_is_another_migration_and_more_replicas_are_not() -> None:
    names = [
        render({**POSTGRESQL, **values})["Job"]["metadata"]["name"]
        for values in ({}, {"replicaCount": 4}, {"image": {"tag": "0.1.1"}})
    ]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize(("replicas", "there"), [(0, False), (1, False), (2, True)])
def test_a_disruption_budget_is_there_only_above_one_replica(replicas: int, there: bool) -> None:
    objects = render({"replicaCount": replicas, **POSTGRESQL})
    assert ("PodDisruptionBudget" in objects) is there


@pytest.mark.parametrize(
    ("values", "ports"),
    [
        ({}, {53, 443}),
        (POSTGRESQL, {53, 443, 5432}),
        ({"database": {"type": "postgresql", "port": 6543}}, {53, 443, 6543}),
        ({"networkPolicy": {"proxyPort": 3128}}, {53, 443, 3128}),
        ({"networkPolicy": {"dnsPort": 5353, "httpsPort": 8443}}, {5353, 8443}),
    ],
)
def test_the_network_policy_opens_what_is_used(values: dict[str, Any], ports: set[int]) -> None:
    policy = render(values)["NetworkPolicy"]["spec"]
    (rule,) = policy["egress"]
    assert {entry["port"] for entry in rule["ports"]} == ports
    assert [entry["port"] for entry in rule["ports"] if entry["protocol"] == "UDP"] == [min(ports)]
    assert [[entry["port"] for entry in rule["ports"]] for rule in policy["ingress"]] == [[8080]]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"replicaCount": 2}, "more than one replica needs PostgreSQL"),
        ({**POSTGRESQL, "persistence": {"existingClaim": "x"}}, "a volume is for SQLite"),
        ({"ports": {"ops": 8080}}, "http and ops are the same port"),
        ({"slack": {"socketMode": True}}, "while Slack is off"),
        ({"slack": {"clientId": "1.2"}}, "while Slack is off"),
        ({"teams": {"appId": "a"}}, "while Teams is off"),
        ({"teams": {"enabled": True, "appId": "a"}}, "Teams is on and half set up"),
        ({"env": {"HTTPS_PROXY": "http://proxy.example:3128"}}, "the network policy would cut off"),
    ],
)
def test_what_cannot_work_ends_the_render_with_a_sentence(values: dict[str, Any], sentence: str) -> None:
    done = helm("template", "cp", str(CHART), values=values)
    assert done.returncode != 0
    assert sentence in done.stderr
