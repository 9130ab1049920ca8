"""Walking through the pages of a door by their links, and reading the forms on them."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import html

from tests.infrastructure.peopled import Peopled

HTML = "text/html"
LINK = re.compile(r'<a\s(?:[^>"]|"[^"]*")*?\bhref="([^"]*)"')
FIELDS = ("input", "select", "textarea", "button")


@dataclass(frozen=True)
class Form:
    """A form as a page offers it: where it is sent, its fields as filled in, and their types."""

    page: str
    action: str
    method: str
    fields: Mapping[str, str]
    types: Mapping[str, str]  # such as text, select, textarea, file
    choices: Mapping[str, str]  # the first choice of each list that is one


@lru_cache(maxsize=2)  # a refused form is looked at more than once
def parse(page: str) -> Any:
    """Read a page that is known to be well-formed; a browser's own rules take ten times longer."""
    return html.document_fromstring(page)


def crawl(
    peopled: Peopled, who: str, starts: Iterable[str], inside: str, alike: int = 1
) -> dict[str, str]:
    """Follow the links within `inside` as a person; give the HTML pages by their addresses.

    Of addresses that differ by keys only, `alike` are opened.
    """
    pages: dict[str, str] = {}
    opened: Counter[object] = Counter()
    waiting, seen = deque(starts), set(starts)
    while waiting:
        address = waiting.popleft()
        kind = kind_of(peopled, address)
        if opened[kind] == alike:
            continue
        opened[kind] += 1
        answer = peopled.get(address, who)
        assert answer.status_code < 400, (address, answer.status_code)
        found = [answer.location] if answer.location else []
        if answer.status_code == 200 and answer.mimetype == HTML:
            pages[address] = answer.get_data(as_text=True)
            found += map(unescape, LINK.findall(pages[address]))
        for link in found:
            target = _within(address, link, inside)
            if target and target not in seen:
                seen.add(target)
                waiting.append(target)
    return pages


def kind_of(peopled: Peopled, address: str) -> object:
    """Tell addresses apart by their endpoint, by words that are no keys, and by what they ask."""
    parts = urlsplit(address)
    endpoint, values = peopled.app.url_map.bind("127.0.0.1").match(parts.path, "GET")
    words = {name: values[name] for name in ("noun", "kind", "form") if name in values}
    return endpoint, str(words), frozenset(name for name, _value in parse_qsl(parts.query))


def forms(address: str, page: str) -> list[Form]:
    """Read the forms of a page, each with every field it would send."""
    return [_form(address, element) for element in parse(page).iter("form")]


def _form(address: str, element: Any) -> Form:
    fields: dict[str, str] = {}
    types: dict[str, str] = {}
    choices: dict[str, str] = {}
    for item in element.iter(*FIELDS):
        name, tag = item.get("name"), item.tag
        if not name:
            continue
        kind = item.get("type", "text") if tag in {"input", "button"} else tag
        if tag == "button" or item.get("readonly") is not None:
            kind = "hidden"  # not for typing
        value = _value(item, kind)
        if name not in fields or value:
            fields[name] = value
        types[name] = kind
        if kind == "select":
            choices[name] = next(filter(None, _options(item)), "")
    action = urljoin(address, element.get("action") or address)
    return Form(address, action, (element.get("method") or "get").lower(), fields, types, choices)


def _value(item: Any, kind: str) -> str:
    if kind == "textarea":
        return "".join(item.itertext())
    if kind == "select":
        options = list(item.iter("option"))
        chosen = [one.get("value", "") for one in options if one.get("selected") is not None]
        return (chosen or _options(item) or [""])[0]
    return item.get("value") or ""


def _options(item: Any) -> list[str]:
    return [one.get("value", "") for one in item.iter("option")]


def _within(address: str, link: str, inside: str) -> str | None:
    parts = urlsplit(urljoin(address, link))
    elsewhere = parts.netloc or not parts.path.startswith(inside)
    if elsewhere or link.startswith("#") or "lang=" in parts.query:
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")
