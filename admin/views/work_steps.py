"""One step for many cases of My work: what was asked for, and what became of each."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, render_template, request

from admin.auth import actor
from admin.case_page import Page, chosen_id
from admin.views.work import show_work
from admin.work_page import NARROWED_BY, PLACED_BY, kept, tray
from shared.domain.complaint import Kind, Tier
from shared.domain.errors import N_, Invalid
from shared.services import answer_templates, bulk_steps
from shared.services.bulk_steps import Chosen, Step, Told
from shared.web import current
from shared.web.errors import in_words
from shared.web.numbers import whole
from shared.web.refusals import problems_of

routes = Blueprint("work_steps", __name__)


@routes.post("/work-steps")
def step() -> Page:
    """Do a step with the chosen cases; a form that cannot be done comes back as it was sent."""
    try:
        return _done_or_asked()
    except Invalid as refusal:
        current.session().rollback()
        return show_work(tray(), problems_of(refusal)), 422


def _done_or_asked() -> Page:
    chosen = bulk_steps.checked(_chosen())
    asked = request.form.get("step", "")
    if asked not in set(Step):
        raise Invalid("step_missing", N_("Xin chọn việc cần làm."), field="step")
    if asked == Step.ANSWER and request.form.get("confirm") != "yes":
        return _preview(chosen)
    return _result(Step(asked), _do(Step(asked), chosen))


def _do(step: Step, chosen: Sequence[Chosen]) -> list[Told]:
    session, person, now = current.session(), actor(), current.now()
    if step is Step.TAKE:
        return bulk_steps.take(session, chosen, person, now)
    if step is Step.ASSIGN:
        return bulk_steps.assign(session, chosen, chosen_id("bulk-handler"), person, now)
    if step is Step.CLASSIFY:
        kind, tier = request.form.get("bulk-kind", ""), request.form.get("bulk-tier", "")
        if kind not in set(Kind) or tier not in set(Tier):
            raise Invalid("class_missing", N_("Xin chọn loại và mức xử lý."), field="bulk-kind")
        return bulk_steps.classify(session, chosen, Kind(kind), Tier(tier), person, now)
    if step is Step.ANSWER:
        template = chosen_id("bulk-template"), chosen_id("template-version")
        return bulk_steps.answer(session, chosen, template, person, now)
    original = request.form.get("bulk-original", "").strip()
    if not original:
        raise Invalid("original_missing", N_("Xin ghi số của việc kia."), field="bulk-original")
    return bulk_steps.link(session, chosen, original, person, now)


def _preview(chosen: Sequence[Chosen]) -> Page:
    """Show what each sender would read before anything is sent."""
    session, template_id = current.session(), chosen_id("bulk-template")
    template = answer_templates.still_offered(session, template_id)
    if template is None:
        raise Invalid("template_unknown", N_("Xin chọn một mẫu."), field="bulk-template")
    words = bulk_steps.words(session, chosen, template_id, actor(), current.now())
    return render_template(
        "work/preview.html",
        words=[(one, in_words(one.refusal) if one.refusal else "") for one in words],
        template=template,
        kept=_way_back(),
    )


def _result(step: Step, told: Sequence[Told]) -> Page:
    """Say of each case what became of it; 409 when nothing was done."""
    refused = [(one.number, in_words(one.refusal)) for one in told if one.refusal is not None]
    done = [one for one in told if one.refusal is None]
    page = render_template(
        "work/steps.html", step=step, done=done, refused=refused, kept=_way_back()
    )
    return page if done else (page, 409)


def _chosen() -> list[Chosen]:
    """Read the ticked cases with the versions they were seen in; what is none is left out."""
    found = []
    for text in request.form.getlist("case"):
        number, _mark, version = text.rpartition(":")
        if number and version.isascii() and version.isdecimal():
            found.append(Chosen(number, whole(version) if len(version) <= 9 else 0))
    return found


def _way_back() -> Mapping[str, str]:
    return kept(*NARROWED_BY, *PLACED_BY)
