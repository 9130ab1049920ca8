"""Sentences that ship with laws and templates can be translated, every one of them."""

import json
from importlib.resources import files

from shared.domain.reference_words import TEXTS

REFERENCE = files("shared.reference")


def shipped() -> list[str]:
    rules = json.loads(REFERENCE.joinpath("scoring_rules.json").read_text("utf-8"))
    versions = [version for kind in rules.values() for version in kind]
    plans = [
        json.loads(one.read_text("utf-8")) for one in REFERENCE.joinpath("campaigns").iterdir()
    ]
    said = [one[name] for one in versions for name in ("source", "note")]
    return [text for text in (*said, *(plan["source"] for plan in plans)) if text]


def test_every_sentence_of_a_law_and_of_a_template_is_marked_for_translation() -> None:
    assert sorted(TEXTS) == sorted(shipped())


def test_no_sentence_looks_like_a_place_to_be_filled() -> None:
    assert [text for text in TEXTS if "%" in text] == []
