"""The Helm chart, as far as its files tell without rendering them."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.errors import SettingsError
from core.settings import SECRETS, Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts" / "checkpost"
TEMPLATES = sorted((CHART / "templates").iterdir())
MANIFESTS = [path for path in TEMPLATES if path.suffix == ".yaml"]
ALIASES = {str(field.alias) for field in Settings.model_fields.values()}
VARIABLE = re.compile(r"\b(?:CHECKPOST|SLACK|TEAMS)_[A-Z_]+\b")
LEFT_OUT = {
    "CHECKPOST_ENV",  # a cluster is production, which is the default
    "CHECKPOST_POLICY_DIR",  # the image sets it; `policies` lays files over that directory
    "TEAMS_ALLOW_ANONYMOUS",  # refused in production
}


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((CHART / name).read_text(encoding="utf-8"))
    return loaded


def refusals(values: dict[str, Any]) -> list[str]:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is in the dev extra")
    schema = load("values.schema.json")
    jsonschema.Draft7Validator.check_schema(schema)
    return [error.json_path for error in jsonschema.Draft7Validator(schema).iter_errors(values)]


def test_the_chart_has_the_version_of_the_project() -> None:
    chart = load("Chart.yaml")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (chart["apiVersion"], chart["name"]) == ("v2", project["name"])
    assert chart["version"] == chart["appVersion"] == project["version"]


def test_the_values_stay_short_and_are_written_in_the_schema_key_by_key() -> None:
    text = (CHART / "values.yaml").read_text(encoding="utf-8")
    schema = load("values.schema.json")
    assert len(text.splitlines()) < 200
    assert set(load("values.yaml")) == set(schema["properties"]) - {"global"}
    for key, value in load("values.yaml").items():
        properties = schema["properties"][key].get("properties")
        if properties and key not in {"env", "resources"}:
            assert set(value) == set(properties), key


def test_every_map_with_known_keys_refuses_others() -> None:
    def walk(node: object) -> None:
        if isinstance(node, dict):
            if "properties" in node and isinstance(node["properties"], dict) and node.get("type") == "object":
                known = set(node["properties"])
                assert node.get("additionalProperties") is False or known == {"requests", "limits"}, known
            for child in node.values():
                walk(child)

    walk(load("values.schema.json"))


def test_the_default_values_follow_the_schema() -> None:
    assert refusals(load("values.yaml")) == []


def test_every_supported_shape_follows_the_schema(shape: Any) -> None:
    assert refusals(shape.values) == []


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"replicas": 2}, "$"),
        ({"replicaCount": "2"}, "$.replicaCount"),
        ({"image": {"digest": "sha256:short"}}, "$.image.digest"),
        ({"database": {"type": "mysql"}}, "$.database.type"),
        ({"ports": {"http": 80}}, "$.ports.http"),
        ({"resources": {"limits": {"memory": None}}}, "$.resources.limits.memory"),
        ({"env": {"CHECKPOST_API_TOKEN": "t"}}, "$.env"),
        ({"env": {"TEAMS_ALLOW_ANONYMOUS": "1"}}, "$.env"),
        ({"env": {"HTTPS_PROXY": "http://me:secret@proxy.example"}}, "$.env.HTTPS_PROXY"),
        ({"policies": {"../site.yaml": "x"}}, "$.policies"),
        ({"secret": {"name": ""}}, "$.secret.name"),
    ],
)
def test_a_wrong_value_is_refused_where_it_stands(
    values: dict[str, Any], where: str, with_defaults: Callable[..., dict[str, Any]]
) -> None:
    assert refusals(with_defaults(values)) == [where]


@pytest.mark.parametrize(
    "person",
    [
        "slack:U0123456789",
        "slack:W0123456789",
        "slack:@S0123456789",
        "slack:workspace-admins",
        "teams:0a000000-0000-0000-0000-00000000000F",
        "slack:u0123456789",
        "slack:S0123456789",
        "@bob",
        "teams:bob@example.com",
        "",
    ],
)
def test_the_schema_and_the_settings_know_the_same_people(
    person: str, with_defaults: Callable[..., dict[str, Any]]
) -> None:
    try:
        known = load_settings({"CHECKPOST_ADMINS": person}).admins != ()
    except SettingsError:
        known = False
    assert (refusals(with_defaults({"admins": [person]})) == []) is known


def test_the_chart_names_only_variables_that_the_settings_read() -> None:
    named = {name for path in TEMPLATES for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    named |= set(VARIABLE.findall((CHART / "values.yaml").read_text(encoding="utf-8")))
    named |= set(load("values.schema.json")["properties"]["env"]["properties"]) - {"HTTPS_PROXY", "NO_PROXY"}
    assert named <= ALIASES


def test_every_setting_can_be_reached_through_the_chart_or_is_left_out_for_a_reason() -> None:
    templates = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    reached = set(VARIABLE.findall(templates))
    reached |= set(re.findall(r"- name: (HOST|PORT|LOG_LEVEL)$", templates, re.M))
    reached |= set(load("values.schema.json")["properties"]["env"]["properties"])
    assert ALIASES - reached == LEFT_OUT


def test_every_secret_is_handed_over_as_a_file_and_told_in_the_values() -> None:
    helpers = (CHART / "templates" / "_helpers.tpl").read_text(encoding="utf-8")
    values = (CHART / "values.yaml").read_text(encoding="utf-8")
    others = "".join(path.read_text(encoding="utf-8") for path in MANIFESTS)
    for name in SECRETS:
        assert name in helpers, name
        assert name in values, name
        assert name not in others, name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_closes_what_it_opens_and_asks_no_cluster(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    actions = re.findall(r"\{\{-?\s*(.*?)\s*-?\}\}", text, re.S)
    assert text.count("{{") == text.count("}}") == len(actions)
    opened = [action for action in actions if re.match(r"(if|range|with|define)\b", action)]
    assert len(opened) == actions.count("end")
    assert not re.search(r"\blookup\b|helm\.sh/hook", text)


def test_templates_include_only_what_is_defined() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    assert set(re.findall(r'include "([^"]+)"', text)) == set(re.findall(r'define "([^"]+)"', text))


def test_templates_read_only_values_that_exist() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    schema = load("values.schema.json")
    for dotted in sorted(set(re.findall(r"\.Values\.([A-Za-z_.]+)", text))):
        node = schema
        for key in dotted.split("."):
            known = node.get("properties", {})
            assert key in known or isinstance(node.get("additionalProperties"), dict), dotted
            node = known.get(key, {})
