"""The desk: admins keep the list from chat, with the quotes, dashes and names that chats and people have."""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bots.bootstrap import Services, build_services
from bots.desk import note_false_alarm, parse_term, terms_command
from bots.wording import ADMIN_HELP
from core.audit import Audit
from core.draft import Author
from core.errors import TermsError
from core.settings import load_settings
from tests.databases import new_database

ACTOR = "slack:T1:U1"
ROWS = "term,kind,aliases,note\nGull,client,Seagull,\nTern,deal,,\n"


@pytest.fixture
async def desk(environ: dict[str, str]) -> Any:
    """Services over a fresh database and the small invented policy."""
    settings = load_settings(environ | {"CHECKPOST_POLICY_DIR": str(Path(__file__).parent / "cli" / "harbour")})
    await new_database(settings)
    services = await build_services(settings)
    yield services
    await services.close()


async def names(services: Services) -> list[str]:
    """Return the names on the list, sorted."""
    _, terms = await services.terms.load()
    return sorted(term.name for term in terms)


@pytest.mark.parametrize(
    ("text", "name", "aliases", "note"),
    [
        ("Heron", "Heron", (), ""),
        ("Blue Heron Ltd --kind client", "Blue Heron Ltd", (), ""),
        ('"Blue Heron Ltd" --kind client', "Blue Heron Ltd", (), ""),
        ("“Blue Heron Ltd” —kind client", "Blue Heron Ltd", (), ""),
        ("„Blue Heron Ltd‟ –kind client", "Blue Heron Ltd", (), ""),
        ("Blue Heron —alias “Grey Heron” —alias HRN", "Blue Heron", ("Grey Heron", "HRN"), ""),
        ("Blue Heron --alias=Grey", "Blue Heron", ("Grey",), ""),
        ("Blue Heron --note “until the launch – or later”", "Blue Heron", (), "until the launch – or later"),
        ("Heron — Tern Partners", "Heron — Tern Partners", (), ""),
        ("Heron–Tern", "Heron–Tern", (), ""),
        ("Heron-Tern --alias Heron--Tern", "Heron-Tern", ("Heron--Tern",), ""),
        ("O’Brien’s Bar", "O’Brien’s Bar", (), ""),
        ("Harry's Café --alias Harry's", "Harry's Café", ("Harry's",), ""),
        ("Rock 'n' Roll", "Rock 'n' Roll", (), ""),
        (r"AC\DC", r"AC\DC", (), ""),
        ("Tom & Jerry #1 <Ltd>", "Tom & Jerry #1 <Ltd>", (), ""),
        ("Heron $HOME `id` ; * --kind deal", "Heron $HOME `id` ; *", (), ""),
        ('Heron --note "it\'s a secret"', "Heron", (), "it's a secret"),
    ],
)
def test_what_a_chat_client_sends_is_read(text: str, name: str, aliases: tuple[str, ...], note: str) -> None:
    term = parse_term(text)

    assert (term.name, term.aliases, term.note) == (name, aliases, note)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "name"),
        ("--kind client", "name"),
        ("Heron --kind boat", "client"),
        ("Heron --kind", "--kind"),
        ("Heron --knd client", "--kind"),
        ("Heron --secrecy hush", "secret"),
        ("Heron --needs luck", "capital"),
        ("Heron --alias Grey Heron", "quotes"),
        ("Heron --note until launch --kind client", "quotes"),
        ("Heron --note it's fine --kind client", "quotes"),
        ('Heron --note "until launch', "quote"),
        ("Heron “Ltd", "quote"),
        ("Heron\nadd Tern", "one"),
        ("--help", "name"),
        ("Heron --help", "--help"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_advice(text: str, said: str) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pytest.raises(TermsError) as caught:
        parse_term(text)

    assert said in str(caught.value).lower()
    assert printed.getvalue() == "", "nothing of chat goes to the server's output"


async def test_a_term_is_added_listed_and_removed(desk: Services) -> None:
    added = await terms_command(desk, ACTOR, "add “Blue Heron Ltd” —kind client —alias “Heron”")
    listed = await terms_command(desk, ACTOR, "list")
    needy = await terms_command(desk, ACTOR, "edit “Blue Heron Ltd” —needs cue")
    removed = await terms_command(desk, ACTOR, "remove “blue heron ltd”")

    assert added == "Added: Blue Heron Ltd (Heron), client, open. It counts from the next check on."
    assert listed == "1 of 1 terms:\n• Blue Heron Ltd · client · open · also Heron"
    assert needy == "Changed: Blue Heron Ltd (Heron), client, open, needs a cue. It counts from the next check on."
    assert removed == "Removed: Blue Heron Ltd. It is free to use from the next check on."
    assert await names(desk) == []


@pytest.mark.parametrize(
    "text",
    [
        "add Swift",
        "  add   Swift  ",
        "ADD Swift",
        "add\tSwift",
        "add\u00a0Swift",
        "add\nSwift",
        "import\nterm,kind,aliases,note\nSwift,client,,",
        "import term,kind,aliases,note\nSwift,client,,",
        "  import\nterm,kind,aliases,note\nSwift,client,,",
        "import\r\nterm,kind,aliases,note\r\nSwift,client,,\r\n",
        "Import \n\nterm,kind,aliases,note\n\nSwift,client,,\n",
    ],
)
async def test_the_verb_is_found_whatever_blank_follows_it(desk: Services, text: str) -> None:
    await terms_command(desk, ACTOR, text)

    assert await names(desk) == ["Swift"]


@pytest.mark.parametrize(
    "text", ["", "   ", "\n", "help", "what", "adds Heron", "--help", "drop table terms", "a" * 9_000]
)
async def test_anything_else_gets_the_help_page(desk: Services, text: str) -> None:
    assert await terms_command(desk, ACTOR, text) == ADMIN_HELP.format(terms="terms")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("add", "That did not work: write the name"),
        ("add x", "That did not work: a name needs at least two letters or digits"),
        ("add Gull", "That did not work: this name is on the list already"),
        ("add SEAGULL --kind boat", "That did not work:"),
        ("remove", "That did not work: write the name after `remove`"),
        ("remove Kraken", "That did not work: no term has this name"),
        ("remove Seagull", "That did not work: no term has this name"),
        ("list kraken", "No term fits."),
        ("import", "Put the rows under the command"),
        ("import Gull,client,,", "line 1: the first line must name the columns"),
        ("import\nterm,kind,aliases,note\nSkua,boat,,\nPetrel,,", "line 2: kind: use one of"),
        ("import\nterm,kind,aliases,note\nSkua,boat,,\nPetrel,,", "line 3: this row has more or fewer columns"),
    ],
)
async def test_what_did_not_work_is_told_and_nothing_is_changed(desk: Services, text: str, said: str) -> None:
    await terms_command(desk, ACTOR, f"import\n{ROWS}")

    answer = await terms_command(desk, ACTOR, text)

    assert said in answer
    assert await names(desk) == ["Gull", "Tern"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", ["Gull", "Tern"]),
        ("gull", ["Gull"]),
        ("GÜLL", ["Gull"]),
        ("sea", ["Gull"]),
        ("“tern”", ["Tern"]),
        ("rn", ["Tern"]),
    ],
)
async def test_list_shows_what_fits_by_name_or_alias(desk: Services, wanted: str, found: list[str]) -> None:
    await terms_command(desk, ACTOR, f"import\n{ROWS}")

    first, *lines = (await terms_command(desk, ACTOR, f"list {wanted}")).splitlines()

    assert first == f"{len(found)} of 2 terms:"
    assert [line.split(" · ")[0] for line in lines] == [f"• {name}" for name in found]


async def test_an_empty_list_says_how_to_begin(desk: Services) -> None:
    assert "terms add NAME" in await terms_command(desk, ACTOR, "list")


async def test_import_counts_and_export_gives_rows_that_import_again(desk: Services) -> None:
    imported = await terms_command(desk, ACTOR, f"import\n{ROWS}")
    exported = await terms_command(desk, ACTOR, "export")
    again = await terms_command(desk, ACTOR, f"import\n{exported}")

    assert imported.splitlines()[0] == "Imported: 2 new, 0 changed, 0 as they were."
    assert again.splitlines()[0] == "Imported: 0 new, 0 changed, 2 as they were."
    assert exported.splitlines()[1] == "Gull,client,Seagull,,open,,,,"


async def test_each_change_is_on_record_by_who_made_it_and_without_the_name(desk: Services, tmp_path: Path) -> None:
    for text in ("add Gull", "remove Gull", f"import\n{ROWS}", "export", "remove Kraken", "list"):
        await terms_command(desk, ACTOR, text)

    with closing(sqlite3.connect(tmp_path / "checkpost.db")) as connection:
        records = [json.loads(record) for (record,) in connection.execute("SELECT record FROM audit ORDER BY seq")]
    assert [record["kind"] for record in records] == ["terms.add", "terms.remove", "terms.import", "terms.export"]
    assert {record["actor"] for record in records} == {ACTOR}
    assert "gull" not in json.dumps(records).lower()


async def test_the_help_pages_own_examples_work(desk: Services) -> None:
    lines = ADMIN_HELP.format(terms="terms").split("`")
    commands = [words.removeprefix("terms ") for words in lines if words.startswith("terms ")]

    answers = [await terms_command(desk, ACTOR, command) for command in commands]

    assert answers[0].startswith("Added: Northwind Traders (Northwind), client, open.")
    assert answers[1].startswith("Removed: Northwind Traders.")
    assert not any("did not work" in answer or answer == ADMIN_HELP.format(terms="terms") for answer in answers)


async def test_a_false_alarm_whose_record_failed_counts_with_the_next_press(
    desk: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, pressed = Author("slack", "T1", "U1"), f"{desk.checker.policy.rules[0].id} sha256:{'0' * 64} d1"

    async def fail(*_: Any) -> None:
        raise OSError("away")

    with monkeypatch.context() as patch:
        patch.setattr(Audit, "record_false_alarm", fail)
        with pytest.raises(OSError, match="away"):
            await note_false_alarm(desk, ann, pressed)

    assert await note_false_alarm(desk, ann, pressed)
    assert await note_false_alarm(desk, ann, pressed)
    assert [record["kind"] async for record in desk.audit.records()] == ["false_alarm"]
