"""Cli: the `checkpost` command. The command line is the operator: it acts as admin and has no probing limit."""

from __future__ import annotations

import click

from bots.cli.audit import audit
from bots.cli.check import check
from bots.cli.database import db
from bots.cli.doctor import doctor
from bots.cli.guidance import privacy, reply, trail
from bots.cli.manifest import manifest
from bots.cli.policy import policy
from bots.cli.report import report
from bots.cli.serve import serve
from bots.cli.terms import terms
from core.errors import CheckpostError

COULD_NOT_CHECK = 4


class _Commands(click.Group):
    """Says what went wrong in a sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except CheckpostError as error:
            click.echo(f"checkpost: {error}", err=True)
            ctx.exit(COULD_NOT_CHECK if ctx.invoked_subcommand == check.name else 1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="checkpost", message="%(version)s")
def main() -> None:
    """Check the draft of a public post, privately, before the world sees it."""


for _command in (check, serve, terms, policy, reply, trail, privacy, audit, report, manifest, db, doctor):
    main.add_command(_command)
