"""The HTML of every page: parsed strictly, and whole for those who hear it instead of seeing it."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask, template_rendered
from jinja2 import Template

from tests.infrastructure.peopled import Peopled
from tests.web.every_page import Opened, after_sending, asked_for, every_page, page_templates

# Asked for by address, and no page: files, pictures, data, a way on.
NO_PAGES = {
    "static",
    "admin.static",
    "kiosk.static",
    "health.healthz",
    "kiosk.worker.script",
    "kiosk.qr.case",
    "kiosk.qr.invitation",
    "admin.home.home",
    "admin.attachments.content",
    "admin.attachments.thumbnail",
    "admin.figure_steps.file",
    "admin.figures_import.template",
    "admin.officer_photos.picture",
    "kiosk.attachments.content",
    "kiosk.attachments.thumbnail",
    "admin.accounts.template",
    "admin.channels.pdf",
    "admin.channels.svg",
    "admin.jobs.file",
    "admin.organisation.export",
    "admin.case_figures.download",
    "admin.case_figures.download_cases",
    "admin.organisation_import.template",
    "admin.procedure_sheets.svg",
    "admin.registers.export",
    "admin.registers_import.template",
    "kiosk.procedures.sheet",
    "admin.quarantine.file",
    "admin.quarantine.table",
    "kiosk.open311.discovery",
    "kiosk.open311.services",
    "kiosk.open311.service",
    "kiosk.open311.listing",
    "kiosk.open311.show",
    "kiosk.open311.token",
}
LABELLED = {"input", "select", "textarea"}
WITHOUT_LABEL = {"hidden", "submit", "button"}
ARIA = {"aria-label", "aria-labelledby"}
POINTING = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form")
BLANK = "{http://www.w3.org/1999/xhtml}"
_opened: list[Opened] = []
_rendered: set[str] = set()


@cache  # of every page twice
def parsed(page: str) -> tuple[Element, list[Any]]:
    """Read a page as a browser does; give it and what is wrong with it."""
    parser = html5lib.HTMLParser()
    root: Element = parser.parse(page)
    return root, parser.errors


@pytest.fixture
def pages(peopled: Peopled) -> list[Opened]:
    """Every page, opened once for all the tests here."""
    if not _opened:

        def remember(_app: Flask, template: Template, **_more: object) -> None:
            _rendered.add(template.name or "")

        with template_rendered.connected_to(remember, peopled.app):
            _opened.extend((*every_page(peopled), *after_sending(peopled)))
    return _opened


def test_every_page_is_opened_and_every_address_is_answered(
    pages: list[Opened], peopled: Peopled
) -> None:
    assert {page.endpoint for page in pages if page.endpoint} == asked_for() - NO_PAGES
    assert page_templates(peopled) - _rendered == set()


@pytest.mark.once
def test_every_page_parses_strictly(pages: list[Opened]) -> None:
    wrong = []
    for page in pages:
        for (line, _column), error, _values in parsed(page.text)[1]:
            wrong.append(f"{page.path}: {error}: {page.text.splitlines()[line - 1][:200]}")
    assert wrong == []


@pytest.mark.once
def test_every_page_is_whole(pages: list[Opened]) -> None:
    found = {f"{page.path} {fault}" for page in pages for fault in _faults(parsed(page.text)[0])}
    assert found == set()


@pytest.mark.once
def test_every_form_that_staff_send_carries_the_token_of_its_browser(pages: list[Opened]) -> None:
    without = {
        f"{page.path}: {form.get('action')}"
        for page in pages
        for form in parsed(page.text)[0].iter(f"{BLANK}form")
        if form.get("method", "").lower() == "post"
        and (form.get("action") or page.path).startswith("/admin")
        and not any(field.get("name") == "csrf_token" for field in form.iter())
    }
    assert without == set()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<html><h1>a</h1>", "names no language"),
        ("<html lang=vi><h1>a</h1><h1>b</h1>", "has 2 main headings"),
        ("<html lang=vi><h1>a</h1><p id=x><p id=x>", "has x twice"),
        ("<html lang=vi><h1>a</h1><img src=x>", "shows a picture without words: x"),
        ("<html lang=vi><h1>a</h1><input name=x>", "asks for x without a label"),
        ("<html lang=vi><h1>a</h1><label>x</label>", "has a label of no field: x"),
        ("<html lang=vi><h1>a</h1><label for=x>x</label>", "points at x, which is not there"),
    ],
)
def test_a_page_that_is_not_whole_is_found(text: str, fault: str) -> None:
    assert fault in set(_faults(parsed(text)[0]))


def _faults(root: Element) -> Iterator[str]:
    elements = list(root.iter())
    if not root.get("lang"):
        yield "names no language"
    for count in set(_headings(root)) - {1}:
        yield f"has {count} main headings"
    ids = Counter(item.get("id", "") for item in elements if item.get("id") is not None)
    yield from (f"has {name} twice" for name, count in ids.items() if count > 1 or not name)
    for item in elements:
        if _tag(item) == "img" and item.get("alt") is None:
            yield f"shows a picture without words: {item.get('src')}"
        for target in (name for key in POINTING for name in item.get(key, "").split()):
            if target not in ids:
                yield f"points at {target}, which is not there"
    yield from _unlabelled(root)


def _unlabelled(root: Element) -> Iterator[str]:
    """Tell the fields without a label, and the labels without a field."""
    named, inside = set(), set()
    for label in root.iter(f"{BLANK}label"):
        fields = [item for item in label.iter() if _tag(item) in LABELLED]
        if not label.get("for") and not fields:
            yield f"has a label of no field: {''.join(label.itertext()).strip()}"
        named.add(label.get("for"))
        inside.update(fields)
    for item in root.iter():
        if _tag(item) not in LABELLED or item.get("type") in WITHOUT_LABEL or item in inside:
            continue
        if item.get("id") not in named and ARIA.isdisjoint(item.keys()):
            yield f"asks for {item.get('name')} without a label"


def _headings(root: Element) -> Iterator[int]:
    """Count the main headings seen at once; the desk's page holds all its screens, hidden."""
    screens = [part for part in root.iter(f"{BLANK}section") if part.get("hidden") is not None]
    for seen in screens or [root]:
        yield sum(_tag(item) == "h1" for item in seen.iter())


def _tag(item: Element) -> str:
    return str(item.tag).removeprefix(BLANK)  # of a comment it is a function
