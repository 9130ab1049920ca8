"""What tests of both doors share: the forms of the pages, and residents who need not wait."""

import pytest

import kiosk.views.complaints
import kiosk.views.phone
from kiosk.slowing import Slowing
from tests.infrastructure.peopled import Peopled
from tests.web.every_form import Place, every_form

_found: list[Place] = []


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let public forms take as many as a test sends; that they slow down is tested elsewhere."""
    for view in (kiosk.views.phone, kiosk.views.complaints):
        monkeypatch.setattr(view, "slowing", Slowing(free=1_000_000))


@pytest.fixture
def places(peopled: Peopled, unhurried: None) -> list[Place]:
    """Every form there is."""
    if not _found:
        _found.extend(every_form(peopled))
        peopled.put_back()
    return _found
