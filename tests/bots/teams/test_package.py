"""The app package: a manifest that says what the code does and no more, and icons of the size that Teams wants."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from bots.cli import main
from bots.teams.app import JOURNEYS
from bots.teams.click import COMMAND, COMPOSE, read_click
from bots.teams.intake import read_inquiry
from bots.teams.package import Publisher, build_manifest, build_package

APP_ID = "11111111-2222-3333-4444-555555555555"
PUBLISHER = Publisher("Example", "https://example.com", "https://example.com/p", "https://example.com/t")
SCHEMAS = Path(os.environ.get("TEAMS_MANIFEST_SCHEMAS", "none"))
"""The folder `build/json-schemas/teams` of Microsoft's npm package @microsoft/app-manifest, where it is at hand."""


def manifest(*, slash: bool = False) -> dict[str, Any]:
    return build_manifest(APP_ID, PUBLISHER, "0.1.0", slash=slash)


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="TEAMS_MANIFEST_SCHEMAS names no folder with Microsoft's schemas")
@pytest.mark.parametrize(("slash", "version"), [(False, "1.25"), (True, "1.29")])
def test_the_manifest_is_valid_by_microsofts_own_schema(slash: bool, version: str) -> None:
    schema = json.loads((SCHEMAS / f"v{version}" / "MicrosoftTeams.schema.json").read_text(encoding="utf-8-sig"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(manifest(slash=slash))] == []
    broken = manifest(slash=slash) | {"accentColour": "#fff"}
    assert list(validator.iter_errors(broken)), "a mistake is noticed"


@pytest.mark.parametrize("slash", [False, True])
def test_the_manifest_says_what_the_code_does(slash: bool) -> None:
    built = manifest(slash=slash)
    (bot,), (extension,) = built["bots"], built["composeExtensions"]
    assert built["id"] == bot["botId"] == extension["botId"] == APP_ID
    assert set(bot["scopes"]) == {"personal", "team", "groupChat"}
    (command,) = extension["commands"]
    assert command["id"] == COMMAND
    assert "invoke composeExtension/fetchTask" in JOURNEYS
    opened = {"type": "invoke", "name": "composeExtension/fetchTask", "value": {"commandId": command["id"]}}
    assert read_click(opened).verb == COMPOSE
    assert ("slash" in json.dumps(built)) is slash


def test_every_listed_command_is_understood() -> None:
    for listed in manifest()["bots"][0]["commandLists"]:
        assert len(listed["commands"]) <= 12
        for command in listed["commands"]:
            raw = {"type": "message", "text": command["title"], "recipient": {"id": "28:x"}}
            wanted = {"help": "help", "checkpost": "nothing"}.get(command["title"], "guide")
            assert read_inquiry(raw).verb == wanted


def test_the_manifest_asks_for_no_right_and_keeps_its_limits() -> None:
    built = manifest()
    forbidden = ("permissions", "webApplicationInfo", "authorization", "validDomains", "devicePermissions")
    assert not set(forbidden) & built.keys()
    assert built["bots"][0]["supportsFiles"] is True
    assert len(built["name"]["short"]) <= 30
    assert len(built["description"]["short"]) <= 80
    assert len(built["description"]["full"]) <= 4_000
    assert all(url.startswith("https://") for key, url in built["developer"].items() if key.endswith("Url"))


def test_the_package_holds_manifest_and_icons_at_its_root_and_is_the_same_each_time() -> None:
    packed = build_package(manifest())
    assert packed == build_package(manifest())
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert json.loads(archive.read("manifest.json")) == manifest()
        sizes = {name: struct.unpack(">II", archive.read(name)[16:24]) for name in ("color.png", "outline.png")}
        color_type = archive.read("outline.png")[25]
    assert sizes == {"color.png": (192, 192), "outline.png": (32, 32)}
    assert color_type == 6, "the outline is transparent"


def test_the_command_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    others = {"TEAMS_APP_PASSWORD": "a-password", "TEAMS_TENANT_ID": "t"}
    done = CliRunner().invoke(main, ["manifest", "teams"], env={"TEAMS_APP_ID": APP_ID, **others})
    assert done.exit_code == 0, done.output
    assert zipfile.is_zipfile(tmp_path / "checkpost-teams.zip")
    assert "a-password" not in done.output
    assert b"a-password" not in (tmp_path / "checkpost-teams.zip").read_bytes()


@pytest.mark.parametrize(
    ("env", "arguments", "named"),
    [
        ({}, [], "TEAMS_APP_ID"),
        ({"TEAMS_APP_ID": "checkpost", "TEAMS_APP_PASSWORD": "p", "TEAMS_TENANT_ID": "t"}, [], "a UUID"),
        ({"TEAMS_APP_ID": APP_ID, "TEAMS_APP_PASSWORD": "p", "TEAMS_TENANT_ID": "t"}, ["--terms", "http://x"], "https"),
    ],
)
def test_what_is_missing_is_named(
    env: dict[str, str], arguments: list[str], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["manifest", "teams", *arguments], env=env)
    assert done.exit_code == 1
    assert named in done.output
    assert list(tmp_path.iterdir()) == []
