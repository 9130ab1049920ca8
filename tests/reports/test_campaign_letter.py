"""A campaign's report: what it says for each kind, who is missing, and which review it repeats."""

import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import docx
import openpyxl
import pytest
from sqlalchemy.orm import Session

from shared.domain.errors import NotFound
from shared.domain.milestone import MilestoneKind
from shared.domain.scoring import CompetitorKind
from shared.jobs import campaign_reports
from shared.jobs.campaign_reports import Material
from shared.models.campaign import Campaign
from shared.reports import campaign_letter, standing
from shared.reports.content import Annex, Block, Chart, Heading, OfficialLetter, Table
from shared.services import campaign_reports as offers
from shared.services import campaigns, freezes, report_data
from shared.services.campaigns import Opening
from shared.services.report_data import ReportData
from tests.campaign_world import JANUARY_FIRST, NOW, REPORT_DATA, YEAR_END, World, build, world_of
from tests.infrastructure.worlds import lay
from tests.opened_campaign import the_campaign

CODE = "thi-dua"
REVIEWED = date(2026, 6, 30)


def rated_in_november(session: Session) -> None:
    world = build(session)
    province = world.unit("province")
    opening = Opening(CODE, "Thi đua 2026", province, JANUARY_FIRST, YEAR_END, "Kế hoạch 12")
    made = campaigns.open_from_template(world.session, "long_my", opening, world.scope, NOW)
    campaigns.confirm_weights(made, "hoa", NOW)
    report_data.edit_report(made, REPORT_DATA)
    campaigns.start(world.session, made, NOW)
    world.rate("an-centre", {5: 57, 1: 3}, on=date(2026, 6, 15), officer="mai")
    world.rate("binh", {5: 8, 1: 2}, on=date(2026, 5, 4), officer="nam")
    world.rate("an-centre", {1: 60}, on=date(2026, 11, 2), officer="mai")


@pytest.fixture
def world(session: Session) -> World:
    lay(rated_in_november, session)
    return world_of(session)


@pytest.fixture
def campaign(world: World) -> Campaign:
    """A campaign of the year in November; An was rated in June and in November, Bình in May."""
    return the_campaign(world)


def gathered(world: World, key: str) -> Material:
    return campaign_reports.gather(world.session, CODE, key, NOW, world.scope)


def text(blocks: Iterable[Block]) -> str:
    said = [one.text if isinstance(one, Heading) else one for one in blocks]
    return "\n".join(one for one in said if isinstance(one, str))


def annex(letter: OfficialLetter, title: str) -> Annex:
    (found,) = [one for one in letter.annexes if one.title == title]
    return found


def tables(found: Annex) -> dict[str, Table]:
    return {block.title: block for block in found.body if isinstance(block, Table)}


@pytest.mark.usefixtures("campaign")
def test_number_place_and_signatory_are_data_and_the_day_is_that_of_writing(world: World) -> None:
    letter = gathered(world, "now").letter
    assert (letter.number, letter.symbol, letter.on) == ("12", "BC-SNV", date(2026, 11, 22))
    assert (letter.place, letter.signatory_name) == ("Mẫu", "Nguyễn Văn Mẫu")
    assert letter.recipients == ("Như trên;", "Lưu: VT.")
    assert "Thực hiện Kế hoạch 12;" in text(letter.body)


def test_without_a_number_the_day_stays_open(world: World, campaign: Campaign) -> None:
    report_data.edit_report(campaign, ReportData())
    letter = gathered(world, "now").letter
    assert (letter.number, letter.on) == ("", None)


@pytest.mark.usefixtures("campaign")
def test_the_first_annex_lists_every_missing_figure_with_its_reason(world: World) -> None:
    material = gathered(world, "now")
    first = material.letter.annexes[0]
    assert first.title == "Số liệu còn thiếu"
    rows = tables(first)["Số liệu còn thiếu"].rows
    assert ("Xã An", "2.1", "Văn bản chỉ đạo cải cách hành chính", "chưa nộp số liệu") in rows
    assert f"Còn {len(rows)} số liệu" in text(material.letter.body)
    assert "kê tại Phụ lục\xa0I." in text(material.letter.body)


@pytest.mark.usefixtures("campaign")
def test_every_chart_is_followed_by_its_table(world: World) -> None:
    letter = gathered(world, "2026-06").letter
    blocks = [block for one in letter.annexes for block in one.body]
    after = [blocks[place + 1] for place, one in enumerate(blocks) if isinstance(one, Chart)]
    assert len(after) == 6
    assert all(isinstance(block, Table) for block in after)


@pytest.mark.usefixtures("campaign")
def test_a_month_counts_what_was_known_at_its_end_and_names_the_change(world: World) -> None:
    june, may = gathered(world, "2026-06"), gathered(world, "2026-05")
    assert june.letter.subject.endswith("“Thi đua 2026” tháng 6 năm 2026")
    assert "đến hết tháng 6 năm 2026, số liệu tính đến hết ngày 30/06/2026" in text(
        june.letter.body
    )
    (changes,) = [
        block
        for block in annex(june.letter, "Thay đổi so với kỳ trước").body
        if isinstance(block, Table) and "tập thể" in block.title
    ]
    assert changes.title == "Thay đổi so với ngày 31/05/2026, tập thể"
    collective = CompetitorKind.COLLECTIVE
    now = june.grounds.standing.place_of(collective, "an").row.total
    then = may.grounds.standing.place_of(collective, "an").row.total
    assert now is not None
    assert then is not None
    assert now > then
    (an,) = [row for row in changes.rows if isinstance(row, tuple) and row[0] == "Xã An"]
    assert an[1:4] == (float(then), float(now), float(now - then))


@pytest.mark.usefixtures("campaign")
def test_a_quarter_is_named_and_held_against_the_one_before(world: World) -> None:
    second = gathered(world, "2026-q2")
    assert second.letter.subject.endswith("quý II năm 2026")
    assert second.grounds.earlier_on == date(2026, 3, 31)
    assert gathered(world, "2026-q1").grounds.earlier is None
    assert second.stem == "thi-dua-quy-2-2026"


def test_a_review_is_told_as_it_was_frozen_with_its_digest(
    world: World, campaign: Campaign
) -> None:
    frozen = freezes.freeze(
        world.session, campaign, MilestoneKind.PRELIMINARY, REVIEWED, "hoa", NOW
    )
    world.rate("an-centre", {1: 500}, on=date(2026, 6, 20), officer="mai")
    material = gathered(world, "preliminary-2026-06-30-1")
    assert material.grounds.standing == freezes.standing_of(frozen)
    body = text(material.letter.body)
    assert frozen.sha256 in body.replace(" ", "")
    assert "bản sơ kết đã chốt cho ngày 30/06/2026, phiên bản 1" in body
    assert material.letter.subject == "Sơ kết phong trào “Thi đua 2026”"
    assert material.stem == "thi-dua-so-ket-2026-06-30-ban-1"


def test_a_corrected_review_tells_its_reason(world: World, campaign: Campaign) -> None:
    kind = MilestoneKind.PRELIMINARY
    first = freezes.freeze(world.session, campaign, kind, REVIEWED, "hoa", NOW)
    world.rate("an-centre", {1: 500}, on=date(2026, 6, 20), officer="mai")
    later = NOW + timedelta(days=1)
    freezes.correct(world.session, first, "nhập sót một tệp", "hoa", later)
    body = text(gathered(world, "preliminary-2026-06-30-2").letter.body)
    assert "Đây là bản đính chính, lý do: nhập sót một tệp." in body


def test_the_report_of_now_is_held_against_the_last_review(
    world: World, campaign: Campaign
) -> None:
    freezes.freeze(world.session, campaign, MilestoneKind.PRELIMINARY, REVIEWED, "hoa", NOW)
    material = gathered(world, "now")
    assert material.grounds.earlier_on == REVIEWED
    assert "So với ngày 30/06/2026: 0 tập thể tăng điểm, 1 giảm điểm." in text(material.letter.body)


def test_a_campaign_ended_early_says_the_day_it_ended_and_what_was_planned(
    world: World, campaign: Campaign
) -> None:
    planned = f"{YEAR_END:%d/%m/%Y}"
    assert f"kỳ 01/01/2026 – {planned}, số liệu" in text(gathered(world, "now").letter.body)
    freezes.close(world.session, campaign, "hoa", NOW)
    period = f"kỳ 01/01/2026 – 22/11/2026 (kế hoạch đến hết ngày {planned}, kết thúc sớm)"
    for key in ("now", "closing-2026-12-31-1", "2026-06"):
        assert period in text(gathered(world, key).letter.body), key
    closing = gathered(world, "closing-2026-12-31-1")
    assert "bản tổng kết đã chốt cho ngày 22/11/2026" in text(closing.letter.body)
    assert closing.stem == "thi-dua-tong-ket-2026-11-22-ban-1"


def test_a_campaign_ended_after_its_last_day_keeps_the_day_of_the_plan(
    world: World, campaign: Campaign
) -> None:
    freezes.close(world.session, campaign, "hoa", NOW + timedelta(days=60))
    body = text(gathered(world, "closing-2026-12-31-1").letter.body)
    assert "kỳ 01/01/2026 – 31/12/2026, số liệu tính đến hết ngày 31/12/2026" in body


def test_only_what_exists_is_offered(world: World, campaign: Campaign) -> None:
    freezes.freeze(world.session, campaign, MilestoneKind.PRELIMINARY, REVIEWED, "hoa", NOW)
    keys = [one.key for one in offers.offered(world.session, campaign, NOW)]
    assert keys[:4] == ["now", "preliminary-2026-06-30-1", "2026-10", "2026-q3"]
    assert keys[-1] == "2026-01"
    for key in ("2026-11", "2026-q4", "closing-2026-12-31-1", ""):
        with pytest.raises(NotFound):
            gathered(world, key)


@pytest.mark.usefixtures("campaign")
def test_officers_one_may_not_see_are_in_no_part_of_the_document(world: World) -> None:
    seen = campaign_reports.gather(
        world.session, CODE, "2026-06", NOW, {world.unit("an-centre")}
    ).letter
    said = repr(seen)
    assert world.officers["mai"].name in said
    assert world.officers["nam"].name not in said


@pytest.mark.usefixtures("campaign")
def test_whom_zero_tolerance_keeps_from_an_award_is_named(world: World) -> None:
    grounds = gathered(world, "now").grounds
    found = grounds.standing
    place = found.place_of(CompetitorKind.COLLECTIVE, "an")
    scores = tuple(
        replace(one, rule=replace(one.rule, veto=True)) if one.rule.code == "2.8" else one
        for one in place.row.entry.scores
    )
    row = replace(place.row, entry=replace(place.row.entry, scores=scores))
    others = tuple(one for one in found.places if one is not place)
    stained = replace(found, places=(*others, replace(place, row=row)))
    for judged, named in ((found, False), (stained, True)):
        rankings = standing.seen_by(judged, world.scope, None)
        made = campaign_letter.letter(
            replace(grounds, standing=judged), rankings, REPORT_DATA, date(2026, 11, 22)
        )
        assert ("loại trừ, tập thể: Xã An (tiêu chí 2.8)." in text(made.body)) is named
        titles = [one.title for one in made.annexes]
        assert ("Vi phạm tiêu chí loại trừ" in titles) is named


@pytest.mark.usefixtures("campaign")
def test_every_form_of_file_opens_again_with_the_figures_in_it(world: World) -> None:
    material = gathered(world, "2026-06")
    book = openpyxl.load_workbook(io.BytesIO(campaign_reports.as_xlsx(material)))
    (first,) = [row for row in book["Xếp hạng tập thể"].iter_rows(values_only=True) if row[0] == 1]
    assert first[1] == "Xã An"
    assert isinstance(first[2], float | int)
    assert book.sheetnames[-2:] == [
        "Thay đổi tập thể từ 31-05-2026",
        "Thay đổi cá nhân từ 31-05-2026",
    ]
    document = docx.Document(io.BytesIO(campaign_reports.as_docx(material)))
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Phụ lục I\nSỐ LIỆU CÒN THIẾU" in said
    assert len(document.inline_shapes) == 6
    assert campaign_reports.as_pdf(material).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Phong trào thi đua “Cải cách”", "phong trào thi đua “Cải cách”"),
        ("Thi đua về cải cách", "phong trào “Thi đua về cải cách”"),
        ("Cải thiện chỉ số", "phong trào thi đua “Cải thiện chỉ số”"),
    ],
)
def test_a_campaign_is_called_what_it_is_once(name: str, said: str) -> None:
    assert campaign_letter.called(name) == said


def test_who_shares_the_last_rank_of_the_table_in_the_text_is_counted(world: World) -> None:
    grounds = gathered(world, "now").grounds
    first = grounds.standing.of_kind(CompetitorKind.COLLECTIVE)[0]
    ranks = [*range(1, 10), 10, 10, 10, 13]

    def letter(ranks: Iterable[int | None]) -> str:
        places = [replace(first, row=replace(first.row, rank=rank)) for rank in ranks]
        made = campaign_letter.letter(
            grounds, {CompetitorKind.COLLECTIVE: places}, REPORT_DATA, date(2026, 11, 22)
        )
        return text(made.body)

    assert "nêu 10 tập thể đứng đầu; còn 2 tập thể cùng hạng 10." in letter(ranks)
    assert "nêu 10 tập thể đứng đầu." in letter(range(1, 13))
    assert "nêu 10 tập thể đứng đầu." in letter([*range(1, 10), None, None, None])
