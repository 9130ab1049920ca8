"""Reading the forms of questionnaires: the items of a version, and for whom it is put to use."""

import re
from collections.abc import Collection, Iterator
from datetime import date

from werkzeug.datastructures import MultiDict

from shared.domain.errors import N_, Invalid
from shared.domain.questionnaire import KIND_OF, SEALED_ITEM, Group, Item, Kind
from shared.domain.rating import clean_text
from shared.domain.search import fold
from shared.services.questionnaires import Whom
from shared.web.language import languages

Form = MultiDict[str, str]
ROWS = 16  # those of a whole version, and a few to write new ones in
LONGEST_CODE = 30
_NO_CODE = re.compile(r"[^a-z0-9]+")


def items_of(form: Form) -> list[Item]:
    """Read the rows of the form, in the order of their places; empty and dropped ones are left out.

    Raises Invalid for a group or kind that is none; whether they fit is judged elsewhere.
    """
    rows = sorted(_rows(form), key=lambda row: (_place(form, row), row))
    taken = {form.get(f"code-{row}", "") for row in rows}
    found: list[Item] = []
    for row in rows:
        item = _item(form, row, taken)
        taken.add(item.code)
        found.append(item)
    return found


def whom_of(form: Form) -> Whom:
    """Read for whom a version is meant: everybody, a unit or those of a campaign."""
    word, _, key = form.get("whom", "").partition("-")
    if word == "all":
        return Whom()
    if word in {"unit", "campaign"} and key.isdecimal() and len(key) < 10:
        return Whom(int(key)) if word == "unit" else Whom(campaign_id=int(key))
    raise Invalid("nothing_chosen", N_("Hãy chọn một mục trong danh sách."), field="whom")


def version_of(form: Form) -> int | None:
    """Read which version is meant; None means only the boxes."""
    key = form.get("version", "")
    if key == "none":
        return None
    if not key.isdecimal() or len(key) > 9:
        message = N_("Hãy chọn một mục trong danh sách.")
        raise Invalid("nothing_chosen", message, field="version")
    return int(key)


def day_of(form: Form, name: str) -> date | None:
    """Read a day that may be left empty; Invalid when it is not one."""
    text = form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("wrong_date", N_("Ngày chưa đúng."), field=name) from None


def _rows(form: Form) -> Iterator[int]:
    for row in range(ROWS):
        written = any(clean_text(form.get(f"text-{one}-{row}", "")) for one in languages())
        if written and f"drop-{row}" not in form:
            yield row


def _place(form: Form, row: int) -> int:
    text = form.get(f"place-{row}", "")
    return int(text) if text.isdecimal() and len(text) < 4 else ROWS


def _item(form: Form, row: int, taken: Collection[str]) -> Item:
    texts = {one: clean_text(form.get(f"text-{one}-{row}", "")) for one in languages()}
    try:
        group = Group(form.get(f"group-{row}", ""))
        kind = KIND_OF.get(group) or Kind(form.get(f"kind-{row}", ""))
    except ValueError:
        message = N_("Hãy chọn một mục trong danh sách.")
        raise Invalid("nothing_chosen", message, field="items") from None
    code = form.get(f"code-{row}", "") or _new_code(group, texts["vi"], taken)
    return Item(code, kind, group, {one: text for one, text in texts.items() if text})


def _new_code(group: Group, text: str, taken: Collection[str]) -> str:
    """Make the code of a new question of its words; answers are counted by it."""
    if group is Group.EXTRA_MONEY:
        return SEALED_ITEM
    stem = _NO_CODE.sub("_", fold(text)).strip("_")[:LONGEST_CODE].strip("_")
    stem = stem if stem[:1].isalpha() else f"q_{stem}".strip("_")
    numbered = (stem, *(f"{stem}_{number}" for number in range(2, ROWS + 2)))
    return next(code for code in numbered if code not in taken and code != SEALED_ITEM)
