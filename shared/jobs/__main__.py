"""`python -m shared.jobs` serves; with a number it does that one job."""

import os
import signal

# Loading the rest takes a while, and whoever started this one may be gone by then.
PARENT = os.getppid()
# Ctrl-C ends the whole group without a trace, also meanwhile.
signal.signal(signal.SIGINT, signal.SIG_DFL)

import sys

from shared.config import Settings
from shared.db import make_engine
from shared.jobs import loop

if __name__ == "__main__":
    known = Settings.from_environment(os.environ)
    if len(sys.argv) > 1:
        loop.run(known, make_engine(known.database_url), int(sys.argv[1]))
    else:
        loop.serve(known, PARENT)
