"""Options: reads what people write before a draft, and after `terms add` and its like."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from click.core import ParameterSource

from bots import wording
from core.draft import Account, Network
from core.errors import DraftError, TermsError
from core.terms.term import Kind, Needs, Secrecy, Term, read_moment, tidy

_CURLY = str.maketrans("“”„‟", '""""')
_EXAMPLE = "Write: NAME --kind client --alias OTHER --note TEXT"
_PARTICULAR = re.compile(r"\s*(?:--|—|–)(network|account)(?:\s+|=)(\S+)", re.IGNORECASE)
_DASHES = re.compile(r"(?<!\S)[—–](?=\w)")


def read_particulars(text: str, network: Network, account: Account) -> tuple[str, Network, Account]:
    """Take `--network` and `--account` from the front of a draft; return its text, and these or what was given.

    Raises:
        DraftError: an unknown one, naming those there are; quotes nothing.
    """
    while option := _PARTICULAR.match(text):
        text, value = text[option.end() :], option[2].lower()
        try:
            if option[1].lower() == "network":
                network = Network(value)
            else:
                account = Account(value)
        except ValueError:
            raise DraftError(_unknown(option[1].lower())) from None
    return text, network, account


def _unknown(option: str) -> str:
    if option == "network":
        return wording.UNKNOWN_NETWORK.format(networks=" ".join(Network))
    return wording.UNKNOWN_ACCOUNT.format(accounts=" ".join(Account))


def parse_term(text: str) -> Term:
    """Read `NAME [--kind K] [--alias A]... [--note N] ...`, with the quotes and dashes of chat clients.

    Raises:
        TermsError: saying what to write instead.
    """
    return term_of(split(text))


def term_of(words: Sequence[str]) -> Term:
    """Build a term from the words of a command: the name first, then its options.

    Raises:
        TermsError: saying what to write instead.
    """
    name, values = read_options(words)
    return Term(name=name, **values)


def edit_of(words: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Read whom a command changes and the fields that it gives; an empty value takes a field's value away.

    Raises:
        TermsError: saying what to write instead.
    """
    name, values = read_options(words, renames=True)
    if not values:
        raise TermsError("write what to change, for example --note TEXT, --alias OTHER or --name NEW")
    return name, values


def read_options(words: Sequence[str], *, renames: bool = False, called: str = "name") -> tuple[str, dict[str, Any]]:
    """Return what stands before the options, and the fields of a term that the options give.

    Raises:
        TermsError: saying what to write instead; `called` is what should stand in front.
    """
    options = next((at for at, word in enumerate(words) if word.startswith("--")), len(words))
    name = tidy(" ".join(words[:options]))
    if not options:
        raise TermsError(f"write the {called} first. {_EXAMPLE}")
    try:
        with term_command(renames=renames).make_context("add", list(words[options:])) as context:
            given = {
                key: value
                for key, value in context.params.items()
                if context.get_parameter_source(key) is ParameterSource.COMMANDLINE
            }
    except click.ClickException as error:
        raise TermsError(f"{error.format_message()} {_EXAMPLE}") from None
    if given.pop("stray", ()):
        raise TermsError('put several words after an option in double quotes: --alias "Other Name"')
    zone = _zone(given.pop("timezone", None))
    return name, {key: _value(key, value, zone) for key, value in given.items()}


def term_command(*, renames: bool = False) -> click.Command:
    """Return the options of a term, the same for chat and the command line."""
    params = [
        click.Argument(["stray"], nargs=-1),
        click.Option(["--kind"], type=click.Choice([kind.value for kind in Kind])),
        click.Option(["--alias", "aliases"], multiple=True),
        click.Option(["--note"]),
        click.Option(["--secrecy"], type=click.Choice([each.value for each in Secrecy])),
        click.Option(["--owner"]),
        click.Option(["--needs"], type=click.Choice([*(each.value for each in Needs), ""])),
        click.Option(["--from", "active_from"]),
        click.Option(["--until", "active_until"]),
        click.Option(["--timezone"]),
    ]
    return click.Command("add", add_help_option=False, params=[*params, *[click.Option(["--name"])] * renames])


def split(text: str) -> list[str]:
    """Split what somebody typed into words, with the quotes and dashes of chat clients.

    Raises:
        TermsError: it has several lines, or a quote that does not end.
    """
    if "\n" in text:
        raise TermsError("write one name a command; `import` takes several, one a line")
    plain = _DASHES.sub("--", text.translate(_CURLY))
    reader = shlex.shlex(plain, posix=True)  # names hold apostrophes, hashes and backslashes: only " quotes
    reader.whitespace_split, reader.quotes, reader.escape, reader.commenters = True, '"', "", ""
    try:
        return list(reader)
    except ValueError:
        raise TermsError("a quote is opened and not closed") from None


def _value(key: str, value: Any, zone: ZoneInfo | None) -> Any:
    """Turn the value of an option into that of a term's field."""
    if key in ("active_from", "active_until"):
        return read_moment(key.replace("active_", "--"), tidy(value), zone)
    if key == "aliases":
        return tuple(alias for alias in map(tidy, value) if alias)
    if key == "needs":
        return Needs(value) if value else None
    read = {"kind": Kind, "secrecy": Secrecy}.get(key, tidy)
    return read(value)


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise TermsError("--timezone: write AREA/CITY, for example Europe/Berlin") from None


def unquoted(text: str) -> str:
    """Return a text without the quotes around it."""
    return text.translate(_CURLY).strip('" ')
