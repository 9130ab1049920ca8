"""Words of templates: translated for the reader at hand, formats always, values escaped."""

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale, gettext


@pytest.mark.once
def test_every_request_reads_its_own_language(app: Flask) -> None:
    shown = []
    for language in ("en", "vi", "en"):
        with app.test_request_context(f"/?lang={language}"):
            shown.append(render_template_string("{{ _('Đăng xuất') }}"))
            assert gettext("Đăng xuất") == shown[-1]
    assert shown == ["Sign out", "Đăng xuất", "Sign out"]


@pytest.mark.once
def test_a_language_can_be_spoken_within_a_page_of_another(app: Flask) -> None:
    with app.test_request_context("/"):
        with force_locale("en"):
            assert render_template_string("{{ _('Đăng xuất') }}") == "Sign out"
        assert render_template_string("{{ _('Đăng xuất') }}") == "Đăng xuất"


@pytest.mark.once
def test_a_table_of_texts_is_kept_for_readers_of_all_languages(app: Flask) -> None:
    kept = "{% set WORDS = {1: N_('Đăng xuất')} %}{% macro word(key) %}{{ _(WORDS[key]) }}"
    template = app.jinja_env.from_string(kept + "{% endmacro %}")
    page = "{% from kept import word %}{{ word(1) }}"
    shown = []
    for language in ("en", "vi"):
        with app.test_request_context(f"/?lang={language}"):
            shown.append(render_template_string(page, kept=template))
    assert shown == ["Sign out", "Đăng xuất"]


@pytest.mark.once
def test_no_text_stays_no_text_in_every_language(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert render_template_string("{{ _('') }}") == ""


@pytest.mark.once
@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{ _('95 %%') }}", "95 %"),
        ("{{ _('%(share)s %%', share='95') }}", "95 %"),
        ("{{ _(['Đạt 100% <chỉ tiêu>'][0]) }}", "Đạt 100% &lt;chỉ tiêu&gt;"),
        ("{{ _(['Giảm 5%'][0]) }}", "Giảm 5%"),
        ("{{ _('Xin chào %(name)s', name='<Mai>') }}", "Xin chào &lt;Mai&gt;"),
        ("{{ _(['<b>'][0]) }}", "&lt;b&gt;"),
        ("{% autoescape false %}{{ _('%(name)s', name='<Mai>') }}{% endautoescape %}", "<Mai>"),
    ],
)
def test_a_text_is_a_format_whose_values_are_escaped(app: Flask, template: str, shown: str) -> None:
    with app.test_request_context("/"):
        assert render_template_string(template) == shown
