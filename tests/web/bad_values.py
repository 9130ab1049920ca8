"""Values that people, scripts and other programs send, and the fields worth sending them to."""

COMMANDS = "' OR 1=1 -- {{7*7}} %(x)s %s {0} ../../etc"
VALUES = {
    "a NUL": "ab\0cd",
    "odd signs": "a\ud800b\u202e\u2066c\u200bd Nguye\u0302\u0303n\x1b[31m\r\nSet-Cookie: x=1"
    + COMMANDS,
    "commands of other languages": COMMANDS,
    "more than 64 bits": "9223372036854775808",
    "more than 32 bits": "2147483648",
    "less than nothing": "-1",
    "no finite number": "1e309",
    "a figure that is none": "²",
    "the first day of all": "0001-01-01",
    "the last day of all": "9999-12-31",
    "more figures than Python reads": "9" * 5_000,
    "nothing": "",
    "ten thousand signs": "dài" * 3_334,
}
DAYS = {"date", "month", "time"}
TEXTS = {"text", "textarea", "search", "tel", "password"}
CHOSEN = {"select", "radio", "checkbox", "hidden"}
ANY = {*DAYS, *TEXTS, *CHOSEN, "number"}
# What PostgreSQL may take otherwise than SQLite, sent at once to all fields of these kinds; the
# rest is refused before it is asked. That no value it refuses is given to any database is heard
# where all are sent, on SQLite; how it takes days is seen there alone.
TAKEN_OTHERWISE: tuple[dict[str, str], ...] = (
    dict.fromkeys(TEXTS, "ten thousand signs"),
    {
        **dict.fromkeys(ANY - DAYS, "more than 32 bits"),
        **dict.fromkeys(TEXTS, "odd signs"),
        **dict.fromkeys(DAYS, "a NUL"),
    },
)
DAYS_TAKEN_OTHERWISE = ("the first day of all", "the last day of all")
# Where a value is nothing but one more word, or one more that was not offered, it is left out:
# long figures and days among free words, days among choices, most figures for a day.
FREE = {"textarea", "search", "password", "tel"}
TRIED_IN = {
    "commands of other languages": TEXTS,
    "more figures than Python reads": ANY - FREE,
    "more than 64 bits": {"number"},
    "more than 32 bits": ANY - FREE - DAYS,
    "no finite number": ANY - FREE - DAYS,
    "a figure that is none": ANY - FREE,
    "less than nothing": ANY - FREE,
    "the first day of all": ANY - FREE - CHOSEN - {"number"},
    "the last day of all": ANY - FREE - CHOSEN - {"number"},
}
# To a choice each of these is one more that was not offered: each is sent one of them. What is
# hidden may lead somewhere, and is sent the odd signs whatever its turn.
NOT_OFFERED = ("less than nothing", "no finite number", "ten thousand signs", "odd signs")
# To a field that took words each of these is one more word: each is sent one of them.
WORDS = "commands of other languages"
MORE_WORDS = (
    "more than 64 bits",
    "more than 32 bits",
    "less than nothing",
    "no finite number",
    "a figure that is none",
    "the first day of all",
    "the last day of all",
)
LONG_WORDS = "more figures than Python reads"  # and so are the ten thousand signs


def tried_in(what: str) -> set[str]:
    """Name the kinds of fields to which a value is sent."""
    return TRIED_IN.get(what, ANY)
