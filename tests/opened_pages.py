"""Forms as two people have them open at once: read off the page and sent as a browser would."""

from dataclasses import dataclass, field

from lxml import html
from werkzeug.datastructures import MultiDict

from tests.infrastructure.peopled import Peopled


@dataclass(frozen=True)
class Opened:
    """A form on somebody's screen, as it was filled in when the page was opened."""

    page: str
    action: str
    fields: MultiDict[str, str] = field(repr=False)

    def named(self, begin: str) -> str:
        """Give the name of the first field that begins so; `begin` when no box of it is ticked."""
        return next((name for name in self.fields if name.startswith(begin)), begin)


def forms_of(text: str, page: str) -> list[Opened]:
    """Give the forms with a mark on a page."""
    return [
        Opened(page, form.action or page, MultiDict(form.form_values()))
        for form in html.document_fromstring(text).forms
        if "opened" in form.fields
    ]


def open_form(peopled: Peopled, who: str, page: str, action: str = "") -> Opened:
    """Open a page and give its form with a mark; `action` tells which, where there are several."""
    answer = peopled.get(page, who)
    assert answer.status_code == 200, (page, answer.status_code)
    return next(one for one in forms_of(answer.text, page) if action in one.action)


def send(peopled: Peopled, who: str, form: Opened, **changes: list[str]) -> tuple[int, str]:
    """Send a form with some fields filled in otherwise; give the status and the page."""
    fields = form.fields.copy()
    for name, values in changes.items():
        fields.setlist(name, values)
    fields["csrf_token"] = peopled.csrf(who)
    answer = peopled.person(who).post(form.action, data=fields)
    return answer.status_code, answer.text
