"""The `niemno` command."""

import gc


def main() -> None:
    """Do what the command line says."""
    gc.disable()  # what is loaded stays: looking through it takes a fifth of a start
    from shared.cli import command  # noqa: PLC0415  loaded only now, with nobody looking through

    gc.freeze()
    gc.enable()
    command.main()
