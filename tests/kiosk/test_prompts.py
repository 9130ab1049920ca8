"""What the desk screen says aloud is recorded, up to date and light."""

import json
from dataclasses import replace

from flask import Flask

from kiosk import prompts
from shared.domain.questionnaire import OF_THE_CAMPAIGNS

MOST_BYTES = 450_000
AGAIN = "run deploy/scripts/make_prompts"


def test_every_recording_says_what_the_screen_says(app: Flask) -> None:
    with app.test_request_context():
        said = prompts.words(("vi", "en"))
    assert json.loads(prompts.MANIFEST.read_text()) == said, AGAIN
    assert {path.stem for path in prompts.FOLDER.glob("*.ogg")} == set(said)


def test_recordings_are_opus_and_light() -> None:
    files = list(prompts.FOLDER.glob("*.ogg"))
    assert all(b"OpusHead" in path.read_bytes()[:64] for path in files)
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES


def test_every_screen_can_be_heard_in_both_languages() -> None:
    recorded = prompts.recorded()
    assert recorded.keys() == {"vi", "en"}
    assert all(set(screens) >= set(prompts.SCREENS) for screens in recorded.values())


def test_an_item_is_heard_in_every_language_and_in_none_once_its_words_change() -> None:
    for item in OF_THE_CAMPAIGNS:
        assert set(prompts.heard(item)) == {"vi", "en"}
        reworded = replace(item, texts={"vi": f"{item.texts['vi']}!", "en": item.texts["en"]})
        assert set(prompts.heard(reworded)) == {"en"}
