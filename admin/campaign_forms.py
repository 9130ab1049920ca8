"""Reading the forms of campaigns into plain values; a wrong one names its field."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from shared.domain.campaign import (
    MEASURES,
    CampaignPlan,
    Measure,
    Milestone,
    MilestoneKind,
    Settings,
    check_period,
    checked_code,
    checked_lanes,
    checked_name,
)
from shared.domain.campaign_template import Template
from shared.domain.criteria_tree import LONGEST_GROUP
from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults
from shared.domain.figure import LONGEST_EVIDENCE, Figure, check_evidence, is_whole, parse_number
from shared.domain.rating import Lane, clean_text
from shared.domain.scoring import (
    Comparison,
    CompetitorKind,
    CriterionRule,
    Scoring,
    Step,
    Target,
    TargetUnit,
)
from shared.services.campaigns import Opening
from shared.services.criteria import Edit
from shared.services.report_data import ReportData
from shared.web.numbers import whole

Form = MultiDict[str, str]
Word = TypeVar("Word", bound=StrEnum)
LONGEST_LINE = 300
MOST_RECIPIENTS = 20


def text_of(form: Form, name: str, longest: int = LONGEST_LINE) -> str:
    """Read a line of text, control signs dropped; Invalid when it is too long."""
    text = clean_text(form.get(name, ""))
    if len(text) > longest:
        message = N_("Nội dung dài quá %(longest)s ký tự.")
        raise Invalid("too_long", message, field=name, longest=longest)
    return text


def date_of(form: Form, name: str) -> date:
    """Read a date; Invalid when there is none."""
    found = optional_date_of(form, name)
    if found is None:
        raise _wrong_date(name)
    return found


def optional_date_of(form: Form, name: str) -> date | None:
    """Read a date that may be left empty; Invalid when it is not one."""
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _wrong_date(name) from None


def key_of(form: Form, name: str) -> int:
    """Read the key of something chosen from a list; Invalid when nothing is chosen."""
    key = form.get(name, None, type=whole)
    if key is None:
        raise Invalid("nothing_chosen", N_("Hãy chọn một mục trong danh sách."), field=name)
    return key


def whom_of(form: Form) -> tuple[CompetitorKind, int]:
    """Read who is to take part: the kind and the key of a unit or an officer."""
    word, _, key = form.get("whom", "").partition("-")
    individual = word == "officer"
    kind = CompetitorKind.INDIVIDUAL if individual else CompetitorKind.COLLECTIVE
    return kind, key_of(MultiDict({"whom": key}), "whom")


def keys_of(form: Form, name: str) -> list[int]:
    """Read the keys of several things chosen."""
    with Faults() as faults:
        return [faults.read(key_of, MultiDict({name: text}), name) for text in form.getlist(name)]


def kind_of(text: str) -> CompetitorKind:
    """Read which ranking is meant; the collectives' when it is neither."""
    known = {str(kind): kind for kind in CompetitorKind}
    return known.get(text, CompetitorKind.COLLECTIVE)


def opening_of(form: Form) -> Opening:
    """Read what is asked when a campaign is opened or copied."""
    with Faults() as faults:
        name = faults.read(_name_of, form)
        code = faults.read(_code_of, form)
        unit_id = faults.read(key_of, form, "unit_id")
        period = faults.read(_period_of, form)
        document = faults.read(text_of, form, "document")
        organiser = faults.read(text_of, form, "organiser", 200)
    return Opening(code, name, unit_id, *period, document, organiser)


def known_of(template: Template) -> dict[str, str]:
    """Give what a template fills the opening form with: the plan as its founding text has it."""
    return {
        "template": template.key,
        "name": template.name,
        "code": f"{template.key.replace('_', '-')}-{template.starts_on.year}",
        "starts_on": template.starts_on.isoformat(),
        "ends_on": template.ends_on.isoformat(),
        "document": template.document,
        "organiser": template.organiser,
    }


def plan_of(form: Form, before: CampaignPlan) -> CampaignPlan:
    """Read a changed plan; code and criteria stay as they were."""
    with Faults() as faults:
        name = faults.read(_name_of, form)
        theme = faults.read(text_of, form, "theme", 500)
        document = faults.read(text_of, form, "document")
        organiser = faults.read(text_of, form, "organiser", 200)
        period = faults.read(_period_of, form)
        launched_on = faults.read(optional_date_of, form, "launched_on")
        milestones = faults.read(_milestones_of, form, before)
        settings = faults.read(_settings_of, form)
    starts_on, ends_on = period
    return CampaignPlan(
        code=before.code,
        name=name,
        theme=theme,
        document=document,
        organiser=organiser,
        starts_on=starts_on,
        ends_on=ends_on,
        launched_on=launched_on,
        settings=settings,
        criteria=before.criteria,
        milestones=milestones,
    )


def _name_of(form: Form) -> str:
    return checked_name(text_of(form, "name"))


def _code_of(form: Form) -> str:
    return checked_code(text_of(form, "code"))


def _period_of(form: Form) -> tuple[date, date]:
    with Faults() as faults:
        starts_on = faults.read(date_of, form, "starts_on")
        ends_on = faults.read(date_of, form, "ends_on")
    check_period(starts_on, ends_on)
    return starts_on, ends_on


def edits_of(form: Form, keys: Iterable[int]) -> dict[int, Edit]:
    """Read the changed criteria of a form with one row for each key."""
    with Faults() as faults:
        return {
            key: faults.read(_edit_of, form, key) for key in keys if f"max_points-{key}" in form
        }


def shown_weights(rows: Iterable[tuple[int, CriterionRule]]) -> dict[str, object]:
    """Give what a form of criteria shows, by the names of its fields."""
    return {
        f"{name}-{key}": value
        for key, rule in rows
        for name, value in {
            "name": rule.name,
            "group": rule.group,
            "comparison": rule.target.comparison,
            "target": rule.target.value,
            "scoring": rule.scoring,
            "steps": [(step.value, step.share) for step in rule.steps],
            "per_case": rule.per_case,
            "veto": rule.veto,
            "max_points": rule.max_points,
        }.items()
    }


def added_criterion_of(form: Form) -> CriterionRule:
    """Read a new criterion; it starts without points."""
    measure = _choice(form, "measure", Measure, Measure.MANUAL)
    unit = _choice(form, "unit", TargetUnit, TargetUnit.PERCENT)
    with Faults() as faults:
        return CriterionRule(
            code=faults.read(text_of, form, "code", 20),
            group=faults.read(text_of, form, "group", 200),
            name=faults.read(text_of, form, "name"),
            source=MEASURES[measure].sources[0],
            measure=measure,
            target=faults.read(_target_of, form, unit),
            max_points=Decimal(0),
            kind=kind_of(form.get("kind", "")),
        )


def _target_of(form: Form, unit: TargetUnit) -> Target:
    if unit is TargetUnit.YES_NO:
        return Target(Comparison.YES, Decimal(1), unit)
    comparison = _choice(form, "comparison", Comparison, Comparison.AT_LEAST)
    return Target(comparison, _number_of(form, "target"), unit)


def figure_of(form: Form, unit: TargetUnit, prefix: str = "") -> Figure:
    """Read a figure as the criterion's unit wants it: hits of cases, a number, or yes and no."""
    if unit is TargetUnit.PERCENT:
        with Faults() as faults:
            hits = faults.read(whole_of, form, f"{prefix}hits")
            return Figure(hits=hits, cases=faults.read(whole_of, form, f"{prefix}cases"))
    return Figure(value=_number_of(form, f"{prefix}value"))


def evidence_of(form: Form, *, with_files: bool) -> str:
    """Read the words of a figure's evidence; Invalid without any, unless there are files."""
    words = text_of(form, "evidence", LONGEST_EVIDENCE)
    check_evidence(words, with_files=with_files)
    return words


def report_data_of(form: Form) -> ReportData:
    """Read what stands around the figures in a report."""
    with Faults() as faults:
        return ReportData(
            authority=faults.read(text_of, form, "authority", 200),
            agency=faults.read(text_of, form, "agency", 200),
            number=faults.read(text_of, form, "number", 40),
            place=faults.read(text_of, form, "place", 100),
            signing_for=faults.read(text_of, form, "signing_for", 200),
            signatory_title=faults.read(text_of, form, "signatory_title", 200),
            signatory_name=faults.read(text_of, form, "signatory_name", 200),
            recipients=faults.read(_recipients_of, form),
        )


def _recipients_of(form: Form) -> tuple[str, ...]:
    lines = text_of(form, "recipients", 2_000).splitlines()
    return tuple(line.strip() for line in lines if line.strip())[:MOST_RECIPIENTS]


def _settings_of(form: Form) -> Settings:
    ticked = form.getlist("lanes")
    with Faults() as faults:
        satisfied_from = faults.read(whole_of, form, "satisfied_from_score")
        lanes = faults.read(checked_lanes, tuple(one.value for one in Lane if one.value in ticked))
        ceiling = faults.read(_number_of, form, "unmet_ceiling")
    return Settings(
        satisfied_from_score=satisfied_from,
        lanes=lanes,
        unmet_ceiling=ceiling / 100,
    )


def _milestones_of(form: Form, before: CampaignPlan) -> tuple[Milestone, ...]:
    """Read the rows of milestones; an empty row is none, and no rows at all change nothing."""
    if "milestone_name" not in form:
        return before.milestones
    rows = zip(
        form.getlist("milestone_kind"),
        form.getlist("milestone_name"),
        form.getlist("milestone_on"),
        strict=False,
    )
    found = [
        Milestone(
            _choice(MultiDict({"kind": kind}), "kind", MilestoneKind, MilestoneKind.OTHER),
            text_of(MultiDict({"milestones": name}), "milestones", 200),
            date_of(MultiDict({"milestones": on}), "milestones"),
        )
        for kind, name, on in rows
        if name.strip() or on.strip()
    ]
    return tuple(sorted(found, key=lambda one: one.on))


def _steps_of(form: Form, name: str) -> tuple[Step, ...]:
    """Read steps as people write them, such as “80: 50; 90: 80” (from 80 on 50 % of the points)."""
    steps = []
    for part in filter(str.strip, form.get(name, "").split(";")):
        at, _, share = part.partition(":")
        steps.append(Step(parse_number(at, name), parse_number(share, name) / 100))
    return tuple(steps)


def _edit_of(form: Form, key: int) -> Edit:
    more, named = f"per_case-{key}" in form, f"group-{key}" in form
    with Faults() as faults:
        return Edit(
            name=faults.read(text_of, form, f"name-{key}"),
            group=faults.read(text_of, form, f"group-{key}", LONGEST_GROUP) if named else None,
            comparison=_choice(form, f"comparison-{key}", Comparison, Comparison.AT_LEAST),
            target=faults.read(_number_of, form, f"target-{key}"),
            scoring=_choice(form, f"scoring-{key}", Scoring, Scoring.PROPORTIONAL),
            steps=faults.read(_steps_of, form, f"steps-{key}") if more else None,
            per_case=faults.read(_number_of, form, f"per_case-{key}", "0") if more else None,
            veto=f"veto-{key}" in form if more else None,
            max_points=faults.read(_number_of, form, f"max_points-{key}"),
        )


def _number_of(form: Form, name: str, empty: str = "") -> Decimal:
    return parse_number(form.get(name) or empty, name)


def whole_of(form: Form, name: str) -> int:
    """Read a whole number; Invalid when it is not one."""
    number = _number_of(form, name)
    if not is_whole(number):
        words = N_("Hãy nhập số nguyên, không có dấu chấm, dấu phẩy.")
        raise Invalid("not_whole", words, field=name)
    return int(number)


def _wrong_date(name: str) -> Invalid:
    return Invalid("wrong_date", N_("Hãy chọn một ngày."), field=name)


def _choice(form: Form, name: str, known: type[Word], default: Word) -> Word:
    """Read a word of a fixed list; the default when it is none of them."""
    words = {str(word): word for word in known}
    return words.get(form.get(name, ""), default)
