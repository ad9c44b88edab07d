"""`checkpost check`: one draft, or with --jsonl a line for each."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import click
from rich.console import Console
from rich.panel import Panel
from rich.progress import Progress
from rich.text import Text

from bots.answer import answer_to, marked
from bots.bootstrap import Services
from bots.cli.session import operator, with_services
from bots.contract import read_payload, verdict_json
from bots.echo import printable
from bots.gate import MalformedBody, parse_object
from bots.wording import ASKS
from core.draft import Account, Draft, Network, clean
from core.errors import DraftError
from core.finding import Action
from core.pictures import Pictures
from core.verdict import Outcome, Verdict

EXIT = {Outcome.OK: 0, Outcome.REVISE: 1, Outcome.BLOCK: 3, Outcome.UNCHECKED: 4}
COLOURS = {Outcome.OK: "green", Outcome.REVISE: "yellow", Outcome.BLOCK: "red", Outcome.UNCHECKED: "magenta"}
MARKS = {Action.NOTE: "·", Action.REVISE: "✎", Action.BLOCK: "✗"}
STANDARD_INPUT = "-"
"""What many commands take for it; nobody publishes a dash."""


@click.command()
@click.argument("text", required=False)
@click.option("--file", "file", type=click.File("rb"), help="Read the draft from a file; - is standard input.")
@click.option(
    "--picture",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the draft from a screenshot or photo.",
)
@click.option(
    "--network", type=click.Choice([network.value for network in Network]), help="Where it will be published."
)
@click.option(
    "--account", type=click.Choice([account.value for account in Account]), help="Whose account it will appear on."
)
@click.option("--timezone", metavar="AREA/CITY", help="The author's clock.")
@click.option("--at", metavar="ISO-8601", help="When it is written; now by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.option("--jsonl", is_flag=True, help="Read a JSON object a line from standard input, print a verdict a line.")
@click.pass_context
def check(
    ctx: click.Context,
    /,
    text: str | None,
    file: BinaryIO | None,
    picture: Path | None,
    as_json: bool,
    jsonl: bool,
    **given: Any,
) -> None:
    """Check a draft: TEXT, a file, a picture, or standard input (also where TEXT is -).

    Exit status: 0 ok, 1 change it, 3 do not post it, 4 could not be checked, 2 wrong usage.
    """
    if sum(source is not None for source in (text, file, picture)) > 1:
        raise click.UsageError("Give the draft as TEXT, as --file or as --picture, one of them.")
    if jsonl:
        if text is not None or picture or as_json or any(given.values()):
            raise click.UsageError("--jsonl takes everything from its lines: leave TEXT and the other options out.")
        with_services(lambda services: _check_lines(services, file or sys.stdin.buffer))
        return
    values = {name: value for name, value in given.items() if value is not None}
    try:
        words, unread = _picture_text(picture) if picture else (_draft_text(text, file), ())
        draft = replace(read_payload({"text": words, **values}).draft(operator()), unread=unread)
    except DraftError as error:
        raise click.UsageError(str(error)) from None
    verdict = with_services(lambda services: services.checker.check(draft))
    if as_json:
        click.echo(json.dumps(verdict_json(draft, verdict), ensure_ascii=False))
    else:
        show(draft, verdict)
    ctx.exit(EXIT[verdict.outcome])


def show(draft: Draft, verdict: Verdict) -> None:
    """Print a verdict for a person at a terminal."""
    console = Console(highlight=False, emoji=False)
    words = answer_to(draft, verdict)
    console.print(Text(f"{words.sign} {words.headline}", style=f"bold {COLOURS[verdict.outcome]}"))
    if verdict.outcome is not Outcome.OK:
        console.print(Text(words.lead))
    if words.items:
        draft_text = Text()
        for piece, is_marked in marked(draft, verdict):
            draft_text.append(printable(piece), style="reverse" if is_marked else "")
        console.print(Panel(draft_text, title="your draft", title_align="left"))
    for item in words.items:
        quotes = " ".join((", ".join(f"“{quote}”" for quote in item.quotes), item.more)).strip()
        console.print(Text(f"{MARKS[item.action]} {ASKS[item.action]}: {item.title}", style="bold"), Text(quotes))
        console.print(Text(f"  {item.why}"))
        if item.suggest:
            console.print(Text(f"  {item.offer}: {' / '.join(item.suggest)}"))
        if item.learn:
            console.print(Text(f"  More: {item.learn}"))
    for sentence in words.unread:
        console.print(Text(f"? {sentence}"))
    if words.rewrite:
        console.print(Panel(Text(printable(words.rewrite)), title=words.rewrite_title, title_align="left"))
    if words.no_rewrite:
        console.print(Text(words.no_rewrite))


def _picture_text(path: Path) -> tuple[str, tuple[str, ...]]:
    """Return what a picture says, and what of it was not read."""
    picture = asyncio.run(Pictures().read(path.read_bytes()))
    if not picture.draft:
        raise DraftError("there is no text in the picture, and no place in its file: nothing to check")
    return picture.draft, () if picture.sure else ("picture",)


def _draft_text(text: str | None, file: BinaryIO | None) -> str:
    if text is not None and text != STANDARD_INPUT:
        return text
    raw = (file or sys.stdin.buffer).read()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DraftError(f"the draft is not UTF-8 (byte {error.start + 1}): save it as UTF-8 and try again") from None


async def _check_lines(services: Services, stream: Iterable[bytes]) -> None:
    """Answer each line in order; a bad line gives an error of its own and stops nothing."""
    for line in _progress(stream):
        result = await _check_line(services, line)
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _progress(stream: Iterable[bytes]) -> Iterator[bytes]:
    lines = (line for line in stream if line.strip())
    if not sys.stderr.isatty():
        yield from lines
        return
    everything = list(lines)
    with Progress(console=Console(stderr=True), redirect_stdout=False, redirect_stderr=False) as progress:
        yield from progress.track(everything, description="checking")


async def _check_line(services: Services, line: bytes) -> dict[str, Any]:
    values: dict[str, Any] = {}
    try:
        values = parse_object(line)
        draft = read_payload(values).draft(operator())
    except (DraftError, MalformedBody) as error:
        given = values.get("id")
        return {
            "id": str(given) if isinstance(given, int) else json.loads(clean(json.dumps(given, ensure_ascii=False))),
            "error": str(error).replace("the body", "the line"),
        }
    return verdict_json(draft, await services.checker.check(draft))
