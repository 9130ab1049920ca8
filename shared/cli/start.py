"""Where `niemno` begins: what it loads stays, and looking through it takes a fifth of a start."""

import gc
import signal

# While all is loaded there is nothing to tidy up: Ctrl-C ends it without a trace of Python's.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
gc.disable()

from shared.cli.command import main as obey


def main() -> None:
    """Let the collector of garbage look at what comes from now on, and do as the words say."""
    gc.freeze()
    gc.enable()
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    obey()
