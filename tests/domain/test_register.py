"""What an entry of a register may not say, kind by kind."""

from datetime import date
from typing import Any

import pytest

from shared.domain.errors import Invalid
from shared.domain.register import Filled, RegisterKind, check

TODAY, LATER = date(2026, 11, 22), date(2026, 11, 23)
WRONG: list[tuple[RegisterKind, dict[str, Any], str]] = [
    (RegisterKind.REPORT, {"done_on": LATER}, "done_on"),
    (RegisterKind.PUBLICITY, {"planned": 0}, "planned"),
    (RegisterKind.TRAINING, {"planned": 0}, "document"),
    (RegisterKind.TRAINING, {"planned": 0, "done": 1, "document": "CV 1"}, "done"),
    (RegisterKind.TRAINING, {"planned": 3, "done": 4}, "done"),
    (RegisterKind.DISCIPLINE, {"done": 0}, "done"),
    (RegisterKind.COMMITTEE, {"done_on": TODAY}, "document"),
    (RegisterKind.COMMITTEE, {"choice": "none"}, "document"),
    (RegisterKind.COMMITTEE, {"choice": "none", "done_on": TODAY, "document": "x"}, "choice"),
    (RegisterKind.INITIATIVE, {"done_on": TODAY}, "document"),
    (RegisterKind.INSPECTION, {"findings": "Bẩn"}, "done_on"),
    (RegisterKind.INSPECTION, {"findings": "Bẩn", "done_on": TODAY}, "remedy"),
    (
        RegisterKind.INSPECTION,
        {"findings": "Bẩn", "done_on": TODAY, "remedy": "Dọn"},
        "remedy_due_on",
    ),
    (RegisterKind.INSPECTION, {"remedied_on": TODAY}, "findings"),
    (RegisterKind.INSPECTION, {"remedied_on": LATER}, "remedied_on"),
]
RIGHT: list[tuple[RegisterKind, dict[str, Any]]] = [
    (RegisterKind.PUBLICITY, {"planned": 3, "done": 4}),
    (RegisterKind.TRAINING, {"planned": 3, "done": 3}),
    (RegisterKind.TRAINING, {"planned": 0, "document": "Công văn 120"}),
    (RegisterKind.COMMITTEE, {"choice": "none", "document": "Kế hoạch 117"}),
    (RegisterKind.INITIATIVE, {}),
    (
        RegisterKind.INSPECTION,
        {"findings": "Bẩn", "done_on": TODAY, "remedy": "Dọn", "remedy_due_on": LATER},
    ),
]


@pytest.mark.parametrize(("kind", "cells", "field"), WRONG)
def test_what_contradicts_itself_is_refused_by_its_field(
    kind: RegisterKind, cells: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        check(kind, Filled(TODAY, **cells), TODAY)
    assert refusal.value.field == field


@pytest.mark.parametrize(("kind", "cells"), RIGHT)
def test_what_holds_together_is_taken(kind: RegisterKind, cells: dict[str, Any]) -> None:
    check(kind, Filled(TODAY, **cells), TODAY)
