"""Where the reader stands is marked in the navigation, on every page of a campaign too."""

from admin.blueprint import VIEWS
from admin.navigation import ENTRIES, UNDER

# Before anybody is in, of the person alone, reached from many places, or files and no page.
NOWHERE = {"sign_in", "home", "account", "jobs", "officer_photos"}


def test_every_module_of_pages_stands_under_an_entry() -> None:
    entries = {entry.endpoint.rpartition(".")[0] for entry in ENTRIES}
    modules = {f"admin.{view.name}" for view in VIEWS} - {f"admin.{name}" for name in NOWHERE}
    assert {name for name in modules if UNDER.get(name, name) not in entries} == set()
