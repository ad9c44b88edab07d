"""The alerts and the dashboard: what they ask for exists, and each alert fires when it should and not before."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import core.telemetry  # noqa: F401  its metrics are what is asked about

FILES = Path(__file__).resolve().parents[2] / "charts" / "checkpost" / "files"
OPERATING = Path(__file__).resolve().parents[2] / "docs" / "operating.md"
SERIES = re.compile(r"\bcheckpost_[a-z_]+")
SELECTOR = re.compile(r"(checkpost_[a-z_]+)\{([^}]*)\}")
MATCHED = re.compile(r'([a-z_]+)(?:=|!=|=~|!~)"')
BY = re.compile(r"\bby \(([^)]*)\)")

RULES: list[dict[str, Any]] = yaml.safe_load((FILES / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]
PANELS: list[dict[str, Any]] = json.loads((FILES / "dashboard.json").read_text(encoding="utf-8"))["panels"]
EXPRESSIONS = [rule["expr"] for rule in RULES]
EXPRESSIONS += [target["expr"] for panel in PANELS for target in panel["targets"]]
FROM_THE_SCRAPE = {"le", "instance", "pod"}


def metrics() -> dict[str, tuple[str, set[str]]]:
    """Give every series of ours with its metric's type and labels."""
    found = {}
    for metric in REGISTRY.collect():
        if metric.name.startswith("checkpost_"):
            collector = REGISTRY._names_to_collectors[metric.name]
            labels = set(getattr(collector, "_labelnames", ()))
            endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(metric.type, [""])
            found.update({metric.name + ending: (metric.type, labels) for ending in endings})
    return found


def test_a_metric_that_does_not_exist_would_have_been_seen() -> None:
    assert "checkpost_checks_total" in metrics()
    assert "checkpost_check_total" not in metrics()


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_names_only_metrics_and_labels_that_exist(expression: str) -> None:
    known = metrics()
    named = set(SERIES.findall(expression))
    assert named
    assert named <= set(known)
    labels = {label for name in named for label in known[name][1]} | FROM_THE_SCRAPE
    asked = {label.strip() for group in BY.findall(expression) for label in group.split(",")}
    asked |= {label for _, inside in SELECTOR.findall(expression) for label in MATCHED.findall(inside)}
    assert asked <= labels


def test_every_metric_is_on_the_dashboard() -> None:
    shown = {name for panel in PANELS for target in panel["targets"] for name in SERIES.findall(target["expr"])}
    stems = {re.sub(r"_(bucket|sum|count)$", "", name) for name in metrics()} - {"checkpost_terms"}
    assert stems <= {re.sub(r"_bucket$", "", name) for name in shown} | {"checkpost_terms_count"}


def test_panels_have_their_own_place_and_number() -> None:
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in PANELS]
    assert len(set(places)) == len(places)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in PANELS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_how_urgent_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert set(rule["annotations"]) == {"summary", "description"}
    assert f"`{rule['alert']}`" in OPERATING.read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not on PATH")
def test_each_alert_fires_when_it_should_and_not_before(tmp_path: Path) -> None:
    shutil.copy(FILES / "alerts.yaml", tmp_path / "alerts.yaml")
    shutil.copy(Path(__file__).with_name("alerts_tests.yaml"), tmp_path / "tests.yaml")
    done = subprocess.run(
        ["promtool", "test", "rules", "tests.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tried = {
        each["alertname"]
        for test in yaml.safe_load((tmp_path / "tests.yaml").read_text(encoding="utf-8"))["tests"]
        for each in test["alert_rule_test"]
    }
    assert tried == {rule["alert"] for rule in RULES}
