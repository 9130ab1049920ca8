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
@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{ _('95 %%') }}", "95 %"),
        ("{{ _('<b>%(name)s</b>', name='<Mai>') }}", "<b>&lt;Mai&gt;</b>"),
        ("{% autoescape false %}{{ _('%(name)s', name='<Mai>') }}{% endautoescape %}", "<Mai>"),
    ],
)
def test_a_text_is_a_format_whose_values_are_escaped(app: Flask, template: str, shown: str) -> None:
    with app.test_request_context("/"):
        assert render_template_string(template) == shown
