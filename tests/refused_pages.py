"""What a page says of a form that was refused, as somebody reads it."""

import html
import re

SUMMARY = re.compile(
    r'<div class="note late errors" role="alert" tabindex="-1" autofocus>.*?</ul>', re.DOTALL
)
WAY = re.compile(r'<li>(?:<a href="#([^"]*)">)?(.*?)(?:</a>)?</li>')
BESIDE = re.compile(r'<span class="msg" id="([^"]+)-error">(.*?)</span>')


def summary(page: str) -> dict[str, str]:
    """Give what the head of the page says is wrong, by the control it leads to."""
    (found,) = SUMMARY.findall(page)
    ways: list[tuple[str, str]] = WAY.findall(found)
    assert all(f' id="{target}"' in page for target, _ in ways if target)
    return {target: html.unescape(words) for target, words in ways}


def beside(page: str) -> dict[str, str]:
    """Give what is said beside each control, which has to point at it."""
    found: dict[str, str] = dict(BESIDE.findall(page))
    assert all(re.search(rf'aria-describedby="[^"]*\b{name}-error', page) for name in found)
    return {name: html.unescape(words) for name, words in found.items()}
