"""The image's recipe: who runs it, what goes into it, and that it agrees with the chart and the settings."""

import fnmatch
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
CHART = ROOT / "charts" / "checkpost"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def stages() -> list[list[tuple[str, str]]]:
    """Split the Dockerfile into stages of (instruction, rest); the lines before any FROM come first."""
    lines = [line for line in TEXT.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    found: list[list[tuple[str, str]]] = [[]]
    for line in filter(str.strip, joined.splitlines()):
        instruction, _, rest = line.strip().partition(" ")
        if instruction == "FROM":
            found.append([])
        found[-1].append((instruction, rest.strip()))
    return found


ARGUMENTS, BUILDER, FINAL = stages()


def one(stage: list[tuple[str, str]], instruction: str) -> str:
    (rest,) = (rest for name, rest in stage if name == instruction)
    return rest


def variables(stage: list[tuple[str, str]]) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in one(stage, "ENV").split())


def probe() -> list[str]:
    command: list[str] = json.loads(one(FINAL, "HEALTHCHECK").partition("CMD ")[2])
    return command


def test_the_image_runs_as_a_numbered_user_who_is_not_root() -> None:
    user, group = one(FINAL, "USER").split(":")
    assert user.isdigit()
    assert int(user) > 0
    assert user == group
    after = [name for name, _ in FINAL[FINAL.index(("USER", f"{user}:{group}")) :]]
    assert not {"RUN", "COPY", "ADD"} & set(after)


def test_the_image_starts_without_a_shell() -> None:
    assert json.loads(one(FINAL, "ENTRYPOINT")) == ["checkpost"]
    assert json.loads(one(FINAL, "CMD")) == ["serve"]
    assert probe()[:2] == ["python3", "-c"]
    assert one(FINAL, "STOPSIGNAL") == "SIGTERM"


def test_both_stages_use_one_base_that_names_no_host_and_takes_a_digest() -> None:
    assert ARGUMENTS == [("ARG", "PYTHON_IMAGE=python:3.13-slim")]
    assert one(BUILDER, "FROM") == "${PYTHON_IMAGE} AS builder"
    assert one(FINAL, "FROM") == "${PYTHON_IMAGE}"
    assert "PYTHON_IMAGE=python:3.13-slim@sha256:" in TEXT
    assert "Programming Language :: Python :: 3.13" in PROJECT["project"]["classifiers"]
    assert "://" not in TEXT
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    assert "/" not in values["image"]["repository"]


def test_dependencies_come_from_the_lock_file_by_hash_and_the_project_brings_none() -> None:
    installs = [rest for name, rest in BUILDER if name == "RUN" and " install " in rest]
    assert len(installs) == 2
    assert "--require-hashes -r requirements.lock" in installs[0]
    assert "--no-deps ." in installs[1]
    assert not any("pip" in rest for name, rest in FINAL if name == "RUN")


def copied(stage: list[tuple[str, str]]) -> set[str]:
    plain = [rest.split() for name, rest in stage if name == "COPY" and not rest.startswith("--from")]
    return {source.rstrip("/") for words in plain for source in words[:-1]}


def test_the_build_is_given_what_the_wheel_needs_and_no_more() -> None:
    project = PROJECT["project"]
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    needed = {"pyproject.toml", project["readme"], *project["license-files"], *packages}
    assert copied(BUILDER) == needed | {"requirements.lock"}
    assert copied(FINAL) == {"policies"}


def test_the_build_context_is_what_is_copied_and_leaves_secrets_behind() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied(BUILDER) | copied(FINAL)
    kept_out = [rule.removeprefix("**/") for rule in rules if rule.startswith("**/")]
    for name in ("__pycache__", "checkpost.db", "checkpost.db-wal", "checkpost.db.key", ".env", "a.pyc"):
        assert any(fnmatch.fnmatch(name, rule) for rule in kept_out), name


def test_ports_users_and_paths_agree_with_the_chart_and_the_settings() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    templates = "".join(path.read_text(encoding="utf-8") for path in (CHART / "templates").iterdir())
    given = variables(FINAL)
    port = Settings.model_fields["port"].default
    assert int(one(FINAL, "EXPOSE")) == int(given["PORT"]) == values["ports"]["http"] == port
    assert values["ports"]["ops"] != port
    assert given["HOST"] == "0.0.0.0"  # noqa: S104
    user = one(FINAL, "USER").split(":")[0]
    assert set(re.findall(r"(?:runAsUser|runAsGroup|fsGroup): (\d+)", templates)) == {user}
    assert f"mountPath: {given['CHECKPOST_POLICY_DIR']}/" in templates
    data = one(FINAL, "WORKDIR")
    assert f"mountPath: {data}\n" in templates
    assert f"sqlite:///{data}/" in templates


def test_the_image_sets_only_variables_that_the_settings_read_and_no_secret() -> None:
    aliases = {str(field.alias) for field in Settings.model_fields.values()}
    ours = {name for name in variables(FINAL) if name.startswith(("CHECKPOST_", "SLACK_", "TEAMS_"))}
    assert ours == {"CHECKPOST_POLICY_DIR"}
    assert ours <= aliases
    assert variables(FINAL)["PYTHONDONTWRITEBYTECODE"] == "1"


def test_the_image_carries_its_bill_of_materials_made_from_what_was_installed() -> None:
    runs = [rest for name, rest in BUILDER if name == "RUN"]
    assert runs[-1] == "/opt/checkpost/bin/checkpost sbom --out /opt/checkpost/sbom.json"
    assert ("COPY", "--from=builder /opt/checkpost /opt/checkpost") in FINAL


def test_what_runs_writes_nowhere_but_to_its_data_and_temporary_folders() -> None:
    given = variables(FINAL)
    assert {given["HOME"], given["TMPDIR"]} == {"/tmp"}  # noqa: S108
    assert (given["PYTHONDONTWRITEBYTECODE"], given["ORT_DISABLE_TELEMETRY"]) == ("1", "1")
    assert one(FINAL, "WORKDIR") == "/data"


def test_the_image_is_labelled_with_the_version_of_the_project() -> None:
    assert ("ARG", f"VERSION={PROJECT['project']['version']}") in FINAL
    labels = one(FINAL, "LABEL")
    for name in ("title", "description", "licenses", "version", "revision", "created", "base.name"):
        assert f"org.opencontainers.image.{name}=" in labels
    assert PROJECT["project"]["description"].split(". ")[0] in labels


@contextmanager
def serving(status: int) -> Iterator[int]:
    """Answer every GET of /healthz with a status, on a loopback port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("status", "well"), [(200, True), (503, False), (404, False)])
@pytest.mark.parametrize("ops", [False, True])
def test_the_health_check_asks_the_server_and_the_operations_port_first(status: int, well: bool, ops: bool) -> None:
    with serving(status) as port:
        given = {"PORT": "1", "CHECKPOST_OPS_PORT": str(port)} if ops else {"PORT": str(port)}
        environ = {**os.environ, "http_proxy": "http://127.0.0.1:1", "CHECKPOST_OPS_PORT": "", **given}
        done = subprocess.run([sys.executable, *probe()[1:]], env=environ, capture_output=True, timeout=30, check=False)
    assert (done.returncode == 0) is well


def test_the_health_check_fails_when_nobody_answers() -> None:
    done = subprocess.run(
        [sys.executable, *probe()[1:]],
        env={**os.environ, "PORT": "1", "CHECKPOST_OPS_PORT": ""},
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode != 0
