"""Confidential reports as their inspectors find them: one condition for list and address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.errors import NotFound
from shared.domain.sealed import CONCLUDED
from shared.models.account import Account
from shared.models.organisation import Officer, Unit
from shared.models.sealed import (
    SealedKey,
    SealedMessage,
    SealedOpening,
    SealedReport,
    SealedStep,
    SealedWrap,
)


@dataclass(frozen=True)
class Entry:
    """A report as its inspectors list it."""

    report: SealedReport
    unit: Unit
    officer: Officer | None
    opened: int  # times that somebody opened it


def listed(session: Session, actor: Actor, *, concluded: bool = False) -> list[Entry]:
    """List the reports an inspector may open, the most urgent first."""
    ended = SealedReport.state.in_([str(state) for state in CONCLUDED])
    reports = session.scalars(
        select(SealedReport)
        .where(visible(actor), ended if concluded else ~ended)
        .order_by(
            SealedReport.due_on.asc().nulls_last(),
            SealedReport.rises_at.asc().nulls_last(),
            SealedReport.id,
        )
    )
    return _entries(session, reports.all())


def entry(session: Session, number: str, actor: Actor) -> Entry:
    """Find a report; NotFound for everybody it does not exist for."""
    return _entries(session, [found(session, number, actor)])[0]


def _entries(session: Session, reports: Sequence[SealedReport]) -> list[Entry]:
    """Give reports with what belongs to them, each kind read once for all."""
    keys = {report.id for report in reports}
    units = session.scalars(select(Unit).where(Unit.id.in_({one.unit_id for one in reports})))
    named = {one.officer_id for one in reports if one.officer_id is not None}
    officers = session.scalars(select(Officer).where(Officer.id.in_(named)))
    opened = (
        select(SealedOpening.report_id, func.count())
        .where(SealedOpening.report_id.in_(keys))
        .group_by(SealedOpening.report_id)
    )
    unit_of = {row.id: row for row in units}
    officer_of: dict[int | None, Officer] = {row.id: row for row in officers}
    times: dict[int, int] = dict(iter(session.execute(opened)))
    return [
        Entry(
            report,
            unit_of[report.unit_id],
            officer_of.get(report.officer_id),
            times.get(report.id, 0),
        )
        for report in reports
    ]


def visible(actor: Actor) -> ColumnElement[bool]:
    """Give the condition that a report exists for a person.

    It was sealed for a key of theirs at the level it has reached, they inspect its unit and
    neither serve, lead nor administer there, and they are not the officer it accuses.
    """
    sealed_for = exists().where(
        SealedMessage.report_id == SealedReport.id,
        SealedWrap.message_id == SealedMessage.id,
        SealedWrap.level == SealedReport.level,
        SealedKey.id == SealedWrap.key_id,
        SealedKey.account_id == actor.account_id,
    )
    units = actor.reach.get(Permission.INSPECT, frozenset())
    inspected = and_(SealedReport.unit_id.in_(units), sealed_for)
    if actor.officer_id is None:
        return inspected
    other = or_(SealedReport.officer_id.is_(None), SealedReport.officer_id != actor.officer_id)
    return and_(inspected, other)


def found(session: Session, number: str, actor: Actor) -> SealedReport:
    """Find a report by its number; NotFound for everybody it does not exist for."""
    wanted = select(SealedReport).where(SealedReport.number == number, visible(actor))
    report = session.scalar(wanted) if number.isprintable() else None
    if report is None:
        raise NotFound
    return report


def steps(session: Session, report: SealedReport) -> list[SealedStep]:
    """List the steps of a report, oldest first."""
    return list(
        session.scalars(
            select(SealedStep)
            .where(SealedStep.report_id == report.id)
            .order_by(SealedStep.at, SealedStep.id)
        )
    )


def openings(session: Session, report: SealedReport) -> list[tuple[str, datetime]]:
    """List who was given the sealed texts of a report, and when, the latest first."""
    rows = session.execute(
        select(Account.full_name, SealedOpening.at)
        .join(Account, Account.id == SealedOpening.account_id)
        .where(SealedOpening.report_id == report.id)
        .order_by(SealedOpening.at.desc(), SealedOpening.id.desc())
    )
    return [(name, at) for name, at in rows]


def fingerprints(session: Session, report: SealedReport, actor: Actor) -> list[str]:
    """Name the inspector's keys that open something of a report where it is, the newest first."""
    return list(
        session.scalars(
            select(SealedKey.fingerprint)
            .where(
                SealedKey.account_id == actor.account_id,
                exists().where(
                    SealedWrap.key_id == SealedKey.id,
                    SealedWrap.level == report.level,
                    SealedWrap.message_id == SealedMessage.id,
                    SealedMessage.report_id == report.id,
                ),
            )
            .order_by(SealedKey.id.desc())
        )
    )


def levels_of(session: Session, report: SealedReport) -> list[int]:
    """Give the levels that a report was sealed for, the nearest first."""
    return sorted(
        session.scalars(
            select(SealedWrap.level)
            .join(SealedMessage, SealedMessage.id == SealedWrap.message_id)
            .where(SealedMessage.report_id == report.id)
            .distinct()
        )
    )
