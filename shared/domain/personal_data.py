"""What in a text may tell who somebody is: hints for whoever shows the text to the public."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.search import fold


class Trait(StrEnum):
    """What was found; of two at the same place the one named first here is told."""

    EMAIL = "email"
    LINK = "link"
    OFFICER = "officer"  # the name of somebody who works in the unit
    SENDER = "sender"  # the name the sender left
    PLATE = "plate"
    PHONE = "phone"
    ID_NUMBER = "id_number"  # citizen card, old identity card, passport, health insurance
    NUMBER = "number"  # any other long one: a dossier, an account, a land title
    ADDRESS = "address"
    TIME = "time"  # to the minute: with it a camera or a queue number finds the sender
    PERSON = "person"  # a name behind a form of address, or one with a usual family name


@dataclass(frozen=True)
class Finding:
    """A piece of a text, as it is written there, and what it seems to be."""

    trait: Trait
    text: str

    @property
    def key(self) -> str:
        """Give the name by which somebody confirms that it may stay."""
        return f"{self.trait}:{self.text}"


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int


_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b(?:facebook|fb|zalo|tiktok)\b[ :./]+\S+", re.IGNORECASE
)
_PLATE = re.compile(
    r"(?<!\w)[1-9]\d ?-? ?[A-ZĐ]{1,2}\d?[ .-]{0,3}(?:\d{3}[ .]?\d{2}|\d{4})(?!\w)", re.IGNORECASE
)
_INSURANCE = re.compile(r"(?<!\w)[A-Z]{2}[ -]?\d(?:[ -]?\d){12}(?!\w)", re.IGNORECASE)
_PASSPORT = re.compile(r"(?<!\w)[A-Z]\d{7,8}(?!\w)")
_DIGITS = re.compile(r"(?<![\w.,/-])\+?\(?\d(?:[ .()–-]{0,2}\d){5,}")
_DAY = re.compile(r"\d{1,2}[ ./-]\d{1,2}[ ./-](?:19|20)\d{2}")
_YEARS = re.compile(r"(?:19|20)\d{2} ?[–-] ?(?:19|20)\d{2}")
_AMOUNT = re.compile(r"\d{1,3}(?:[. ]\d{3})+")
_CURRENCY = re.compile(r"\s*(?:đồng|đ\b|vnđ|vnd)", re.IGNORECASE)
_PHONE = re.compile(r"(?:0|84|0084)(?:[35789]\d{8}|2\d{8,9})")
_HOTLINE = re.compile(r"1[89]00\d{4,6}")
_ADDRESS = re.compile(
    r"\b(?:số nhà|nhà số|ngõ|ngách|hẻm|thôn|xóm|ấp|tổ dân phố|tổ|khu phố|căn hộ|phòng trọ)"
    r" (?:số )?[\w/-]*\d[\w/-]*",
    re.IGNORECASE,
)
_TIME = re.compile(r"(?<!\w)\d{1,2} ?(?:giờ|h) ?\d{2}(?: ?phút)?(?!\w)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:/[^\W\d_])?")
# Forms of address; what stands capitalised behind them is taken for a name.
_CALLED = "ông bà anh chị em cô chú bác thầy cậu dì mợ thím cháu đ/c"
_POSTS = "đồng chí,cán bộ,công chức,nhân viên,chuyên viên,bác sĩ,luật sư,chủ tịch,trưởng phòng"
_TITLES = frozenset((*_CALLED.split(), *_POSTS.split(",")))
_FAMILIES = (
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh mai tô"
    " đoàn lâm phùng cao hà tạ châu quách thái vương lưu trương đào"
)
_FAMILY_NAMES = frozenset(_FAMILIES.split())
_LONGEST_NAME = 5  # words


def findings(
    text: str, officers: Collection[str] = (), senders: Collection[str] = ()
) -> list[Finding]:
    """List what in a text may tell who somebody is, in the order of the text, each piece once.

    `officers` are full names of staff of the unit, `senders` what the sender left as a name. It
    marks rather too much than too little; a person decides (Law 91/2025/QH15 on personal data).
    """
    normal = unicodedata.normalize("NFC", text)
    taken: list[tuple[int, int, Finding]] = []
    for start, end, trait in _by_strength(normal, officers, senders):
        if all(end <= other or start >= till for other, till, _finding in taken):
            taken.append((start, end, Finding(trait, normal[start:end])))
    taken.sort(key=lambda one: one[0])
    return list(dict.fromkeys(finding for _start, _end, finding in taken))


def _by_strength(
    text: str, officers: Collection[str], senders: Collection[str]
) -> Iterator[tuple[int, int, Trait]]:
    words = [_Word(one.group(), one.start(), one.end()) for one in _WORD.finditer(text)]
    yield from _matches(_EMAIL, text, Trait.EMAIL)
    yield from _matches(_LINK, text, Trait.LINK)
    yield from _known(words, officers, Trait.OFFICER)
    yield from _known(words, senders, Trait.SENDER)
    yield from _matches(_PLATE, text, Trait.PLATE)
    yield from _matches(_INSURANCE, text, Trait.ID_NUMBER)
    yield from _matches(_PASSPORT, text, Trait.ID_NUMBER)
    yield from _numbers(text)
    yield from _matches(_ADDRESS, text, Trait.ADDRESS)
    yield from _matches(_TIME, text, Trait.TIME)
    yield from _people(words, text)


def _matches(pattern: re.Pattern[str], text: str, trait: Trait) -> Iterator[tuple[int, int, Trait]]:
    for found in pattern.finditer(text):
        yield found.start(), found.end(), trait


def _numbers(text: str) -> Iterator[tuple[int, int, Trait]]:
    for found in _DIGITS.finditer(text):
        trait = _number(found.group(), text[found.end() :])
        if trait is not None:
            yield found.start(), found.end(), trait


def _number(written: str, behind: str) -> Trait | None:
    """Tell a number that leads to somebody from a day, a span of years, money, a public line."""
    if _DAY.fullmatch(written) or _YEARS.fullmatch(written):
        return None
    if _AMOUNT.fullmatch(written) and _CURRENCY.match(behind):
        return None
    digits = re.sub(r"\D", "", written)
    if _HOTLINE.fullmatch(digits):
        return None
    if _PHONE.fullmatch(digits):
        return Trait.PHONE
    return Trait.ID_NUMBER if len(digits) in {9, 12} else Trait.NUMBER


def _known(
    words: list[_Word], names: Collection[str], trait: Trait
) -> Iterator[tuple[int, int, Trait]]:
    """Find names however they are written: capitals and accents do not matter.

    Of three words or more the last two are enough, as colleagues are called.
    """
    plain = [fold(word.text) for word in words]
    for name in names:
        parts = fold(name).split()
        for wanted in (parts, parts[-2:]):
            length = len(wanted)
            if length < 2 and wanted != parts:
                continue
            for at in range(len(plain) - length + 1):
                if wanted and plain[at : at + length] == wanted:
                    yield words[at].start, words[at + length - 1].end, trait


def _people(words: list[_Word], text: str) -> Iterator[tuple[int, int, Trait]]:
    for at, word in enumerate(words):
        named = _name_from(words, at, text)
        if not named:
            continue
        after_title = _is_title(words, at, text) and not _opens_title(words, at, text)
        family = word.text.lower() in _FAMILY_NAMES and len(named) > 1
        if after_title or family:
            yield word.start, named[-1].end, Trait.PERSON


def _name_from(words: list[_Word], at: int, text: str) -> list[_Word]:
    """Give the capitalised words from here on that only blanks part."""
    named: list[_Word] = []
    for word in words[at : at + _LONGEST_NAME]:
        if not word.text[0].isupper() or (named and text[named[-1].end : word.start].strip(" ")):
            break
        named.append(word)
    return named


def _is_title(words: list[_Word], at: int, text: str) -> bool:
    """Say whether a form of address stands right before a word."""
    if at == 0 or text[words[at - 1].end : words[at].start].strip(" "):
        return False
    last = words[at - 1].text.lower()
    return last in _TITLES or (at > 1 and f"{words[at - 2].text.lower()} {last}" in _TITLES)


def _opens_title(words: list[_Word], at: int, text: str) -> bool:
    """Say whether a word is a form of address itself, as in “Ông Bà”."""
    here = words[at].text.lower()
    alone = len(_name_from(words, at, text)) == 1
    return alone and here in _TITLES
