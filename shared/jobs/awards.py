"""Jobs that write what a council voted for: the list as document and workbook, the certificates."""

from shared.domain.award import ItemState
from shared.jobs.work import Outcome, Task
from shared.reports import award_list, certificate, excel, word
from shared.reports.award_list import Session, Winner
from shared.services import award_sessions, award_titles, campaigns, report_data
from shared.services.award_sessions import AwardSession, Line
from shared.services.campaigns import Campaign
from shared.services.report_data import ReportData

WON = (ItemState.PASSED, ItemState.DECIDED)


def docx(task: Task) -> Outcome:
    """Write the list in the layout of Decree 30/2020/NĐ-CP."""
    campaign, session, winners = _read(task)
    letter = award_list.letter(session, winners, _data(campaign))
    return Outcome({"rows": len(winners)}, _name(campaign, "docx"), word.write(letter))


def xlsx(task: Task) -> Outcome:
    """Write the list as a workbook."""
    campaign, session, winners = _read(task)
    content = excel.write(
        award_list.tables(winners),
        session.campaign,
        session.decision_on or session.held_on,
        notes=("Dữ liệu mẫu: tên và số liệu là ví dụ.",) if session.sample else (),
    )
    return Outcome({"rows": len(winners)}, _name(campaign, "xlsx"), content)


def certificates(task: Task) -> Outcome:
    """Write a certificate for each award that is given here, all of a decision in one file."""
    campaign, session, winners = _read(task)
    found = award_list.certificates(session, winners, _data(campaign))
    content = certificate.write(found, task.progress)
    return Outcome({"rows": len(found)}, f"{campaign.code}-giay-khen.pdf", content)


def _read(task: Task) -> tuple[Campaign, Session, list[Winner]]:
    campaign = campaigns.by_code(task.session, task.arguments["campaign"])
    meeting = award_sessions.find(task.session, campaign, task.arguments["session"])
    lines = award_sessions.lines(task.session, meeting)
    won = [_winner(line) for line in lines if line.item.state in WON]
    return campaign, _session(task, campaign, meeting), won


def _session(task: Task, campaign: Campaign, meeting: AwardSession) -> Session:
    seats = award_sessions.seats(task.session, meeting)
    return Session(
        campaign=campaign.name,
        document=campaign.document,
        council=award_sessions.council_of(task.session, meeting).name,
        held_on=meeting.held_on,
        present=sum(seat.present for seat in seats),
        members=len(seats),
        decision_number=meeting.decision_number,
        decision_on=meeting.decision_on,
        sample=award_titles.organisation(task.session, campaign).sample,
    )


def _winner(line: Line) -> Winner:
    one, title = line.listed.competitor, line.listed.title
    return Winner(
        name=one.name,
        unit="" if one.officer_id is None else one.unit_name,
        title=title.name,
        level=title.level,
        given=title.given,
        reason=line.listed.nomination.reason,
        votes_for=line.item.votes_for or 0,
        members=line.item.members or 1,
    )


def _data(campaign: Campaign) -> ReportData:
    """Give number, place and signatory; the organiser signs where no agency is named."""
    data = report_data.report_of(campaign)
    return data if data.agency else ReportData(**{**vars(data), "agency": campaign.organiser})


def _name(campaign: Campaign, ending: str) -> str:
    return f"{campaign.code}-danh-sach-khen-thuong.{ending}"
