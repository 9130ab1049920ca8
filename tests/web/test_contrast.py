"""The colours of the design tokens: contrast of every pair of text and ground, in every theme."""

import re
from pathlib import Path

import pytest

import shared

TOKENS = Path(shared.__file__).parent / "web/static/css/tokens.css"
THEMES = {
    "light": ":root {",
    "dark": '[data-theme="dark"] {',
    "contrast": '[data-theme="contrast"] {',
}
SYSTEM = {"dark": "(prefers-color-scheme: dark)", "contrast": "(prefers-contrast: more)"}

# What is asked of text (7, 4.5) and of borders and drawn things (3): WCAG 2.2, 1.4.3, .6, .11.
PAIRS = [
    *(("c-ink", ground, 7.0) for ground in ("c-bg", "c-surface", "c-sunken")),
    *(("c-ink-2", ground, 7.0) for ground in ("c-bg", "c-surface", "c-sunken")),
    *(("c-on-accent", ground, 7.0) for ground in ("c-accent", "c-accent-hover", "c-accent-press")),
    *(("c-accent", ground, 4.5) for ground in ("c-bg", "c-surface")),
    ("c-accent-ink", "c-accent-soft", 7.0),
    ("c-ink", "c-accent-soft", 7.0),
    ("c-warn-ink", "c-warn-soft", 7.0),
    ("c-warn-ink", "c-surface", 7.0),
    ("c-danger-ink", "c-danger-soft", 7.0),
    ("c-danger-ink", "c-surface", 7.0),
    ("c-on-danger", "c-danger", 7.0),
    ("c-disabled-ink", "c-disabled", 4.5),
    *(("c-ink", f"c-heat-{step}", 7.0) for step in range(1, 6)),
    *(("c-edge", ground, 3.0) for ground in ("c-bg", "c-surface")),
    *(("c-focus", ground, 3.0) for ground in ("c-bg", "c-surface")),
    *(("c-data", "c-surface", 3.0), ("c-data-2", "c-surface", 3.0)),
    *(("c-face-ink", f"face-{score}", 7.0) for score in range(1, 6)),
    *((f"face-{score}-ring", "c-surface", 3.0) for score in range(1, 6)),
]


def colours(block: str) -> dict[str, str]:
    """Read the colours of one rule."""
    return dict(re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6})", block))


def rule(text: str, head: str) -> str:
    """Give what stands between a rule's braces."""
    begin = text.index(head) + len(head)
    return text[begin : text.index("}", begin)]


def brightness(colour: str) -> float:
    """Give a colour's relative luminance, 0 to 1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((brightness(one), brightness(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_text_and_borders_stand_out(theme: str, text: str, ground: str, least: float) -> None:
    known = colours(rule(TOKENS.read_text(), THEMES[theme]))
    assert contrast(known[text], known[ground]) >= least


@pytest.mark.parametrize("theme", SYSTEM)
def test_the_system_gets_the_same_theme_as_the_switch(theme: str) -> None:
    sheet = TOKENS.read_text()
    by_system = rule(sheet[sheet.index(SYSTEM[theme]) :], ":not(.paper) {")
    assert by_system.split() == rule(sheet, THEMES[theme]).split()


def test_nothing_but_the_tokens_asks_the_system_for_its_theme() -> None:
    # Pages are looked at in the themes of the switch: what the system wishes leads to the same.
    root = Path(shared.__file__).parents[1]
    sheets = (one for part in ("admin", "kiosk", "shared") for one in (root / part).rglob("*.css"))
    asking = [one for one in sheets if any(asked in one.read_text() for asked in SYSTEM.values())]
    assert asking == [TOKENS]
