"""Exports that come by themselves: what is sent twice running is taken once for a unit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.domain.errors import NotFound
from shared.models.api_key import ApiKey
from shared.models.dossier import DossierFeed
from shared.models.job import Job
from shared.models.organisation import Unit
from shared.services import jobs
from shared.services.unit_tree import below, tree_of_units

JOB = "dossier_feed"
HTTP, FOLDER = "http", "folder"
LISTED = 20


@dataclass(frozen=True)
class Handed:
    """A file that was handed in: its name among the kept ones, its own name and its SHA-256."""

    upload: str
    file_name: str
    digest: str
    source: str
    given_by: str
    api_key_id: int | None = None


@dataclass(frozen=True)
class Fed:
    """A feed with the job that takes it over."""

    feed: DossierFeed
    job: Job
    unit: str


def receive(session: Session, unit_id: int, handed: Handed, now: datetime) -> tuple[Job, bool]:
    """Have a file taken over unless its content is what came last; say whether it is new.

    A content whose job failed is tried again, and so is one after which another came: the unit's
    software says anew what it said before. Of two at the same moment one is new.
    """
    known = find(session, unit_id, handed.digest)
    if known is not None and not may_come_again(session, known):
        return known.job, False
    try:
        with session.begin_nested():
            feed = known.feed if known else None
            return _asked(session, unit_id, handed, feed, now), True
    except IntegrityError:
        known = find(session, unit_id, handed.digest)
        if known is None:
            raise
        return known.job, False


def find(session: Session, unit_id: int, digest: str) -> Fed | None:
    """Find what became of a content in a unit."""
    found = session.execute(
        _feeds().where(DossierFeed.unit_id == unit_id, DossierFeed.digest == digest)
    ).one_or_none()
    return None if found is None else Fed(*found)


def may_come_again(session: Session, known: Fed) -> bool:
    """Say whether a content that came before has to be taken over when it comes once more."""
    if known.job.state == jobs.FAILED:
        return True
    last = select(func.max(DossierFeed.job_id)).join(Job, DossierFeed.job_id == Job.id)
    last = last.where(DossierFeed.unit_id == known.feed.unit_id, Job.state != jobs.FAILED)
    return session.scalar(last) != known.job.id


def fed(session: Session, key: ApiKey, job_id: int) -> Fed:
    """Find a feed by one of its jobs, within the units of a key; NotFound otherwise."""
    job = session.get(Job, job_id)
    if job is None or job.kind != JOB or job.arguments["unit_id"] not in reach(session, key):
        raise NotFound
    found = find(session, job.arguments["unit_id"], job.arguments["digest"])
    if found is None:
        raise NotFound
    return Fed(found.feed, job, found.unit)


def feeds(session: Session, units: Collection[int]) -> list[Fed]:
    """List the last feeds of the given units, the newest first."""
    found = session.execute(
        _feeds()
        .where(DossierFeed.unit_id.in_(units))
        .order_by(DossierFeed.received_at.desc(), DossierFeed.id.desc())
        .limit(LISTED)
    )
    return [Fed(*row) for row in found]


def unit_of(session: Session, key: ApiKey, code: str) -> Unit:
    """Find the unit a file is for: the one of that code, else the key's own; NotFound otherwise."""
    if not code.isprintable():  # PostgreSQL knows no text with a NUL
        raise NotFound
    query = select(Unit).where(Unit.id.in_(reach(session, key)))
    query = query.where(Unit.code == code) if code else query.where(Unit.id == key.unit_id)
    unit = session.scalar(query)
    if unit is None:
        raise NotFound
    return unit


def reach(session: Session, key: ApiKey) -> frozenset[int]:
    """Give the units a key lets files in for: its own and those below."""
    return below(tree_of_units(session), {key.unit_id}) if key.unit_id else frozenset()


def _feeds() -> Select[DossierFeed, Job, str]:
    return (
        select(DossierFeed, Job, Unit.code)
        .join(Job, DossierFeed.job_id == Job.id)
        .join(Unit, DossierFeed.unit_id == Unit.id)
    )


def _asked(
    session: Session, unit_id: int, handed: Handed, feed: DossierFeed | None, now: datetime
) -> Job:
    arguments = {
        "unit_id": unit_id,
        "upload": handed.upload,
        "digest": handed.digest,
        "file_name": handed.file_name[:200],
        "actor": handed.given_by[:80],
        "source": handed.source,
    }
    job = jobs.request(session, JOB, arguments, None, now)
    if feed is None:
        feed = DossierFeed(unit_id=unit_id, digest=handed.digest)
        session.add(feed)
    feed.file_name, feed.source = handed.file_name[:200], handed.source
    feed.api_key_id, feed.job_id, feed.received_at = handed.api_key_id, job.id, now
    session.flush()
    return job
