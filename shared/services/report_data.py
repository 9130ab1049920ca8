"""What stands around the figures in a campaign's report: number, place, signatory, recipients."""

from dataclasses import dataclass

from shared.models.campaign import Campaign


@dataclass(frozen=True)
class ReportData:
    """What Decree 30/2020 wants on a report, as data of the campaign."""

    authority: str = ""  # the agency above
    agency: str = ""
    number: str = ""
    place: str = ""
    signing_for: str = ""  # such as "TM. ỦY BAN NHÂN DÂN"
    signatory_title: str = ""
    signatory_name: str = ""
    recipients: tuple[str, ...] = ()


def edit_report(campaign: Campaign, report: ReportData) -> None:
    """Change what stands around the figures in the report: number, place, signatory, recipients."""
    campaign.report = {**vars(report), "recipients": list(report.recipients)}


def report_of(campaign: Campaign) -> ReportData:
    """Give the data that stands around the figures in the report."""
    known = dict(campaign.report)
    return ReportData(**{**known, "recipients": tuple(known.get("recipients", ()))})
