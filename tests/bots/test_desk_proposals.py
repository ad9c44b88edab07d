"""The desk in chat beyond the list itself: edits, history, proposals, and who may say what."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bots.bootstrap import Services, build_services
from bots.desk import PUBLIC_VERBS, VERBS, is_public, terms_command
from bots.wording import PROPOSED
from core.settings import load_settings
from core.terms.term import Kind, Secrecy
from tests.databases import new_database

ADMIN, ANN = "slack:T1:UADMIN", "slack:T1:UANN"


@pytest.fixture
async def desk(environ: dict[str, str]) -> Any:
    """Services over a fresh database and the small invented policy."""
    settings = load_settings(environ | {"CHECKPOST_POLICY_DIR": str(Path(__file__).parent / "cli" / "harbour")})
    await new_database(settings)
    services = await build_services(settings)
    yield services
    await services.close()


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("propose Heron", True),
        ("  PROPOSE\u00a0Heron", True),
        ("propose", True),
        ("proposals", False),
        ("accept propose", False),
        ("list propose", False),
        ("add Heron\npropose Tern", False),
        ("", False),
        ("\u200bpropose Heron", False),
    ],
)
def test_everybody_may_propose_and_nothing_else(text: str, public: bool) -> None:
    assert is_public(text) is public


def test_the_doors_know_every_verb() -> None:
    assert set(VERBS.split("|")) >= PUBLIC_VERBS | {"add", "edit", "remove", "list", "history", "accept", "decline"}
    assert all(re.fullmatch(r"[a-z]+", verb) for verb in VERBS.split("|"))


async def test_a_proposal_goes_its_way(desk: Services) -> None:
    said = await terms_command(desk, ANN, "propose “Blue Heron” —note “a client”")
    waiting = await terms_command(desk, ADMIN, "proposals")
    number = waiting.splitlines()[1].split(" · ")[0].removeprefix("• ")
    accepted = await terms_command(desk, ADMIN, f"accept {number} —kind client —secrecy secret")

    assert said == PROPOSED
    assert waiting.startswith("1 proposals wait:\n• ")
    assert all(words in waiting for words in ("Blue Heron", ANN, "a client"))
    assert accepted == "Added: Blue Heron, client, secret. It counts from the next check on."
    _, (term,) = await desk.terms.load()
    assert (term.kind, term.secrecy, term.note) == (Kind.CLIENT, Secrecy.SECRET, "a client")
    assert await terms_command(desk, ADMIN, "proposals") == "No proposal waits."


async def test_who_proposes_learns_nothing_of_the_list(desk: Services) -> None:
    await terms_command(desk, ADMIN, "add Heron --secrecy secret")

    assert await terms_command(desk, ANN, "propose Heron") == await terms_command(desk, ANN, "propose Tern") == PROPOSED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("propose x", "That did not work: a name needs"),
        ("propose Heron --kind client", "That did not work: a proposal is a name"),
        ("propose Heron\nTern", "That did not work: write one name a command"),
        ("accept nope", "That did not work: no proposal has this number"),
        ("decline nope", "That did not work: no proposal has this number"),
        ("edit Heron", "That did not work: write what to change"),
        ("edit Heron --note x", "That did not work: no term has this name"),
        ("edit --note x", "That did not work: write the name first"),
        ("propose", "Write the name"),
        ("edit", "Write the name"),
        ("accept", "Write the number"),
        ("decline", "Write the number"),
        ("history", "Nothing was changed yet."),
    ],
)
async def test_what_did_not_work_is_told(desk: Services, text: str, said: str) -> None:
    assert (await terms_command(desk, ADMIN, text)).startswith(said)


async def test_edit_and_history_in_chat(desk: Services) -> None:
    await terms_command(desk, ADMIN, "add Heron")
    edited = await terms_command(
        desk, ADMIN, "edit heron —name “Grey Heron” —until “2036-05-04 09:00” —timezone Europe/Berlin"
    )
    first, added, changed = (await terms_command(desk, ADMIN, "history")).splitlines()

    assert edited == (
        "Changed: Grey Heron, other, open, until 2036-05-04 09:00 UTC+02:00. It counts from the next check on."
    )
    assert first == "The last changes:"
    assert re.fullmatch(rf"• 1 · \d{{4}}-\d\d-\d\d \d\d:\d\d UTC · {ADMIN} · add · \+ Heron", added)
    assert changed.endswith("edit · ~ Heron → Grey Heron")


async def test_a_dry_run_in_chat_changes_nothing(desk: Services) -> None:
    rows = "term,kind,aliases,note\nZarquil,client,,\n"

    dry = await terms_command(desk, ADMIN, f"import —dry-run\n{rows}")
    version = await desk.terms.version()
    done = await terms_command(desk, ADMIN, f"import\n{rows}")

    assert dry.startswith("Would import: 1 new, 0 changed, 0 as they were.\nof 300 ordinary posts")
    assert (version, await desk.terms.version()) == (0, 1)
    assert done == "Imported: 1 new, 0 changed, 0 as they were."


async def test_long_history_is_cut_to_names_that_fit_a_chat(desk: Services) -> None:
    rows = "\n".join(f"Heron {number},client,," for number in range(30))
    await terms_command(desk, ADMIN, f"import\nterm,kind,aliases,note\n{rows}")

    assert (await terms_command(desk, ADMIN, "history")).endswith(" and 25 more")
