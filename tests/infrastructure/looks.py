"""What axe-core finds on pages: each page looked at whole, each colour looked at once in a run."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, TypedDict, Unpack
from urllib.parse import urljoin

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# The path of a page and its text as it was answered.
Handed = tuple[str, str]
THEMES = ("light", "dark", "contrast")
SCRIPT = re.compile(r"<(script|noscript)\b[^>]*>.*?</\1>", re.DOTALL)
ASK = "([what, ...how]) => window.looks ? window.looks[what](...how) : null"
LIVES = "document.querySelector('script[type=module]') !== null"


class Wants(TypedDict, total=False):
    """What is looked for on a page; what is not said is as `USUAL`."""

    size: Literal["this", "any", ""]  # in which a page was looked at before; "" looks at colours
    themes: Sequence[str] | None  # of new colours; empty is the page's own, None looks at none
    sideways: str  # the size of words in which nothing may stick out; empty looks for nothing
    unfolded: bool  # whether what is folded is opened before


USUAL: Wants = {"size": "this", "themes": (), "sideways": "", "unfolded": False}


def hand_over(page: Page, site: str, path: str, text: str) -> Handed:
    """Give a page as it was answered.

    One that lives by a script is opened, and given as that makes it: without it, and without what
    would stand for it.
    """
    if 'type="module"' in text:
        page.goto(site + path)
        text = SCRIPT.sub("", page.content())
    return path, text


class Looks:
    """Which pages and which colours were looked at, in which size and on what."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def new_faults(self, page: Page, **wants: Unpack[Wants]) -> list[str]:
        """Let axe-core look at what is new on a page as it stands; give the broken rules."""
        return self._ask(page, "standing", {**USUAL, **wants})

    def new_faults_of(
        self, page: Page, pages: Iterable[Handed], **wants: Unpack[Wants]
    ) -> list[str]:
        """Let axe-core look at pages that are handed over, one by one; give the broken rules.

        They are put in the place of an open page of the same site and policy.
        """
        if page.evaluate(LIVES):  # what its script began must not outlive it
            page.goto(urljoin(page.url, "/follow"))
        return self._ask(page, "handed", {**USUAL, **wants}, [*pages])

    def _ask(self, page: Page, what: str, wants: Wants, *more: list[Handed]) -> list[str]:
        said = page.evaluate(ASK, [what, self._known, wants, *more])
        if said is None:
            page.evaluate(_scripts())
            said = page.evaluate(ASK, [what, self._known, wants, *more])
        found: list[str] = said[0]
        self._known.update(said[1])
        return found


@cache
def _scripts() -> str:
    """Give axe-core, and what asks it, as one script that says nothing."""
    return f"{Axe().axe_script}\n{Path(__file__).with_suffix('.js').read_text()}\nnull"
