"""The docs name every command, option, setting, route, metric and rule, and no link in them leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
from click.testing import CliRunner
from prometheus_client import REGISTRY

import core.telemetry  # noqa: F401  its metrics are to be named
from bots.cli import main
from bots.cli.manual import page
from bots.web import build_app, build_operations_app
from core.settings import SECRETS, Settings
from tests import shipped

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
DOCS = {path: path.read_text(encoding="utf-8") for path in PAGES}
ALL = "\n".join(text for path, text in DOCS.items() if path.name != "CHANGELOG.md")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.M)


def named(word: str) -> bool:
    """Tell whether the docs say a word as code, alone or at the beginning of a command."""
    return re.search(rf"`[^`\n]*(?<![\w/-]){re.escape(word)}(?![\w-])", ALL) is not None


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    assert DOCS[ROOT / "docs" / "commands.md"] == page(main), "`make manual`"


def test_every_command_and_option_is_on_the_page_of_commands() -> None:
    def walk(name: str, command: click.Command) -> list[str]:
        if isinstance(command, click.Group):
            return [each for word, below in command.commands.items() for each in walk(f"{name} {word}", below)]
        return [name, *(each for param in command.params if isinstance(param, click.Option) for each in param.opts)]

    text = DOCS[ROOT / "docs" / "commands.md"]
    assert [word for word in walk("checkpost", main) if f"`{word}" not in text] == []


@pytest.mark.parametrize("name", [str(field.alias) for field in Settings.model_fields.values()])
def test_every_setting_is_on_the_page_of_settings(name: str) -> None:
    text = DOCS[ROOT / "docs" / "settings.md"]
    assert f"`{name}`" in text
    assert (f"`{name}` ◆" in text) is (name in SECRETS)


def test_no_setting_is_named_that_does_not_exist() -> None:
    known = {str(field.alias) for field in Settings.model_fields.values()}
    known |= {f"{name}_FILE" for name in SECRETS}
    text = DOCS[ROOT / "docs" / "settings.md"] + DOCS[ROOT / "README.md"] + DOCS[ROOT / "docs" / "operating.md"]
    assert set(re.findall(r"`((?:CHECKPOST|SLACK|TEAMS)_[A-Z_]+)`", text)) <= known


async def test_every_route_is_named(serve: object) -> None:
    variables = {
        "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s" * 32, "CHECKPOST_API_TOKEN": "t",
        "CHECKPOST_ENV": "dev", "TEAMS_APP_ID": "a", "TEAMS_APP_PASSWORD": "p", "TEAMS_TENANT_ID": "t",
    }  # fmt: skip
    running = await serve(**variables)  # type: ignore[operator]
    apps = (build_app(running.services), build_operations_app(running.services))
    routes = {f"{route.method} {route.resource.canonical}" for app in apps for route in app.router.routes()}
    known = {route for route in routes if not route.startswith("HEAD ")}
    assert known
    assert [route for route in sorted(known) if not named(route)] == []


def test_every_metric_is_named() -> None:
    ours = [metric for metric in REGISTRY.collect() if metric.name.startswith("checkpost_")]
    names = [metric.name + ("_total" if metric.type == "counter" else "") for metric in ours]
    assert [name for name in names if f"`{name}`" not in DOCS[ROOT / "docs" / "operating.md"]] == []


def test_every_rule_is_named() -> None:
    text = DOCS[ROOT / "docs" / "rules.md"]
    assert [rule.id for rule in shipped.policy().rules if rule.id not in text] == []


def test_the_rule_that_the_docs_show_passes_its_own_examples(tmp_path: Path) -> None:
    text = DOCS[ROOT / "docs" / "writing-a-rule.md"]
    shown = re.search(r"```yaml\n(pack: house.*?)```", text, re.S)
    assert shown
    (tmp_path / "house.yaml").write_text(shown[1], encoding="utf-8")
    (tmp_path / "site.yaml").write_text("packs: [house]\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["policy", "test", str(tmp_path)], env={"CHECKPOST_ENV": "test"})
    assert done.exit_code == 0, done.output


def test_the_list_of_pages_has_each_on_one_line() -> None:
    listed = re.findall(r"^\| \[([\w-]+\.md)\]", DOCS[ROOT / "docs" / "README.md"], re.M)
    assert sorted(listed) == sorted(path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_link_leads_nowhere(path: Path) -> None:
    for target in LINK.findall(DOCS[path]):
        file, _, place = unquote(target).partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), target
        if place and found.suffix == ".md":
            headings = HEADING.findall(found.read_text(encoding="utf-8"))
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert place in slugs or f'id="{place}"' in found.read_text(encoding="utf-8"), target
