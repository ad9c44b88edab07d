"""`checkpost manual`: every command and option on one page, written from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from bots.cli.session import put

HEAD = """# Commands

Written by `make manual` from the commands themselves. `checkpost COMMAND --help` says the same.

Exit status of `check`: 0 ok, 1 change it, 3 do not post it, 4 could not be checked, 2 wrong usage. Of all others:
0 done, 1 failed, 2 wrong usage.
"""


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it to a file.")
@click.pass_context
def manual(ctx: click.Context, out: Path | None) -> None:
    """Write a page of all commands and their options."""
    put(page(ctx.find_root().command), out)


def page(main: click.Command) -> str:
    """Return the page as Markdown."""
    return HEAD + "".join(_section(name, command) for name, command in _commands("checkpost", main))


def _commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, by its whole name."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    for word, below in sorted(command.commands.items()):
        if not below.hidden:
            yield from _commands(f"{name} {word}", below)


def _section(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name)
    usage = " ".join(command.collect_usage_pieces(context)).replace("[OPTIONS]", "").split()
    text = (command.help or "").replace("\f", "").replace("\b\n", "").strip()
    lines = [f"\n## `{' '.join([name, *usage])}`\n", *_wrapped(text)]
    records = (each.get_help_record(context) for each in command.params if not _is_help(each))
    options = [record for record in records if record and record[1]]  # an argument stands in the title already
    if options:
        lines += ["", "| option | |", "|---|---|"]
        lines += [f"| `{_cell(names)}` | {_cell(said)} |" for names, said in options]
    return "\n".join(lines) + "\n"


def _wrapped(text: str) -> list[str]:
    """Keep lines, and set what is laid out as a list apart as one."""
    lines = [line.strip() for line in text.splitlines()]
    return [f"- {line}" if line.startswith("--") and "  " in line else line for line in lines]


def _is_help(each: click.Parameter) -> bool:
    return "--help" in each.opts


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
