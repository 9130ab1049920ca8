"""Where `niemno` begins: what it loads stays, and looking through it takes a fifth of a start."""

import gc

gc.disable()

from shared.cli.command import main as obey


def main() -> None:
    """Let the collector of garbage look at what comes from now on, and do as the words say."""
    gc.freeze()
    gc.enable()
    obey()
