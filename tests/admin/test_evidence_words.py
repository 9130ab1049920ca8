"""Every measure has records behind it, or its page says why none."""

from types import SimpleNamespace

from flask import Flask

from shared.domain.measure import HAND_ENTERED, MEASURES, Measure, Source
from shared.domain.scoring import Reason, TargetUnit
from shared.statistics import register_sheets
from shared.statistics.further_measures import NO_INSPECTORS

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


def test_a_source_that_says_itself_why_it_is_off_is_not_taken_for_ratings(app: Flask) -> None:
    source = """{% from "campaigns/_words.html" import reason_words %}{{ reason_words(score) }}"""
    with app.test_request_context():
        words = app.jinja_env.from_string(source)
        for note in (None, NO_INSPECTORS):
            measurement = SimpleNamespace(note=note, value=None, interval=None)
            rule = SimpleNamespace(target=SimpleNamespace(value=None), source=Source.CONFIDENTIAL)
            score = SimpleNamespace(reason=Reason.OFF, measurement=measurement, rule=rule, met=None)
            said = words.render(score=score)
            assert ("Không có đánh giá nào" in said) is (note is None)
            assert note is None or note.text in said


def test_yes_and_no_are_written_as_words(app: Flask) -> None:
    source = """{% from "campaigns/_figure_words.html" import written %}
{{ written(1, none, none, unit) }}, {{ written(0, none, none, unit) }}"""
    with app.test_request_context():
        words = app.jinja_env.from_string(source)
        assert words.render(unit=TargetUnit.YES_NO).strip() == "có, không"
        assert words.render(unit=TargetUnit.COUNT).strip() == "1, 0"
