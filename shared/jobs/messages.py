"""The words of mails: a reminder without anything of its case, and copies that are not made."""

from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

import shared
from shared.domain.backup import Alarm, Trouble
from shared.domain.errors import N_
from shared.services.local_days import USUAL_ZONE
from shared.services.reminders import Notice

BEFORE = N_("%(number)s: đến hạn trả lời ngày %(due_on)s")
TODAY = N_("%(number)s: hạn trả lời là hôm nay")
OVERDUE = N_("%(number)s: quá hạn trả lời từ ngày %(due_on)s")
BODY = N_(
    "Việc %(number)s của %(unit)s có hạn trả lời ngày %(due_on)s.\n\nXem và xử lý: %(address)s\n\n"
    "Thư tự động của Niềm Nở, không kèm nội dung người dân gửi."
)

NO_COPY = N_("Niềm Nở: sao lưu không thành công")
NO_NEW_COPY = N_("Niềm Nở: chưa có bản sao lưu mới")
LACKING_COPY = N_("Niềm Nở: bản sao lưu thiếu tệp đính kèm")
COPY_BODY = N_(
    "Bản sao lưu tốt gần nhất: %(good)s.\n\nXem và báo người vận hành: %(address)s\n\n"
    "Thư tự động của Niềm Nở, mỗi lần hỏng chỉ gửi một lần. Cảnh báo tự mất khi sao lưu lại được."
)
NEVER = N_("chưa có bản nào")
COPY_SUBJECTS = {
    Trouble.FAILED: NO_COPY,
    Trouble.OVERDUE: NO_NEW_COPY,
    Trouble.LACKING: LACKING_COPY,
}


def backup(alarm: Alarm, language: str, address: str) -> tuple[str, str]:
    """Give subject and text in the reader's language; `address` leads to where more is said."""
    words, good = _words(language), alarm.copies.succeeded_at
    at = words.gettext(NEVER) if good is None else f"{good.astimezone(USUAL_ZONE):%d/%m/%Y, %H:%M}"
    facts = {"good": at, "address": address}
    return words.gettext(COPY_SUBJECTS[alarm.trouble]), words.gettext(COPY_BODY) % facts


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
