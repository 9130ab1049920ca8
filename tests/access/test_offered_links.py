"""No page offers its reader a way that is then refused: links follow the same table of rights."""

import html
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import HTTPException

from shared.domain.access import Role
from tests.access.addresses import addresses
from tests.access.table import STAFF
from tests.infrastructure.crawling import HTML
from tests.infrastructure.peopled import Peopled

GET = "GET "
LINK = re.compile(r'<a\b[^>]*\shref="(/admin/[^"]*)"')


@pytest.mark.parametrize("role", Role)
def test_every_link_a_page_offers_may_be_followed_by_its_reader(
    peopled: Peopled, role: Role
) -> None:
    refused = {
        (path, link)
        for path, text in _pages(peopled, role)
        for link in map(html.unescape, LINK.findall(text))
        if role not in STAFF.get(GET + _endpoint(peopled, link), frozenset(Role))
    }
    assert refused == set()


def _pages(peopled: Peopled, role: Role) -> Iterator[tuple[str, str]]:
    who = f"{role}-sen"
    allowed = [name for name, roles in STAFF.items() if name.startswith(GET) and role in roles]
    for name in allowed:
        for path in addresses(peopled.app, name.removeprefix(GET), peopled.units["sen"], who):
            answer = peopled.get(path, who)
            if answer.status_code == 200 and answer.mimetype == HTML:
                yield path, answer.text


def _endpoint(peopled: Peopled, link: str) -> str:
    adapter = peopled.app.url_map.bind("127.0.0.1")
    try:
        return str(adapter.match(urlsplit(link).path, method="GET")[0])
    except HTTPException:
        return ""
