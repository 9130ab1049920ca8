"""Every measure has records behind it, or its page says why none."""

from flask import Flask

from shared.domain.measure import HAND_ENTERED, MEASURES, Measure, Source
from shared.statistics import register_sheets

WORDS = """{% from "campaigns/_standing_words.html" import without_records %}
{{ without_records(measure) }}"""
WITH_SHEETS = {Source.RATINGS, Source.DOSSIERS, Source.COMPLAINTS, Source.CATALOGUE}


def test_a_measure_without_records_says_where_it_comes_from(app: Flask) -> None:
    with app.test_request_context():
        words = app.jinja_env.from_string(WORDS)
        silent = {one for one in Measure if not words.render(measure=one).strip()}
    has_records = {
        measure
        for measure, facts in MEASURES.items()
        if facts.sources[0] in WITH_SHEETS
        or measure in register_sheets.READ
        or facts.sources == HAND_ENTERED
    }
    assert silent == has_records
