"""Runs the command line as `python -m bots.cli`."""

from bots.cli import main

main()
