"""Words kept for answers that come often, with places filled from the case."""

import re
from collections.abc import Mapping

from shared.domain.errors import N_, Invalid

NAME_MAX = 120
TEXT_MAX = 10_000
# As staff write them; every one stands for a fact of the case.
PLACES = ("số", "ngày nhận", "hạn", "đơn vị", "hôm nay")
_PLACE = re.compile(r"\{([^{}]*)\}")


def checked_name(text: str) -> str:
    """Return the trimmed name of a template; Invalid when it is empty or over 120 characters."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_MAX:
        raise Invalid("name_missing", N_("Xin đặt tên mẫu, không quá 120 ký tự."), field="name")
    return name


def checked_text(text: str) -> str:
    """Return a template's words; Invalid for none, too many, or a place nobody fills."""
    words = text.strip()
    if not 1 <= len(words) <= TEXT_MAX:
        raise Invalid("text_missing", N_("Xin ghi nội dung mẫu."), field="text")
    unknown = [name for name in _PLACE.findall(words) if name.strip() not in PLACES]
    if unknown or "{" in _PLACE.sub("", words) or "}" in _PLACE.sub("", words):
        raise Invalid(
            "place_unknown",
            N_("Chỗ điền chỉ gồm: %(places)s."),
            field="text",
            places=", ".join(f"{{{name}}}" for name in PLACES),
        )
    return words


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Return a template's words with the facts of a case, each by the name of its place."""
    return _PLACE.sub(lambda place: facts.get(place.group(1).strip(), place.group(0)), text)
