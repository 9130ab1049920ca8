"""`python -m shared.jobs` serves; with a number it does that one job."""

import os
import signal
import sys

from shared.config import Settings
from shared.db import make_engine
from shared.jobs import loop

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends the whole group, without a trace
    known = Settings.from_environment(os.environ)
    if len(sys.argv) > 1:
        loop.run(known, make_engine(known.database_url), int(sys.argv[1]))
    else:
        loop.serve(known)
