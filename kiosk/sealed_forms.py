"""What the forms of confidential reports hold: sealed by the browser, or sealed here at once."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kiosk.phone_forms import Form, form_id
from shared.adapters import sealing
from shared.domain.errors import N_, Invalid
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
    matter, named = form.get("matter", ""), form.get("officer", "")
    if matter not in set(Matter):
        raise Invalid("matter_missing", N_("Xin chọn một loại việc."), field="matter")
    if named and named not in officers:
        raise Invalid("officer_unknown", N_("Xin chọn lại cán bộ."), field="officer")
    return About(Matter(matter), officers[named] if named else None)


def read_text(form: Form, found: Iterable[Reader]) -> Text:
    """Read the words: as the browser sealed them, else seal them for the readers here and now.

    Unsealed words are in memory for as long as that takes, and written down nowhere. Raises
    Invalid for too few or too many words, and for what cannot have been sealed.
    """
    came, sealed = form_id(form), form.get("sealed", "")
    if sealed:
        return _text(form, read_envelope(sealed), sealed, IN_BROWSER)
    text, contact = clean_text(form.get("text", "")), clean_text(form.get("contact", ""))
    checked_words(text, contact)
    keys = {one.key.fingerprint: one.key.public_key for one in found}
    if not keys:
        raise Invalid("no_reader", N_("Chưa có ai nhận được tin báo ở đây."), field="")
    content = sealed_bytes(text, contact)
    envelope = sealing.seal(content, binding(came), keys)
    return _text(form, envelope, content.hex(), ON_RECEIPT)


def _text(form: Form, envelope: Envelope, brought: str, sealed_in: str) -> Text:
    came = form_id(form)
    return Text(report_id(came, brought), binding(came), envelope, sealed_in)


def keys_for_page(found: Iterable[Reader]) -> str:
    """Give the public keys as the page's script reads them: JSON by fingerprint."""
    return json.dumps({one.key.fingerprint: one.key.public_key for one in found})
