"""Reading a form field by field and saying everything that is wrong with it at once."""

from collections.abc import Callable

import pytest

from shared.domain import entry
from shared.domain.entry import Cells
from shared.domain.errors import Invalid, NotFound, RuleBroken
from shared.domain.faults import Faults


def wrong(field: str) -> Invalid:
    return Invalid(f"{field}_wrong", "Sai %(what)s.", field=field, what=field)


def refused(read: Callable[[Faults], object]) -> Invalid:
    """Read what must be refused."""

    def reading() -> None:
        with Faults() as faults:
            read(faults)

    with pytest.raises(Invalid) as refusal:
        reading()
    return refusal.value


def fields(refusal: Invalid) -> list[str | None]:
    return [one.field for one in refusal.faults]


def test_every_field_that_cannot_be_taken_is_told_in_the_order_of_the_form() -> None:
    cells = {"code": "có dấu", "name": "Phường", "since": "mai", "fee": ""}

    def read(faults: Faults) -> None:
        faults.read(entry.code, cells, "code")
        faults.read(entry.text, cells, "name")
        faults.read(entry.day, cells, "since")
        faults.read(entry.text, cells, "fee")

    refusal = refused(read)
    assert fields(refusal) == ["code", "since", "fee"]
    assert (refusal.code, refusal.field) == ("code_wrong", "code")


def test_values_that_can_be_taken_are_given_and_nothing_is_raised() -> None:
    with Faults() as faults:
        name = faults.read(entry.text, {"name": " Phường  Sen "}, "name")
    assert name == "Phường Sen"


def test_what_a_reading_within_a_reading_found_is_told_with_the_rest() -> None:
    cells = {"valid_from": "mai", "valid_to": "kia"}

    def read(faults: Faults) -> None:
        faults.read(entry.text, cells, "name")
        faults.read(entry.period, cells)

    refusal = refused(read)
    assert fields(refusal) == ["name", "valid_from", "valid_to"]
    assert all(one.faults == (one,) for one in refusal.faults)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"valid_from": "02/01/2026", "valid_to": "01/01/2026"}, "dates_crossed"),
        ({"valid_from": "mai", "valid_to": "01/01/2026"}, "not_a_date"),
    ],
)
def test_what_follows_from_two_values_is_checked_once_both_can_be_taken(
    cells: Cells, code: str
) -> None:
    refusal = refused(lambda faults: faults.read(entry.period, cells))
    assert [one.code for one in refusal.faults] == [code]


def test_a_fault_found_twice_is_told_once() -> None:
    def read(faults: Faults) -> None:
        faults.read(entry.day, {}, "on")
        faults.add(wrong("kind"))
        faults.read(entry.day, {}, "on")

    assert fields(refused(read)) == ["on", "kind"]


def test_a_refusal_that_ends_the_reading_is_told_with_those_before_it() -> None:
    def read(faults: Faults) -> None:
        faults.add(wrong("name"))
        raise wrong("consent")

    assert fields(refused(read)) == ["name", "consent"]


@pytest.mark.parametrize(
    "failure", [RuleBroken("closed", "Đã đóng."), NotFound(), ValueError("a mistake")]
)
def test_what_is_no_wrong_value_goes_its_own_way(failure: Exception) -> None:
    def reading() -> None:
        with Faults() as faults:
            faults.add(wrong("name"))
            raise failure

    with pytest.raises(type(failure)) as raised:
        reading()
    assert raised.value is failure


def test_one_fault_is_said_as_ever_and_several_in_one_line_with_their_fields() -> None:
    one = Invalid.together([wrong("name")])
    several = Invalid.together([wrong("name"), wrong("on"), Invalid("old", "Trang đã cũ.")])
    assert str(one) == "Sai name."
    assert str(several) == "name: Sai name. on: Sai on. Trang đã cũ."


def test_a_refusal_is_given_under_the_names_of_another_form() -> None:
    refusal = Invalid.together([wrong("body"), wrong("consent")]).called({"body": "comment"})
    assert [(one.field, str(one)) for one in refusal.faults] == [
        ("comment", "Sai body."),
        ("consent", "Sai consent."),
    ]
    assert refusal.field == "comment"
