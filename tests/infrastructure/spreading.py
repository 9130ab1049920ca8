"""Which files one of several workers runs: those that share what is costly to make."""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

# Every form of every page is found by opening the pages, five seconds of work.
TOGETHER = ("web/test_bad_input.py", "web/test_bad_requests.py", "web/test_extra_fields.py")


class ByWhatIsMade(LoadFileScheduling):
    """Gives a file to one worker, and to the same one the files that ask for the same."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return TOGETHER[0] if file.endswith(TOGETHER) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByWhatIsMade | None:
    """Spread files so where files are what is spread."""
    return ByWhatIsMade(config, log) if config.getoption("dist") == "loadfile" else None
