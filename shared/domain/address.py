"""Addresses of mail: what can be written to."""

import re

from shared.domain.errors import N_, Invalid

LONGEST = 254  # RFC 5321
# Narrower than the standard: what an office gives its staff, and nothing that a header could hide.
_FORM = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+",
    re.ASCII,
)


def checked_email(text: str, field: str) -> str:
    """Return a trimmed address, or nothing for nothing; raise Invalid naming `field`."""
    address = text.strip()
    if address and (len(address) > LONGEST or not _FORM.fullmatch(address)):
        raise Invalid("email_wrong", N_("Địa chỉ thư có dạng ten@coquan.gov.vn."), field=field)
    return address
