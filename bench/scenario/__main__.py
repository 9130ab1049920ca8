"""`python -m bench.scenario [folder]`: runs the five campaigns, prints standings, keeps reports."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy.orm import Session

from bench.scenario import checks, folder
from bench.scenario.plans import DISTRICTS
from bench.scenario.running import run
from shared import migrating
from shared.db import make_engine


def main() -> int:
    """Run what was asked for; 1 when a campaign did not end as it should."""
    parser = argparse.ArgumentParser(prog="bench.scenario", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="where the closing reports go")
    parser.add_argument("--only", choices=[one.key for one in DISTRICTS])
    given = parser.parse_args()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="niemno-scenario-") as name:
        url = f"sqlite+pysqlite:///{Path(name) / 'niemno.db'}"
        engine = make_engine(url)
        migrating.upgrade(engine)
        for number, district in enumerate(DISTRICTS, 1):
            if given.only in (None, district.key):
                begun = time.process_time()
                with Session(engine, expire_on_commit=False) as session:
                    closed = run(session, number, district)
                    print(checks.as_text(session, closed), flush=True)
                    wrong += checks.wrong(session, closed)
                if given.folder:
                    folder.keep(engine, url, Path(name), closed, given.folder)
                print(f"… {time.process_time() - begun:.0f} s\n", file=sys.stderr, flush=True)
        engine.dispose()
    for line in wrong:
        print(f"wrong: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
