"""The Helm chart, rendered: runs where helm is on PATH."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.skipif(shutil.which("helm") is None, reason="helm is not on PATH")

CHART = Path(__file__).resolve().parents[2] / "charts" / "checkpost"
Objects = dict[str, dict[str, Any]]
Render = Callable[[dict[str, Any]], Objects]
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


@pytest.fixture
def render(objects_of: Callable[[str], Objects]) -> Render:
    """Give a function that renders the chart as release `cp`: objects by kind."""

    def run(values: dict[str, Any]) -> Objects:
        done = helm("template", "cp", str(CHART), values=values)
        assert done.returncode == 0, done.stderr
        return objects_of(done.stdout)

    return run


def pod_specs(objects: Objects) -> list[dict[str, Any]]:
    return [objects[kind]["spec"]["template"]["spec"] for kind in ("Deployment", "Job") if kind in objects]


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return [*pod.get("initContainers", []), *pod["containers"]]


def test_helm_finds_nothing_to_warn_about(shape: Any) -> None:
    done = helm("lint", str(CHART), "--strict", values=shape.given)
    assert done.returncode == 0, done.stdout + done.stderr


def test_sqlite_has_one_writer_and_a_volume_that_outlives_the_release(render: Render) -> None:
    objects = render({})
    assert objects["Deployment"]["spec"]["replicas"] == 1
    assert objects["Deployment"]["spec"]["strategy"] == {"type": "Recreate"}
    claim = objects["PersistentVolumeClaim"]
    assert claim["spec"]["accessModes"] == ["ReadWriteOncePod"]
    assert claim["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
    pod = objects["Deployment"]["spec"]["template"]["spec"]
    assert [entry["args"] for entry in containers(pod)] == [["db", "init"], ["db", "upgrade"], ["serve"]]
    assert not {"Job", "PodDisruptionBudget", "ConfigMap"} & set(objects)


def test_a_lost_database_is_not_made_again_once_init_is_off(render: Render) -> None:
    for values in ({"database": {"init": False}}, {"database": {"init": False, "type": "postgresql"}}):
        for pod in pod_specs(render(values)):
            assert ["db", "init"] not in [entry["args"] for entry in containers(pod)]


def test_postgresql_is_migrated_by_one_job_and_needs_no_volume(render: Render) -> None:
    objects = render({"replicaCount": 3, **POSTGRESQL})
    assert objects["Deployment"]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert "initContainers" not in objects["Deployment"]["spec"]["template"]["spec"]
    assert "PersistentVolumeClaim" not in objects
    migration = pod_specs(objects)[1]
    assert [entry["args"] for entry in containers(migration)] == [["db", "init"], ["db", "upgrade"]]
    assert objects["PodDisruptionBudget"]["spec"]["maxUnavailable"] == 1


def test_another_image_is_another_migration_and_more_replicas_are_not(render: Render) -> None:
    names = [
        render({**POSTGRESQL, **values})["Job"]["metadata"]["name"]
        for values in ({}, {"replicaCount": 4}, {"image": {"tag": "0.1.1"}})
    ]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize(("replicas", "there"), [(0, False), (1, False), (2, True)])
def test_a_disruption_budget_is_there_only_above_one_replica(render: Render, replicas: int, there: bool) -> None:
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
def test_the_network_policy_opens_what_is_used(render: Render, values: dict[str, Any], ports: set[int]) -> None:
    policy = render(values)["NetworkPolicy"]["spec"]
    (rule,) = policy["egress"]
    assert {entry["port"] for entry in rule["ports"]} == ports
    assert [entry["port"] for entry in rule["ports"] if entry["protocol"] == "UDP"] == [min(ports)]
    assert [[entry["port"] for entry in rule["ports"]] for rule in policy["ingress"]] == [[8080]]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"replicaCount": 2}, "more than one replica needs PostgreSQL"),
        ({"autoscaling": {"enabled": True}}, "SQLite serves from one replica"),
        ({**POSTGRESQL, "autoscaling": {"enabled": True, "minReplicas": 9}}, "minReplicas is above maxReplicas"),
        (
            {**POSTGRESQL, "autoscaling": {"enabled": True}, "resources": {"requests": {"cpu": None}}},
            "needs resources.requests.cpu",
        ),
        ({"monitoring": {"serviceMonitor": {"enabled": True}}}, "name Prometheus here"),
        ({**POSTGRESQL, "persistence": {"existingClaim": "x"}}, "a volume is for SQLite"),
        ({"ports": {"ops": 8080}}, "http and ops are the same port"),
        ({"slack": {"socketMode": True}}, "while Slack is off"),
        ({"slack": {"clientId": "1.2"}}, "while Slack is off"),
        ({"slack": {"enabled": True, "workspaces": ["T1"]}}, "it limits who may install"),
        ({"teams": {"appId": "a"}}, "while Teams is off"),
        ({"teams": {"enabled": True, "appId": "a"}}, "Teams is on and half set up"),
        ({"env": {"HTTPS_PROXY": "http://proxy.example:3128"}}, "the network policy would cut off"),
    ],
)
def test_what_cannot_work_ends_the_render_with_a_sentence(values: dict[str, Any], sentence: str) -> None:
    done = helm("template", "cp", str(CHART), values=values)
    assert done.returncode != 0
    assert sentence in done.stderr
