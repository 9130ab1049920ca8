"""Every kind of job and who does it."""

from collections.abc import Mapping

from shared.jobs.work import Work

KINDS: Mapping[str, Work] = {}
