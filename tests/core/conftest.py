"""What the tests of the core share: small packs in a folder, drafts, and a fresh database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis
import pytest
import yaml

import core.checker
from core.analyzer import Analyzer
from core.db import Database, open_database
from core.draft import Account, Author, Draft, Network
from core.judgement import build_analyzer, evaluate
from core.policy import Policy, load_policy
from core.recognizers import build_rules_recognizer
from core.settings import Settings
from core.terms.term import Term
from core.verdict import Verdict
from tests import shipped as the_shipped
from tests.databases import new_database
from tests.patience import SHARED

hypothesis.settings.register_profile(
    "core",
    deadline=None,
    derandomize=True,  # a build that fails, fails again; explore with --hypothesis-profile=default
    max_examples=60,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("core")

SATURDAY = datetime(2026, 1, 3, 12, 0, tzinfo=UTC)
TEXTS = {"flags": ["moo", "moo too"], "passes": ["a cow", "a calf"]}


class _Plain(yaml.SafeDumper):
    """Writes every value out: packs know no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


ADraft = Callable[..., Draft]
APolicy = Callable[..., Policy]
Judge = Callable[..., Verdict]


@pytest.fixture(scope="session")
def shipped() -> Policy:
    """The policy that is shipped."""
    return the_shipped.policy()


@pytest.fixture(scope="session")
def a_draft() -> ADraft:
    """Make a draft of a text: `a_draft("moo", account="brand")`."""

    def make(
        text: str, *, account: str = "personal", at: datetime = SATURDAY, zone: str | None = None, **more: Any
    ) -> Draft:
        return Draft(
            id=more.get("id", "d1"),
            text=text,
            author=more.get("author", Author("test", "w1", "u1")),
            network=Network(more.get("network", "other")),
            account=Account(account),
            written_at=at,
            timezone=ZoneInfo(zone) if zone else None,
            unread=more.get("unread", ()),
        )

    return make


@pytest.fixture
def write_policy(tmp_path: Path) -> Callable[..., Path]:
    """Write a folder with site.yaml and one pack `house` of the given rules; unsaid fields are filled in.

    `write_policy({"id": "moo", "detect": {"words": ["moo"]}})` gives the folder.
    """

    def write(*rules: dict[str, Any], site: dict[str, Any] | None = None, **pack: Any) -> Path:
        folder = tmp_path / "policies"
        folder.mkdir(exist_ok=True)
        filled = [
            {
                "status": "active",
                "category": "venting",
                "title": f"Title of {rule['id']}",
                "why": f"Why of {rule['id']}.",
                "action": "revise",
                "examples": TEXTS,
            }
            | rule
            for rule in rules
        ]
        whole = {"pack": "house", "title": "House rules", "owner": "house@example.com", **pack, "rules": filled}
        (folder / "house.yaml").write_text(yaml.dump(whole, Dumper=_Plain, sort_keys=False), encoding="utf-8")
        (folder / "site.yaml").write_text(
            yaml.dump({"packs": ["house"]} | (site or {}), Dumper=_Plain), encoding="utf-8"
        )
        return folder

    return write


@pytest.fixture
def a_policy(write_policy: Callable[..., Path]) -> APolicy:
    """Load a policy of the given rules, as `write_policy` writes it."""

    def make(*rules: dict[str, Any], **more: Any) -> Policy:
        return load_policy(write_policy(*rules, **more))

    return make


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the database of a busy machine longer; the list is first built while a draft waits."""
    monkeypatch.setattr(core.checker, "STORE_SECONDS", core.checker.STORE_SECONDS * SHARED)


@pytest.fixture
def only_rules() -> Callable[..., Analyzer]:
    """Build an analyzer of a policy and some listed names that reads words, patterns and names only."""

    def build(policy: Policy, terms: Iterable[Term] = ()) -> Analyzer:
        return build_analyzer(policy, terms, [build_rules_recognizer(policy.patterns)])

    return build


@pytest.fixture
def judge(a_draft: ADraft, only_rules: Callable[..., Analyzer]) -> Judge:
    """Judge a text by a policy and some listed names, by what `only_rules` reads."""

    def run(policy: Policy, text: str, terms: Iterable[Term] = (), **draft: Any) -> Verdict:
        return evaluate(policy, only_rules(policy, terms), a_draft(text, **draft))

    return run


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """A fresh database, open."""
    await new_database(settings)
    opened = await open_database(settings)
    yield opened
    await opened.close()


@pytest.fixture
def database_file(environ: dict[str, str]) -> Path:
    """Where the database of `settings` lies."""
    return Path(environ["CHECKPOST_DATABASE_URL"].removeprefix("sqlite:///"))
