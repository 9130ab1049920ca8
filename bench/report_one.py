"""One report as the job writes it, in a process of its own, with the memory it took.

Runs as `python -m bench.report_one`: database, campaign, report, form and instant as arguments,
JSON out.
"""

import json
import resource
import sys
import time
from datetime import datetime

from sqlalchemy.orm import Session

from shared.db import make_engine
from shared.jobs import campaign_reports

KIB = 1024
WRITERS = {
    "docx": campaign_reports.as_docx,
    "pdf": campaign_reports.as_pdf,
    "xlsx": campaign_reports.as_xlsx,
}


def _report(url: str, campaign: str, key: str, form: str, now: datetime) -> dict[str, float]:
    begin = time.perf_counter()
    engine = make_engine(url)
    with Session(engine) as session:
        material = campaign_reports.gather(session, campaign, key, now)
        gathered = time.perf_counter() - begin
        content = WRITERS[form](material)
    engine.dispose()
    return {
        "seconds": time.perf_counter() - begin,
        "gathered": gathered,
        "bytes": len(content),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB // 1_000_000,
    }


if __name__ == "__main__":
    url, campaign, key, form, now = sys.argv[1:]
    print(json.dumps(_report(url, campaign, key, form, datetime.fromisoformat(now))))
