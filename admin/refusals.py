"""A refused form on its page again: what is wrong, beside the field it is wrong with."""

from shared.domain.errors import Invalid, RuleBroken
from shared.web.errors import in_words


def problems_of(refusal: RuleBroken) -> dict[str, str]:
    """Give the refusal in the reader's language by the name of its field; nothing for none."""
    field = refusal.field if isinstance(refusal, Invalid) else None
    return {field or "": in_words(refusal)}


def status_of(refusal: RuleBroken) -> int:
    """Give the status of a page that shows a refusal: 422 for what was typed, 409 for a rule."""
    return 422 if isinstance(refusal, Invalid) else 409
