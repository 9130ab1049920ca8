"""What the desk screen says aloud when asked: one recording a screen and language."""

import json
from collections.abc import Iterable
from pathlib import Path

from kiosk.wording import desk_texts

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
}


def words(languages: Iterable[str]) -> dict[str, str]:
    """Give what is to be said, by the name of its recording: the language and the screen.

    A language that lacks one sentence of a screen says nothing there: half would mislead.
    """
    texts = desk_texts(languages)
    return {
        f"{language}-{screen}": " ".join(_sentence(said[key]) for key in keys)
        for language, said in texts.items()
        for screen, keys in SCREENS.items()
        if all(key in said for key in keys)
    }


def recorded() -> dict[str, list[str]]:
    """List the screens that have a recording, by language."""
    found: dict[str, list[str]] = {}
    for name in sorted(json.loads(MANIFEST.read_text()) if MANIFEST.exists() else ()):
        language, _, screen = name.rpartition("-")
        found.setdefault(language, []).append(screen)
    return found


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
