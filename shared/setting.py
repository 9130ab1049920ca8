"""How one setting is read: a wrong one stops the start with one clear line."""

import re
from collections.abc import Mapping


class ConfigurationError(Exception):
    """A setting is missing, wrong or unsafe; the text is the one line to show before stopping."""

    def __init__(self, variable: str, reason_vi: str, reason_en: str, example: str) -> None:
        super().__init__(f"{variable}: {reason_vi} / {reason_en}. {variable}={example}")
        self.variable = variable


def given(environ: Mapping[str, str], variable: str) -> str | None:
    """Return what is set; an empty value counts as not set.

    Raises ConfigurationError for bytes that are no text: they could be neither signed nor shown.
    """
    text = environ.get(variable, "").strip()
    if not is_text(text):
        raise ConfigurationError(variable, "không phải chữ UTF-8", "not text in UTF-8", "…")
    return text or None


def is_text(text: str) -> bool:
    """Tell whether a text can be written as UTF-8; the environment may hold any bytes."""
    return all(not "\ud800" <= character <= "\udfff" for character in text)


def one_line(text: str) -> str:
    """Return a text as one short line that can be shown."""
    shown = "".join(character if character.isprintable() else "?" for character in text)
    return shown if len(shown) <= 80 else f"{shown[:79]}…"


def whole_number(environ: Mapping[str, str], variable: str, usual: int, most: int) -> int:
    """Return a whole number from 1 to `most`; raise ConfigurationError for anything else."""
    text = given(environ, variable)
    if text is None:
        return usual
    if re.fullmatch(r"[0-9]{1,6}", text) and 1 <= int(text) <= most:
        return int(text)
    raise ConfigurationError(
        variable,
        f"“{one_line(text)}” không phải là số từ 1 đến {most}",
        f"not a number from 1 to {most}",
        str(usual),
    )
