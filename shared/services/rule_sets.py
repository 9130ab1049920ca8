"""An organisation's rule set: new versions from a date; one that judged a case is never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import AMOUNT_MAX, Limit, Matter, Receipt, Stage, Unit
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.domain.handling import PAUSE_CAP_MAX, Handling, wrong_part
from shared.domain.rating import clean_text
from shared.models.calendar import DeadlineRule
from shared.models.clock import ComplaintClock, HandlingRule, RemoteUnit
from shared.models.organisation import Unit as UnitRow
from shared.services import organisations
from shared.services.calendars import handling_rules, install_missing_rules, limits
from shared.services.registers import Setup

LONGEST_DOCUMENT = 300
LONGEST_BASIS = 500
KINDS: list[str] = [*Kind, *Matter]
TIERS = list(Tier)
OWN = "own"  # codes of what an organisation added itself

Fields = Mapping[str, str]


@dataclass(frozen=True)
class Versions:
    """Every version of a rule set, and which hold today.

    What a version judged is not told: a count would tell an officer of cases that name them.
    """

    limits: list[Limit]
    handling: list[Handling]
    in_force: frozenset[str]  # codes
    remote: Mapping[int, RemoteUnit]


def versions(session: Session, known: Setup) -> Versions:
    """Give an organisation's rule set in the order it is read, older versions first."""
    organisation_id = known.organisation.id
    found = sorted(limits(session, organisation_id), key=lambda one: (*_key(one), *_from(one)))
    handling = sorted(
        handling_rules(session, organisation_id),
        key=lambda one: (KINDS.index(one.kind), TIERS.index(one.tier), one.in_force_from),
    )
    hold: dict[object, str] = {_key(one): one.code for one in found if _holds(one, known.today)}
    hold |= {(one.kind, one.tier): one.code for one in handling if _holds(one, known.today)}
    return Versions(found, handling, frozenset(hold.values()), _remote(session))


def limit_of(session: Session, known: Setup, code: str) -> Limit:
    """Find a version of a limit by its code; NotFound when the organisation has none."""
    for limit in limits(session, known.organisation.id):
        if limit.code == code:
            return limit
    raise NotFound


def latest_limit(session: Session, known: Setup, code: str) -> Limit:
    """Give the latest version of the limit that a code is a version of; raises as `limit_of`."""
    key = _key(limit_of(session, known, code))
    same = [one for one in limits(session, known.organisation.id) if _key(one) == key]
    return max(same, key=_from)


def latest_handling(session: Session, known: Setup, code: str) -> Handling:
    """Give the latest version of what is allowed besides a limit; raises as `handling_of`."""
    old = handling_of(session, known, code)
    found = handling_rules(session, known.organisation.id)
    same = [one for one in found if (one.kind, one.tier) == (old.kind, old.tier)]
    return max(same, key=_from)


def handling_of(session: Session, known: Setup, code: str) -> Handling:
    """Find a version of what is allowed by its code; NotFound when the organisation has none."""
    for rule in handling_rules(session, known.organisation.id):
        if rule.code == code:
            return rule
    raise NotFound


def add_limit(session: Session, known: Setup, code: str, fields: Fields) -> Limit:
    """Add a version of the limit of a code, from a date on: amount, unit, document.

    Without a code it is the first limit of a kind, tier and step. Cases received before that date
    keep the version they were judged by. Raises NotAllowed for who may not change the whole
    organisation, NotFound, Invalid naming the field.
    """
    organisations.check_may_change_whole(session, known)
    of_code = limit_of(session, known, code) if code else None
    with Faults() as faults:
        old = of_code or faults.read(_first, fields)
        amount = faults.read(_count, fields, "amount", 1, AMOUNT_MAX)
        if fields.get("unit", "") not in set(Unit):
            faults.add(Invalid("unit_unknown", N_("Xin chọn đơn vị tính."), field="unit"))
        starts = faults.read(_date, fields, "in_force_from")
        document = faults.read(_words, fields, "document", LONGEST_DOCUMENT)
        legal_basis = faults.read(_words, fields, "legal_basis", LONGEST_BASIS)
    same = [one for one in limits(session, known.organisation.id) if _key(one) == _key(old)]
    _check_newest(starts, max((one.in_force_from for one in same), default=date.min))
    new = replace(
        old,
        amount=amount,
        unit=Unit(fields["unit"]),
        in_force_from=starts,
        in_force_to=None,
        code=_code(old.kind, old.stage, old.tier, starts, *_more(old)),
        document=document,
        legal_basis=legal_basis,
    )
    session.add(DeadlineRule(organisation_id=known.organisation.id, **vars(new)))
    session.flush()
    return new


def add_handling(session: Session, known: Setup, code: str, fields: Fields) -> Handling:
    """Add a version of what is allowed besides the limit, from a date on; raises as `add_limit`."""
    organisations.check_may_change_whole(session, known)
    old = handling_of(session, known, code)
    new = _read_handling(old, fields)
    _check_newest(new.in_force_from, latest_handling(session, known, code).in_force_from)
    wrong = wrong_part(new)
    if wrong is not None:
        raise Invalid(
            "rule_contradicts",
            N_("Tạm dừng cần số ngày tối đa, gia hạn cần độ dài; để 0 cả hai nếu không cho phép."),
            field=wrong,
        )
    session.add(HandlingRule(organisation_id=known.organisation.id, **vars(new)))
    session.flush()
    return new


def withdraw(session: Session, known: Setup, code: str) -> None:
    """Take back a version that was added by mistake.

    Raises RuleBroken `rule_has_judged` once a case was judged by it, NotFound for a shipped one.
    """
    organisations.check_may_change_whole(session, known)
    organisation_id = known.organisation.id
    if not code.startswith(f"{OWN}-"):
        raise NotFound
    row = session.scalar(
        select(DeadlineRule).where(
            DeadlineRule.organisation_id == organisation_id, DeadlineRule.code == code
        )
    ) or session.scalar(
        select(HandlingRule).where(
            HandlingRule.organisation_id == organisation_id, HandlingRule.code == code
        )
    )
    if row is None:
        raise NotFound
    if _has_judged(session, organisation_id, code):
        raise RuleBroken(
            "rule_has_judged",
            N_("Đã có vụ việc tính hạn theo bản này nên giữ nguyên. Xin thêm một bản mới."),
        )
    session.delete(row)
    session.flush()


def take_shipped(session: Session, known: Setup) -> int:
    """Add the shipped rules the organisation lacks, changing none it has; say how many."""
    organisations.check_may_change_whole(session, known)
    return install_missing_rules(session, known.organisation.id)


def mark_remote(session: Session, known: Setup, unit_id: int, fields: Fields) -> None:
    """Say since when a unit's area is remote by law, with its document; no date takes it back.

    Raises NotFound for a unit of another organisation, Invalid naming the field.
    """
    organisations.check_may_change_whole(session, known)
    unit = session.get(UnitRow, unit_id)
    if unit is None or unit.organisation_id != known.organisation.id:
        raise NotFound
    row = session.get(RemoteUnit, unit_id)
    if not fields.get("valid_from"):
        if row is not None:
            session.delete(row)
        return
    with Faults() as faults:
        since = faults.read(_date, fields, "valid_from")
        document = faults.read(_words, fields, "document", LONGEST_DOCUMENT)
    if row is None:
        session.add(RemoteUnit(unit_id=unit_id, valid_from=since, document=document))
    else:
        row.valid_from, row.document = since, document


def _read_handling(old: Handling, fields: Fields) -> Handling:
    """Give a version after `old` as it was typed."""
    with Faults() as faults:
        starts = faults.read(_date, fields, "in_force_from")
        if fields.get("receipt", "") not in set(Receipt):
            told = N_("Xin chọn cách tính ngày tiếp nhận.")
            faults.add(Invalid("receipt_unknown", told, field="receipt"))
        cut_off = faults.read(_cut_off, fields)
        pauses_max = faults.read(_count, fields, "pauses_max", 0, 10)
        pause_cap = faults.read(_count, fields, "pause_cap", 0, PAUSE_CAP_MAX)
        extensions_max = faults.read(_count, fields, "extensions_max", 0, 10)
        extension_max = faults.read(_count, fields, "extension_max", 0, AMOUNT_MAX)
        limited = bool(fields.get("ceiling"))
        ceiling = faults.read(_count, fields, "ceiling", 1, AMOUNT_MAX) if limited else None
        document = faults.read(_words, fields, "document", LONGEST_DOCUMENT)
        legal_basis = faults.read(_words, fields, "legal_basis", LONGEST_BASIS)
    return replace(
        old,
        in_force_from=starts,
        in_force_to=None,
        code=_code(old.kind, "handling", old.tier, starts),
        receipt=Receipt(fields["receipt"]),
        cut_off=cut_off,
        pauses_max=pauses_max,
        pause_cap=pause_cap,
        extensions_max=extensions_max,
        extension_max=extension_max,
        ceiling=ceiling,
        second_person=bool(fields.get("second_person")),
        fresh_on_transfer=bool(fields.get("fresh_on_transfer")),
        document=document,
        legal_basis=legal_basis,
    )


def _first(fields: Fields) -> Limit:
    """Give what a first limit is of; all else of it is still to be filled in."""
    with Faults() as faults:
        for name, words in (("kind", set(Kind)), ("tier", set(Tier)), ("stage", set(Stage))):
            if fields.get(name, "") not in words:
                faults.add(Invalid("choice_missing", N_("Xin chọn."), field=name))
    return Limit(
        kind=Kind(fields["kind"]),
        tier=Tier(fields["tier"]),
        stage=Stage(fields["stage"]),
        amount=1,
        unit=Unit.WORKING_DAY,
        in_force_from=date.min,
        in_force_to=None,
        code="",
        document="",
        legal_basis="",
        instance=2 if fields.get("instance") == "2" else 1,
        remote=bool(fields.get("remote")),
    )


def _key(limit: Limit) -> tuple[int, int, int, bool, int]:
    """Give what versions of one limit share, in the order rules are read."""
    return (
        KINDS.index(limit.kind),
        list(Stage).index(limit.stage),
        limit.instance,
        limit.remote,
        TIERS.index(limit.tier),
    )


def _from(rule: Limit | Handling) -> tuple[date, str]:
    return rule.in_force_from, rule.code


def _holds(rule: Limit | Handling, on: date) -> bool:
    return rule.in_force_from <= on and (rule.in_force_to is None or on <= rule.in_force_to)


def _has_judged(session: Session, organisation_id: int, code: str) -> bool:
    by_it = or_(ComplaintClock.rule_code == code, ComplaintClock.handling_code == code)
    found = session.scalar(
        select(ComplaintClock.id)
        .join(UnitRow, UnitRow.id == ComplaintClock.unit_id)
        .where(UnitRow.organisation_id == organisation_id, by_it)
        .limit(1)
    )
    return found is not None


def _remote(session: Session) -> dict[int, RemoteUnit]:
    return {row.unit_id: row for row in session.scalars(select(RemoteUnit))}


def _more(limit: Limit) -> list[str]:
    return [str(limit.instance)] * (limit.instance > 1) + ["remote"] * limit.remote


def _code(kind: str, step: str, tier: str, starts: date, *more: str) -> str:
    return "-".join([OWN, kind.replace("_", "-"), step, tier, *more, starts.isoformat()])


def _check_newest(starts: date, newest: date) -> None:
    if starts <= newest:
        raise Invalid(
            "version_too_old",
            N_("Bản mới phải có hiệu lực sau bản gần nhất, từ %(newest)s."),
            field="in_force_from",
            newest=newest.strftime("%d/%m/%Y"),
        )


def _date(fields: Fields, name: str) -> date:
    try:
        return date.fromisoformat(fields.get(name, ""))
    except ValueError:
        raise Invalid("date_wrong", N_("Xin chọn ngày."), field=name) from None


def _cut_off(fields: Fields) -> time | None:
    text = fields.get("cut_off", "")
    if not text:
        return None
    try:
        return time.fromisoformat(text[:5])
    except ValueError:
        raise Invalid("time_wrong", N_("Xin nhập giờ dạng 15:00."), field="cut_off") from None


def _count(fields: Fields, name: str, least: int, most: int) -> int:
    text = fields.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most):
        raise Invalid(
            "number_wrong",
            N_("Xin nhập số từ %(least)s đến %(most)s."),
            field=name,
            least=least,
            most=most,
        )
    return int(text)


def _words(fields: Fields, name: str, longest: int) -> str:
    words = " ".join(clean_text(fields.get(name, "")).split())
    if not words or len(words) > longest:
        raise Invalid(
            "document_missing",
            N_("Xin ghi văn bản, tối đa %(longest)s ký tự."),
            field=name,
            longest=longest,
        )
    return words
