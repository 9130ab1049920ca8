"""What can be chosen when one step is done with many cases."""

from admin.auth import actor
from admin.case_page import KINDS
from shared.domain.complaint import Tier
from shared.services import answer_templates, bulk_steps, handling
from shared.services.bulk_steps import Step
from shared.services.work_lists import FEW_UNITS, Tray
from shared.web import current


def bulk_choices(lists: Tray) -> dict[str, object]:
    """Give the steps with the people and templates of the person's units.

    Over many units there are none to choose from: whom they have differs from case to case.
    """
    session, few = current.session(), len(lists.units) <= FEW_UNITS
    people = handling.who_answers(session, lists.units) if few else []
    templates = {
        one.id: one.name
        for unit_id in (sorted(lists.units) if few else ())
        for one in answer_templates.offered(session, unit_id)
        if one.purpose == answer_templates.ANSWER
    }
    return {
        "steps": [one for one in Step if _offered(one, people, templates)],
        "bulk_people": [(one.id, one.full_name) for one in people],
        "bulk_templates": sorted(templates.items(), key=lambda one: one[1]),
        "bulk_kinds": KINDS,
        "bulk_tiers": list(Tier),
        "bulk_most": bulk_steps.MOST,
        "own_account": actor().account_id,
    }


def _offered(step: Step, people: object, templates: object) -> bool:
    return bool({Step.ASSIGN: people, Step.ANSWER: templates}.get(step, True))
