"""Every endpoint with who may use it; everybody else is turned away and changes nothing."""

import re
from collections.abc import Iterable, Iterator

import pytest
from flask import Flask

from shared.domain.access import Role
from tests import records
from tests.access.addresses import addresses
from tests.access.table import ANYBODY, KEYED, KIOSK, STAFF
from tests.infrastructure.peopled import NOBODY, Peopled

OWN, OTHER = "sen", "lua"
METHODS = ("GET", "POST")
TURNED_AWAY = {403, 404}
# Asking for these writes something down, on purpose.
WRITING_GETS = {
    "GET admin.channels.sheet",  # a printed code is made when it is first asked for
    "GET admin.procedure_sheets.sheets",  # so is the sheet of a procedure
    "GET kiosk.procedures.sheet",  # notes that a posted sheet was read
    "GET kiosk.screen_state.state",  # so is the code of the desk on its own screen
}
# Files to fill in; the line that shows how is invented.
EXAMPLES = {
    f"GET admin.{module}.{name}"
    for module in ("organisation_import", "registers_import")
    for name in ("template", "look")
}
# The way to the other language says again what the reader's own address asks for.
SWITCH = re.compile(r'<a\b[^>]*\bhref="[^"]*" lang="\w+" hreflang="\w+">')
# Staff pages whose address names no record of a unit: open, but with the reader's own units only.
NAMED = (
    "account_id",
    "job_id",
    "number",
    "dossier_id",
    "code",
    "key",
    "kiosk_id",
    "sender_id",
    "key_id",
    "webhook_id",
    "token",
    "message_id",
    "template_id",
)


def methods_of(app: Flask) -> Iterator[str]:
    """Name every method of every endpoint."""
    for rule in app.url_map.iter_rules():
        for method in METHODS:
            if method in (rule.methods or ()):
                yield f"{method} {rule.endpoint}"


def ask(peopled: Peopled, name: str, who: str, path: str) -> tuple[int, str, str]:
    """Use an endpoint as a person; give the status, where it leads, and the words."""
    answer = peopled.get(path, who) if name.startswith("GET") else peopled.post(path, {}, who)
    return answer.status_code, answer.location or "", answer.data.decode(errors="replace")


def paths(peopled: Peopled, name: str, person: str) -> list[str]:
    """Give the addresses of an endpoint with the own unit's keys."""
    return addresses(peopled.app, name.partition(" ")[2], peopled.units[OWN], person)


def asked_by(peopled: Peopled, name: str, role: Role, roles: Iterable[Role]) -> list[str]:
    """Give the addresses of an endpoint that a role of one's own unit tries.

    The first of the roles in question tries them all, every other one a single address: whom the
    guard lets in does not depend on the keys.
    """
    known = paths(peopled, name, f"{role}-{OWN}")
    if role == min(roles):
        return known
    return sorted(known, key=is_of_the_whole)[:1]


def names_a_record(peopled: Peopled, name: str, path: str) -> bool:
    """Tell whether an address holds the key of a record that belongs to the own unit."""
    endpoint = name.partition(" ")[2]
    found = {
        argument
        for rule in peopled.app.url_map.iter_rules()
        if rule.endpoint == endpoint
        for argument in rule.arguments
    }
    return bool(found & set(NAMED)) and not is_of_the_whole(path)


def is_of_the_whole(path: str) -> bool:
    """Tell whether an address is of what the whole organisation shares."""
    whole = (
        "/procedures/",
        "/limits/",
        "/days/",
        "/calendar/",
        "/outbox/rules",
        "/case-policy",
        "/titles/",
    )
    return any(shared in path for shared in whole)


def test_every_endpoint_is_listed_and_every_listed_one_exists(peopled: Peopled) -> None:
    listed = ANYBODY | KIOSK | KEYED | STAFF.keys()
    assert listed == set(methods_of(peopled.app))
    assert len(ANYBODY) + len(KIOSK) + len(KEYED) + len(STAFF) == len(listed)


@pytest.mark.once
def test_nobody_gets_in_without_signing_in(peopled: Peopled) -> None:
    for name in STAFF:
        for path in paths(peopled, name, NOBODY):
            status, location, words = ask(peopled, name, NOBODY, path)
            if name.startswith("GET"):
                assert (status, location.partition("?")[0]) == (302, "/admin/sign-in"), name
            else:
                assert status == 401, name
            assert records.secret(OWN) not in words, path
    assert peopled.changed() == {}


@pytest.mark.once
def test_a_person_is_no_kiosk(peopled: Peopled) -> None:
    for name in KIOSK:
        for who in (NOBODY, f"admin-{OWN}"):
            for path in paths(peopled, name, who):
                assert ask(peopled, name, who, path)[0] == 401, name
    assert peopled.changed() == {}


@pytest.mark.once
def test_a_person_is_no_program_with_a_key(peopled: Peopled) -> None:
    for name in KEYED:
        for who in (NOBODY, f"admin-{OWN}"):
            for path in paths(peopled, name, who):
                assert ask(peopled, name, who, path)[0] == 403, name
    assert peopled.changed() == {}


def test_everybody_may_open_what_is_public(peopled: Peopled) -> None:
    for name in ANYBODY:
        for path in paths(peopled, name, NOBODY):
            status, _location, _words = ask(peopled, name, NOBODY, path)
            refused = {403, 404} if name == "POST admin.sign_in.form" else {401, 403, 404}
            assert status not in refused, path
            assert status < 500, path


@pytest.mark.once
@pytest.mark.parametrize("role", Role)
def test_a_role_without_the_right_is_turned_away_and_changes_nothing(
    peopled: Peopled, role: Role
) -> None:
    who = f"{role}-{OWN}"
    for name, allowed in STAFF.items():
        if role in allowed:
            continue
        for path in asked_by(peopled, name, role, frozenset(Role) - allowed):
            status, _location, words = ask(peopled, name, who, path)
            assert status == 403, (path, status)
            assert records.secret(OWN) not in words, path
    assert peopled.changed() == {}


# Whom the guard lets in it knows before it asks for anything of a page. That PostgreSQL answers
# what the pages and forms ask it is told by test_html, test_bad_input and test_extra_fields.
@pytest.mark.once
@pytest.mark.thorough
@pytest.mark.parametrize("role", Role)
def test_a_role_with_the_right_may_look_and_changes_nothing(peopled: Peopled, role: Role) -> None:
    who = f"{role}-{OWN}"
    for name, allowed in STAFF.items():
        if role not in allowed or not name.startswith("GET"):
            continue
        for path in asked_by(peopled, name, role, allowed):
            status, _location, words = ask(peopled, name, who, path)
            assert status < 500, (path, words)
            if not is_of_the_whole(path):
                assert status in {200, 302}, (path, status)
            if name in WRITING_GETS:
                peopled.put_back()
    assert peopled.changed() == {}


@pytest.mark.once
@pytest.mark.thorough
@pytest.mark.parametrize("role", Role)
def test_a_role_with_the_right_may_act(peopled: Peopled, role: Role) -> None:
    who = f"{role}-{OWN}"
    for name, allowed in STAFF.items():
        if role not in allowed or not name.startswith("POST"):
            continue
        for path in asked_by(peopled, name, role, allowed):
            if is_of_the_whole(path):
                continue
            status, _location, words = ask(peopled, name, who, path)
            assert status not in {401, 403, 404}, (name, path, status)
            assert status < 500, (path, words)
            if peopled.put_back():
                peopled.forget()


# The same units stand in the same conditions of every query, whoever answers it.
@pytest.mark.once
@pytest.mark.thorough
@pytest.mark.parametrize("role", Role)
def test_the_other_unit_sees_and_changes_nothing_of_this_one(peopled: Peopled, role: Role) -> None:
    who = f"{role}-{OTHER}"
    marks = (records.secret(OWN), "Sen Hồng", f"Q-{OWN}", f"CB-{OWN}", f"-{OWN}")
    for name, allowed in STAFF.items():
        for path in paths(peopled, name, who):
            named = names_a_record(peopled, name, path)
            if role not in allowed or (name.startswith("POST") and not named):
                # Is what the same role of this unit was turned away from, whatever the keys: see
                # above. Or acts on one's own: see test_foreign_keys.
                continue
            status, _location, words = ask(peopled, name, who, path)
            if named:
                assert status in TURNED_AWAY, (path, status)
            if name not in EXAMPLES:
                seen = SWITCH.sub("", words.replace(path, ""))
                assert [mark for mark in marks if mark in seen] == [], path
    assert peopled.changed() == {}


@pytest.mark.once
@pytest.mark.parametrize("who", [NOBODY, f"{Role.ADMIN}-{OWN}"])
def test_looking_at_what_is_public_changes_nothing(peopled: Peopled, who: str) -> None:
    for name in ANYBODY:
        if name.startswith("GET") and name not in WRITING_GETS:
            for path in paths(peopled, name, who):
                ask(peopled, name, who, path)
    assert peopled.changed() == {}


@pytest.mark.once
def test_what_all_units_share_is_changed_only_by_who_reaches_them_all(peopled: Peopled) -> None:
    changing = ("new", "edit", "close", "remove_day", "look", "apply")
    for name in STAFF:
        if "admin.organisation" not in name or not name.endswith(changing):
            continue
        for path in filter(is_of_the_whole, paths(peopled, name, "root")):
            assert ask(peopled, name, "root", path)[0] not in {401, 403, 404}, path
            peopled.put_back()
            if not name.startswith("GET admin.organisation.edit"):  # an admin may look
                assert ask(peopled, name, f"admin-{OWN}", path)[0] == 403, (name, path)
    assert peopled.changed() == {}


def test_a_job_belongs_to_who_asked_for_it(peopled: Peopled) -> None:
    job_id = peopled.units[OWN].jobs[f"head-{OWN}"]
    for role in Role:
        expected = 200 if role is Role.HEAD else 404
        for path in (f"/admin/jobs/{job_id}", f"/admin/jobs/{job_id}/file"):
            assert peopled.get(path, f"{role}-{OWN}").status_code == expected


def test_an_endpoint_nobody_listed_is_closed(peopled: Peopled) -> None:
    answer = peopled.get("/admin/no-such-page", f"admin-{OWN}")
    assert answer.status_code == 404


# The guard asks for the token before it asks who sends it: one who may stands for all.
@pytest.mark.once
def test_a_form_without_the_token_of_its_page_is_refused(peopled: Peopled) -> None:
    for name, allowed in STAFF.items():
        if name.startswith("POST"):
            for who in (f"{min(allowed)}-{OWN}", NOBODY):
                for path in paths(peopled, name, who):
                    assert peopled.person(who).post(path).status_code == 400, (who, path)
    assert peopled.changed() == {}
