"""A refused form on its page again: everything that is wrong, each beside its field."""

from shared.domain.errors import ChangedMeanwhile, Invalid, RuleBroken
from shared.web.errors import in_words


def problems_of(refusal: RuleBroken | None) -> dict[str, str]:
    """Give what is wrong in the reader's language by the name of its field; "" for none."""
    if refusal is None:
        return {}
    if not isinstance(refusal, Invalid):
        return {"": in_words(refusal)}
    found: dict[str, list[str]] = {}
    for fault in refusal.faults:
        found.setdefault(fault.field or "", []).append(in_words(fault))
    return {field: " ".join(words) for field, words in found.items()}


def status_of(refusal: RuleBroken) -> int:
    """Give the status of a page that shows a refusal: 422 for what was typed, 409 for a rule.

    Where somebody else saved the same meanwhile, it is not what was typed that is wrong: 409.
    """
    typed_wrong = isinstance(refusal, Invalid) and not isinstance(refusal, ChangedMeanwhile)
    return 422 if typed_wrong else 409
