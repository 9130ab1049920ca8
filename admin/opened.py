"""Forms of what exists, with the mark of what they showed when they were opened."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from flask import request

from admin import office_forms
from admin.difference_words import written
from shared.domain.errors import NotFound
from shared.services import office_setup
from shared.services.opened_forms import OpenedForm, Shown, Written
from shared.services.registers import Choices, Entry, Register, Setup
from shared.web import current

FIELD = "opened"  # registers have a column “mark”


def opened(
    held: Any, shown: Callable[[], Shown], write: Callable[[str, object], Written] | None = None
) -> OpenedForm:
    """Give the form that is asked for or was sent; see OpenedForm."""
    sent = request.form.get(FIELD)
    return OpenedForm(current.session(), held, shown, write or plain_words, sent)


def opened_entry(
    register: Register, known: Setup, entry: Entry | None, references: Mapping[str, Choices]
) -> OpenedForm:
    """Give the form of an entry of a register; a new one shows nothing that somebody could change.

    Entries of an organisation are saved one after another, for one may change others with it.
    """

    def shown() -> Shown:
        if entry is None:
            return {}
        try:
            return office_setup.entry_of(current.session(), known, register, entry.key).cells
        except NotFound:
            return {}

    def write(name: str, value: object) -> Written:
        return office_forms.shown(register.column(name), str(value or ""), references)

    return opened(known.organisation, shown, write)


def plain_words(_name: str, value: object) -> Written:
    """Write texts, days and numbers; lists and choices have words on the page alone."""
    if value is None:
        return ""
    if isinstance(value, Enum | bool) or not isinstance(value, str | int | Decimal | date):
        return None
    return written(value)
