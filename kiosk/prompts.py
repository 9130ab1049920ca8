"""What the desk screen says aloud when asked: recordings of its screens and of the items we ship.

The items an office writes itself have none: a page with one of them does not offer to be heard.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from kiosk.wording import desk_texts
from shared.domain.questionnaire import OF_THE_CAMPAIGNS, Item, Kind

FOLDER = Path(__file__).parent / "static" / "prompts"
MANIFEST = FOLDER / "spoken.json"  # the words of each recording, so that old ones are noticed
SCREENS = {
    "ask": ("question", "how", "face_1", "face_2", "face_3", "face_4", "face_5", "anonymous"),
    "why": (
        "recorded",
        "why",
        "why_how",
        "waiting",
        "unclear",
        "visits",
        "attitude",
        "extra_money",
        "broker",
        "premises",
        "other",
        "all_good",
    ),
    "more": ("comment", "comment_how", "want_answer"),
    "phone": ("go_on", "go_on_how", "go_on_kept"),
    "idle": ("still_here", "touch_anywhere"),
    "thanks": ("thanks", "thanks_lead"),
    # A page of items is heard in parts: its heading, how it is answered, then every item.
    "items_reception": ("items_reception",),
    "items_premises": ("items_premises",),
    "items_other": ("items_other",),
    "items_how": ("items_how",),
    "items_scale": ("items_scale",),
}
ANSWERS: Mapping[Kind, tuple[str, ...]] = {Kind.YES_NO: ("no", "yes")}
COUNTED = "1. 2. 3. 4+."


def words(languages: Iterable[str]) -> dict[str, str]:
    """Give what is to be said, by the name of its recording: the language and the screen.

    A language that lacks one sentence of a screen says nothing there: half would mislead.
    """
    texts = desk_texts(languages)
    screens = {
        f"{language}-{screen}": _sentences(said, keys)
        for language, said in texts.items()
        for screen, keys in SCREENS.items()
        if all(key in said for key in keys)
    }
    items = {
        f"{language}-{name_of(item, language)}": _words_of(item, language, said)
        for language, said in texts.items()
        for item in OF_THE_CAMPAIGNS
        if language in item.texts
    }
    return screens | items


def recorded() -> dict[str, list[str]]:
    """List the screens, and items by name, that have a recording, by language."""
    return _recorded(MANIFEST.stat().st_mtime_ns if MANIFEST.exists() else 0)


def heard(item: Item) -> dict[str, str]:
    """Give the names of an item's recordings by language: of just these words, or none."""
    names = {language: name_of(item, language) for language in item.texts}
    known = recorded()
    return {language: name for language, name in names.items() if name in known.get(language, ())}


def name_of(item: Item, language: str) -> str:
    """Name the recording of an item by its words: other words are another recording."""
    words = f"{item.kind} {item.texts[language]}"
    return f"item_{hashlib.sha256(words.encode()).hexdigest()[:10]}"


@cache
def _recorded(changed: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in sorted(json.loads(MANIFEST.read_text()) if changed else ()):
        language, _, screen = name.rpartition("-")
        found.setdefault(language, []).append(screen)
    return found


def _words_of(item: Item, language: str, said: Mapping[str, str]) -> str:
    words = _sentence(item.texts[language])
    if item.kind is Kind.COUNT:
        return f"{words} {COUNTED}"
    return " ".join((words, _sentences(said, ANSWERS.get(item.kind, ())))).strip()


def _sentences(said: Mapping[str, str], keys: Iterable[str]) -> str:
    return " ".join(_sentence(said[key]) for key in keys)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
