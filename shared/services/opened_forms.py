"""A form takes nothing back that somebody else saved after it was opened, unless that is told."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import InitVar, dataclass, field
from hashlib import sha256

from sqlalchemy.orm import Session

from shared.db import Base
from shared.domain.errors import N_, ChangedMeanwhile, Invalid
from shared.services.row_turns import take_turn

CHANGED = "changed_meanwhile"
MARK = re.compile("[0-9a-f]{16}")
Shown = Mapping[str, object]  # what a form shows, by the names of its fields
Written = str | None  # "" for nothing, None for what does not fit into a line


def mark_of(shown: Shown) -> str:
    """Give the mark of what a form shows: equal for equal values."""
    text = json.dumps(shown, default=_plain, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:16]


def _plain(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, frozenset) else str(value)


@dataclass
class OpenedForm:
    """A form of something that exists: it carries the mark of what it showed when it was opened.

    `held` is the row whose turn whoever saves it takes, `shown` reads from the database what the
    form shows, and `write` puts a value of a field into words. `sent` is the mark the form came
    with; one without is held to what stands when it arrives. `mark` is what it carries next: the
    same, until what was saved meanwhile has been told.
    """

    session: Session
    held: Base
    shown: Callable[[], Shown]
    write: Callable[[str, object], Written]
    sent: InitVar[str | None]
    mark: str = field(init=False)

    def __post_init__(self, sent: str | None) -> None:
        """Begin with the mark that was sent; what is no mark fits nothing."""
        if sent is None:
            self.mark = mark_of(self.shown())
        else:
            self.mark = sent if MARK.fullmatch(sent) else ""

    @contextmanager
    def saving(self) -> Iterator[None]:
        """Save what happens inside; what is refused leaves nothing behind.

        Raises ChangedMeanwhile, naming the fields with what stands, when it would change anything
        and the mark no longer fits. What changes nothing, such as a form sent twice, may pass.
        """
        take_turn(self.session, self.held)
        before = self._read()
        with self.session.begin_nested():
            yield
            self.session.flush()
            changed = _differing(before, self._read())
            if changed and self.mark != mark_of(before):
                self.mark = mark_of(before)
                raise self._refusal(before, changed)

    def check(self) -> None:
        """Raise ChangedMeanwhile when the mark no longer fits: for what is looked at before."""
        stands = self._read()
        if self.mark != mark_of(stands):
            self.mark = mark_of(stands)
            raise self._refusal(stands, [])

    def _read(self) -> Shown:
        self.session.expire_all()
        return self.shown()

    def _refusal(self, stands: Shown, names: list[str]) -> Invalid:
        told = N_(
            "Người khác đã sửa nội dung này sau khi Ông/Bà mở trang. Nội dung Ông/Bà nhập vẫn còn,"
            " bên cạnh là nội dung đang lưu. Xin xem lại; nếu vẫn muốn lưu, bấm Lưu lần nữa."
        )
        fields = [_fault(name, self.write(name, stands.get(name))) for name in names]
        return ChangedMeanwhile.together([ChangedMeanwhile(CHANGED, told), *fields])


def _fault(field: str, now: Written) -> ChangedMeanwhile:
    if now is None:
        words = N_("Khác với nội dung đang lưu.")
        return ChangedMeanwhile(CHANGED, words, field=field)
    if not now:
        return ChangedMeanwhile(CHANGED, N_("Đang lưu: để trống."), field=field)
    return ChangedMeanwhile(CHANGED, N_("Đang lưu: %(now)s"), field=field, now=now)


def _differing(before: Shown, after: Shown) -> list[str]:
    """Name the fields whose values differ, in their order."""
    names = dict.fromkeys([*before, *after])
    return [name for name in names if before.get(name) != after.get(name)]
