"""Dossiers: what the one-stop software reports of them, and their codes."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from shared.domain.errors import N_, Invalid

MAX_CODE_LENGTH = 60
"""Characters of a dossier code; the older free forms stay below it."""

CodeForm = Literal["tt01", "tt03", "central", "free"]

_AGENCY_2018 = r"\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}"
_AGENCY_2025 = r"[A-Y]\d{2}\.\d{3}\.\d{2}"
_FORMS: tuple[tuple[CodeForm, re.Pattern[str]], ...] = (
    # Circular 01/2018/TT-VPCP, article 19.
    ("tt01", re.compile(rf"({_AGENCY_2018})-(\d{{6}})-(\d{{4}})", re.ASCII)),
    # Circular 03/2025/TT-VPCP, article 13.
    ("tt03", re.compile(rf"({_AGENCY_2025})-(\d{{6}})-(\d{{4}})", re.ASCII)),
    # Circular 04/2025/TT-VPCP, in force since 2026-01-25: two more signs before the number.
    ("central", re.compile(rf"({_AGENCY_2025})-(\d{{6}})-([0-9A-Z]{{2}}\d{{4,8}})", re.ASCII)),
)
# What nobody writes but for one of these, whether its day and number are right or not.
_MEANT_OFFICIAL = re.compile(
    r"(?:\d+\.\d+\.\d+\.[A-Z]\d*|[A-Z]\d+\.\d{3}\.\d{2})-\d+-[0-9A-Z]+", re.ASCII
)
_NATIONAL_PROCEDURE = re.compile(r"(?<![\d.])(\d\.\d{6})(?!\d)", re.ASCII)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


class Channel(StrEnum):
    """The way a dossier came in."""

    DESK = "desk"
    ONLINE = "online"
    POST = "post"


@dataclass(frozen=True, slots=True)
class DossierRecord:
    """One dossier as an export shows it, without anything about the applicant.

    Dates are local dates of the office. `supplements` counts requests to the applicant for more
    papers; `waited_days` are calendar days spent waiting for them, `waiting_since` the day of a
    request not met yet. `due_on` is the first appointment, `reappointed_on` the last one given
    instead. `level` is the old degree of the online service (1 to 4), `unit_code` and
    `officer_code` are what the export wrote, to be matched by the importing service.
    """

    code: str
    procedure_code: str
    received_on: date
    due_on: date | None = None
    finished_on: date | None = None
    status: str = ""
    online: bool = False
    level: int | None = None
    one_stop: bool = True
    supplements: int = 0
    unit_code: str | None = None
    officer_code: str | None = None
    procedure_name: str = ""
    channel: Channel | None = None
    waited_days: int = 0
    waiting_since: date | None = None
    apologised_on: date | None = None
    reappointed_on: date | None = None
    reappointments: int = 0


@dataclass(frozen=True)
class DossierCode:
    """A dossier code taken apart; `free` codes carry no agency, date or number."""

    text: str
    form: CodeForm
    agency: str | None = None
    received_on: date | None = None
    number: str | None = None


def recognise(code: str) -> DossierCode:
    """Take a dossier code apart: one of the three official forms, or free text kept as written.

    Spaces around, small letters and typographic dashes of an official form are put right.
    Raises Invalid (`dossier_code_missing`, `dossier_code_too_long`).
    """
    text = " ".join(unicodedata.normalize("NFC", code).split())
    if not text:
        raise Invalid("dossier_code_missing", N_("Thiếu mã hồ sơ."), field="code")
    if len(text) > MAX_CODE_LENGTH:
        message = N_("Mã hồ sơ dài quá %(limit)s ký tự.")
        raise Invalid("dossier_code_too_long", message, field="code", limit=MAX_CODE_LENGTH)
    return _official(text) or DossierCode(text, "free")


def checked(code: str) -> str:
    """Return a dossier code in order, as `recognise` does, but take no official form half right.

    Raises Invalid as `recognise`, and `dossier_code_malformed` for a code that is written as one of
    the official forms while its day does not exist or its running number has the wrong length.
    """
    known = recognise(code)
    if known.form == "free" and _MEANT_OFFICIAL.fullmatch(_tidy(known.text)):
        message = N_("sai mã hồ sơ: cần như 000.00.00.H01-251120-0001 hoặc H01.001.02-260115-0007")
        raise Invalid("dossier_code_malformed", message, field="code")
    return known.text


def code_key(code: str) -> str:
    """Give a code as codes are compared: small letters name no other dossier than capitals."""
    return code.upper()


def spellings(code: str) -> frozenset[str]:
    """Give the ways in which a dossier of this code may have been written down before."""
    return frozenset({code, code.upper(), code.lower()})


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_DASHES).replace(" ", "").upper()


def _official(text: str) -> DossierCode | None:
    tidy = _tidy(text)
    for form, pattern in _FORMS:
        if match := pattern.fullmatch(tidy):
            received_on = _day(match[2])
            if received_on is not None:
                return DossierCode(tidy, form, match[1], received_on, match[3])
    return None


def _day(six_digits: str) -> date | None:
    try:
        return date(2000 + int(six_digits[:2]), int(six_digits[2:4]), int(six_digits[4:]))
    except ValueError:
        return None


def national_procedure_code(text: str) -> str | None:
    """Find the code of the national procedure database (such as 1.001193) in `text`, or None.

    Agency and service endings (`.H19`, `.000.00.00.H61`, `.01`) are left off.
    """
    match = _NATIONAL_PROCEDURE.search(unicodedata.normalize("NFKC", text))
    return match[1] if match else None
