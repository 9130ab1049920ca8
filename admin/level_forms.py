"""Reading the forms of bands and peer groups into plain values; a wrong one names its field."""

from werkzeug.datastructures import MultiDict

from shared.domain.band import Band
from shared.domain.errors import N_, Invalid
from shared.domain.figure import parse_number
from shared.domain.peer_group import PeerGroup
from shared.domain.rating import clean_text
from shared.domain.scoring import CompetitorKind

Form = MultiDict[str, str]


def bands_of(form: Form) -> list[Band]:
    """Read the rows of bands; a row without a name is none."""
    rows = zip(form.getlist("band_name"), form.getlist("band_lowest"), strict=False)
    return [
        Band(clean_text(name), parse_number(lowest, "bands"))
        for name, lowest in rows
        if name.strip()
    ]


def groups_of(form: Form) -> list[PeerGroup]:
    """Read the rows of peer groups; one without a name is none, one without a number by hand."""
    rows = zip(
        form.getlist("group_kind"),
        form.getlist("group_name"),
        form.getlist("group_fewest"),
        strict=False,
    )
    kinds = {str(kind): kind for kind in CompetitorKind}
    return [
        PeerGroup(
            clean_text(name),
            _fewest(fewest),
            kinds.get(kind, CompetitorKind.COLLECTIVE),
        )
        for kind, name, fewest in rows
        if name.strip()
    ]


def _fewest(text: str) -> int | None:
    if not text.strip():
        return None
    number = parse_number(text, "groups")
    if number != number.to_integral_value():
        raise Invalid("not_whole", N_("Hãy nhập số nguyên."), field="groups")
    return int(number)
