"""The `niemno` command."""

from shared.cli.command import main

__all__ = ["main"]
