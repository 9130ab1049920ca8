"""What the forms of confidential reports hold: sealed by the browser, or sealed here at once."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kiosk.phone_forms import Form, form_id, named_officers
from shared.adapters import sealing
from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults
from shared.domain.rating import clean_text
from shared.domain.sealed import (
    Envelope,
    Matter,
    binding,
    checked_words,
    read_envelope,
    report_id,
    sealed_bytes,
)
from shared.services.sealed_readers import Reader
from shared.services.sealed_reports import IN_BROWSER, ON_RECEIPT, Text


@dataclass(frozen=True)
class About:
    """What of a report is not sealed: what it is about, and whom it accuses."""

    matter: Matter
    officer_id: int | None


def read_about(form: Form, officers: Mapping[str, int]) -> About:
    """Read what is not sealed; `officers` are those who can be named, key by code.

    Raises Invalid for what is not offered.
    """
    with Faults() as faults:
        matter = faults.read(_matter, form)
        named = faults.read(named_officers, form, officers)
    return About(matter, next(iter(named), None))


def _matter(form: Form) -> Matter:
    matter = form.get("matter", "")
    if matter not in set(Matter):
        raise Invalid("matter_missing", N_("Xin chọn một loại việc."), field="matter")
    return Matter(matter)


def read_text(form: Form, found: Iterable[Reader]) -> Text:
    """Read the words: as the browser sealed them, else seal them for the readers here and now.

    Unsealed words are in memory for as long as that takes, and written down nowhere. Raises
    Invalid for too few or too many words, and for what cannot have been sealed.
    """
    came, sealed = form_id(form), form.get("sealed", "")
    if sealed:
        return _text(form, read_envelope(sealed), sealed, IN_BROWSER)
    text, contact = written_words(form)
    keys = {one.key.fingerprint: one.key.public_key for one in found}
    if not keys:
        raise Invalid("no_reader", N_("Chưa có ai nhận được tin báo ở đây."), field="")
    content = sealed_bytes(text, contact)
    envelope = sealing.seal(content, binding(came), keys)
    return _text(form, envelope, content.hex(), ON_RECEIPT)


def written_words(form: Form) -> tuple[str, str]:
    """Read words and contact that no browser has sealed; Invalid for too few or too many."""
    text, contact = clean_text(form.get("text", "")), clean_text(form.get("contact", ""))
    if not form.get("sealed"):
        checked_words(text, contact)
    return text, contact


def _text(form: Form, envelope: Envelope, brought: str, sealed_in: str) -> Text:
    came = form_id(form)
    return Text(report_id(came, brought), binding(came), envelope, sealed_in)


def keys_for_page(found: Iterable[Reader]) -> str:
    """Give the public keys as the page's script reads them: JSON by fingerprint."""
    return json.dumps({one.key.fingerprint: one.key.public_key for one in found})
