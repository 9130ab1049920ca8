"""`python -m shared.jobs` does the jobs, until the process that started it is gone."""

import gc
import os
import signal

# Loading the rest takes a while, and whoever started this one may be gone by then.
PARENT = os.getppid()
# Ctrl-C ends the whole group without a trace, also meanwhile.
signal.signal(signal.SIGINT, signal.SIG_DFL)
gc.disable()  # what is loaded stays: looking through it takes a fifth of the time

from shared.config import Settings
from shared.jobs import loop

if __name__ == "__main__":
    gc.freeze()
    gc.enable()
    loop.serve(Settings.from_environment(os.environ), PARENT)
