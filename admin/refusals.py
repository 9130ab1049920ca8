"""A refused form on its page again: what is wrong, beside the field it is wrong with."""

from shared.domain.errors import Invalid
from shared.web.errors import in_words


def problems_of(refusal: Invalid) -> dict[str, str]:
    """Give the refusal in the reader's language by the name of its field; nothing for none."""
    return {refusal.field or "": in_words(refusal)}
