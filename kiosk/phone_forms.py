"""What the forms of the phone pages hold, read and checked; every refusal names its field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from uuid import UUID, uuid4, uuid5

from werkzeug.datastructures import MultiDict

from shared.domain.complaint import Kind
from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults
from shared.domain.questionnaire import DEFAULT, MOST_ITEMS
from shared.domain.rating import LONGEST_CODE, clean_text
from shared.services.complaints import Filing, check
from shared.services.continuations import ABOUT_OFFICER, Words
from shared.services.invitations import Invited, PhoneRating

Form = MultiDict[str, str]
# A formal complaint and a denunciation need a signed letter or a record (laws of 2011 and 2018).
KINDS = (Kind.REPORT, Kind.PETITION, Kind.SUGGESTION, Kind.PRAISE)
CHANNEL = "phone"
TYPED = ("kind", "body", "officer", "contact_name", "contact_phone", "consent")


ITEM = "item-"
_ANSWERS: Mapping[str, object] = {
    "yes": True,
    "no": False,
    **{str(number): number for number in range(1, 6)},
}


@dataclass(frozen=True)
class Place:
    """Through which code, and in which language, a form came."""

    invited: Invited
    language: str


def form_id(form: Form) -> UUID:
    """Give the form's own id; a form without one cannot be told from another."""
    try:
        return UUID(form.get("id", ""))
    except ValueError:
        return uuid4()


def read_rating(form: Form, place: Place) -> PhoneRating:
    """Read the rating form; Invalid when no face was chosen."""
    score = form.get("score", "")
    if score not in {"1", "2", "3", "4", "5"}:
        raise Invalid("score_missing", N_("Xin chọn một khuôn mặt."), field="score")
    return PhoneRating(
        id=form_id(form),
        score=int(score),
        reasons=tuple(form.getlist("reason")),
        comment=form.get("comment", ""),
        language=place.language,
        officer=form.get("officer", ""),
        questionnaire=form.get("asked", DEFAULT)[:LONGEST_CODE],
        answers=dict(_answers(form)),
    )


def _answers(form: Form) -> Iterator[tuple[str, object]]:
    """Give what was answered to the items; what no form offers is told apart later."""
    for name in islice((name for name in form if name.startswith(ITEM)), MOST_ITEMS):
        value = form[name]
        yield name.removeprefix(ITEM)[:LONGEST_CODE], _ANSWERS.get(value, value[:LONGEST_CODE])


def wants_answer(form: Form) -> bool:
    """Say whether the rating's comment is to become a case; Invalid when there is no comment."""
    if "answer" not in form:
        return False
    if not clean_text(form.get("comment", "")):
        raise Invalid(
            "comment_missing",
            N_("Xin viết lời nhắn để chúng tôi biết cần trả lời điều gì."),
            field="comment",
        )
    return True


def filing_of_rating(rating: PhoneRating, place: Place) -> Filing:
    """Make a report of a rating's comment; its reasons stay with the rating."""
    officer = place.invited.officer
    names = officer is not None and bool(ABOUT_OFFICER & set(rating.reasons))
    return Filing(
        form_id=_case_id(rating.id, rating.comment, *rating.reasons),
        unit_id=place.invited.unit_id,
        kind=Kind.REPORT,
        body=rating.comment,
        language=place.language,
        channel=CHANNEL,
        desk_id=place.invited.desk_id,
        procedure_id=place.invited.procedure_id,
        officer_ids=(officer.id,) if names and officer else (),
        rating_id=str(rating.id),
    )


def filing_of_words(
    invited: Invited, words: Words, *, language: str, rating_id: UUID, names: bool, form: UUID
) -> Filing:
    """Make a report of what was written on the telephone to a rating begun on a screen.

    `names` says that it is about the officer at the desk, who then must not read it.
    """
    officer = invited.officer
    return Filing(
        form_id=_case_id(form, words.comment),
        unit_id=invited.unit_id,
        kind=Kind.REPORT,
        body=words.comment,
        language=language,
        channel=CHANNEL,
        desk_id=invited.desk_id,
        procedure_id=invited.procedure_id,
        officer_ids=(officer.id,) if names and officer else (),
        rating_id=str(rating_id),
    )


def read_filing(form: Form, place: Place, officers: dict[str, int]) -> Filing:
    """Read the complaint form; `officers` are those who can be named, key by code.

    Raises Invalid for a kind that is not offered here, an officer of another unit, and all that
    no case may hold.
    """
    with Faults() as faults:
        filing = Filing(
            form_id=_case_id(form_id(form), *(form.get(name, "") for name in TYPED)),
            unit_id=place.invited.unit_id,
            kind=faults.read(_kind, form),
            body=form.get("body", ""),
            language=place.language,
            channel=CHANNEL,
            desk_id=place.invited.desk_id,
            procedure_id=place.invited.procedure_id,
            officer_ids=faults.read(named_officers, form, officers),
            contact_name=form.get("contact_name", "").strip(),
            contact_phone=form.get("contact_phone", "").strip(),
            consent="consent" in form,
        )
        faults.read(check, filing)
    return filing


def named_officers(form: Form, officers: Mapping[str, int]) -> tuple[int, ...]:
    """Read whom a form names, if anybody, as keys; Invalid for an officer of another unit."""
    named = form.get("officer", "")
    if named and named not in officers:
        raise Invalid("officer_unknown", N_("Xin chọn lại cán bộ."), field="officer")
    return (officers[named],) if named else ()


def _kind(form: Form) -> Kind:
    kind = form.get("kind", "")
    if kind not in KINDS:
        raise Invalid("kind_missing", N_("Xin chọn một loại."), field="kind")
    return Kind(kind)


def _case_id(form: UUID, *typed: str) -> UUID:
    """Tell what a form brought from what it brought before.

    Sent twice it is one case; gone back to and changed it is another, or the words would be lost.
    """
    return uuid5(form, json.dumps(typed))
