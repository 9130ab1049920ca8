"""The words of a reminder: number, unit, due day and where to read on; nothing of the case."""

from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

import shared
from shared.domain.errors import N_
from shared.services.reminders import Notice

BEFORE = N_("%(number)s: đến hạn trả lời ngày %(due_on)s")
TODAY = N_("%(number)s: hạn trả lời là hôm nay")
OVERDUE = N_("%(number)s: quá hạn trả lời từ ngày %(due_on)s")
BODY = N_(
    "Việc %(number)s của %(unit)s có hạn trả lời ngày %(due_on)s.\n\nXem và xử lý: %(address)s\n\n"
    "Thư tự động của Niềm Nở, không kèm nội dung người dân gửi."
)


def written(notice: Notice, address: str) -> tuple[str, str]:
    """Give subject and text in the reader's language; `address` leads to the case.

    They speak of the day they are read on, however long ago the reminder was written down.
    """
    words = _words(notice.language)
    facts = {
        "number": notice.number,
        "unit": notice.unit,
        "due_on": f"{notice.due_on:%d/%m/%Y}",
        "address": address,
    }
    if notice.today < notice.due_on:
        subject = BEFORE
    else:
        subject = TODAY if notice.today == notice.due_on else OVERDUE
    return words.gettext(subject) % facts, words.gettext(BODY) % facts


@cache
def _words(language: str) -> NullTranslations:
    """Vietnamese is the source; a language without a catalogue reads it too."""
    folder = Path(shared.__file__).parent / "translations"
    return translation("messages", folder, [language], fallback=True)
