"""The addresses of every endpoint with the keys of one unit's records."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask

from tests.calendar_records import CALENDAR_VERSION
from tests.records import Records

Values = Mapping[str, Any]
FILES = {"static": "css/base.css", "admin.static": "sheet.css", "kiosk.static": "desk/main.js"}
# Endpoints whose <code> is a campaign that still is a draft.
OF_A_DRAFT = frozenset(
    f"admin.campaign_editing.{name}"
    for name in ("add_criterion", "remove_criterion", "leave", "change_period", "join", "start")
)


def addresses(app: Flask, endpoint: str, unit: Records, person: str) -> list[str]:
    """Give the paths of an endpoint with this unit's keys; a person's job is that person's own."""
    known = [rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint]
    adapter = app.url_map.bind("127.0.0.1")
    paths = []
    for values in _values(endpoint, unit, person):
        wanted = {name: values[name] for name in known[0].arguments}
        query = {name: value for name, value in values.items() if name not in wanted}
        path = adapter.build(endpoint, wanted, method=None)
        paths.append(path + (f"?{urlencode(query)}" if query else ""))
    return paths


def _values(endpoint: str, unit: Records, person: str) -> Iterable[Values]:
    module = endpoint.rpartition(".")[0]
    if endpoint in FILES:
        return [{"filename": FILES[endpoint]}]
    if module in _BY_MODULE:
        return _BY_MODULE[module](endpoint, unit, person)
    return [{}]


def _accounts(_endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    # Inspectors are beyond an administrator of the unit.
    return [{"account_id": max(unit.accounts.items())[1]}]


def _jobs(_endpoint: str, unit: Records, person: str) -> Iterable[Values]:
    return [{"job_id": unit.jobs.get(person, next(iter(unit.jobs.values())))}]


def _work(_endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{}, {"case": unit.number}, {"q": unit.number}]


def _complaints(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    if endpoint == "admin.complaints.complaints":
        return [{}, {"q": unit.number}, {"state": "received"}]
    return [{"number": unit.number}]


def _case_moves(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{}] if endpoint == "admin.case_moves.passed" else [{"number": unit.number}]


def _case_figures(endpoint: str, _unit: Records, _person: str) -> Iterable[Values]:
    if endpoint != "admin.case_figures.cases":
        return [{}, {"by": "officer", "period": "last_quarter"}]
    return [{"by": "kind", "key": "report"}, {"by": "kind", "key": "no kind"}]


def _answer_templates(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    whole = {"admin.answer_templates.listing", "admin.answer_templates.add"}
    return [{}] if endpoint in whole else [{"template_id": unit.template}]


def _dossiers(endpoint: str, unit: Records, person: str) -> Iterable[Values]:
    if endpoint in {"admin.dossiers.look", "admin.dossiers.take"}:
        return [{"job_id": unit.readings.get(person, next(iter(unit.readings.values())))}]
    if endpoint in {"admin.dossiers.dossier", "admin.dossiers.slip"}:
        return [{"dossier_id": unit.dossier_id}]
    return [{}, {"unit": unit.place.unit_id}, {"q": "H01"}]


def _questionnaires(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    if endpoint == "admin.questionnaires.end":
        return [{"key": unit.use}]
    whole = {f"admin.questionnaires.{name}" for name in ("index", "add", "put_to_use")}
    return [{}] if endpoint in whole else [{"key": unit.questionnaire}]


def _ratings(_endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{}, {"unit": unit.place.unit_id}]


def _campaigns(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    if endpoint == "admin.campaigns.records":
        place = {"code": unit.campaign, "kind": "collective", "competitor": unit.code_of_unit}
        return [{**place, "criterion": one} for one in unit.criteria]
    if endpoint == "admin.campaigns.standing":
        code = {"code": unit.campaign}
        kind, frozen = {"kind": "individual"}, {"frozen": unit.frozen}
        competitor = {"competitor": unit.code_of_unit}
        group = {"group": unit.group}
        return [code, *({**code, **more} for more in (kind, competitor, frozen, group))]
    return [{"code": unit.campaign}]


def _campaign_levels(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    draft = {"code": unit.draft, "key": unit.draft_competitor}
    return [{"code": unit.campaign}, draft] if endpoint.endswith(".levels") else [draft]


def _campaign_leaders(_endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{"code": unit.draft, "key": unit.draft_competitor}]


def _criterion_filters(_endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{"code": unit.draft, "key": unit.draft_criterion}]


def _scoreboard(_endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{"code": unit.wall}]


def _freezes(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    code = {"code": unit.campaign}
    one = endpoint in {"admin.freezes.check", "admin.freezes.correct"}
    return [{**code, "key": unit.frozen}] if one else [code]


def _awards(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    name = endpoint.rpartition(".")[2]
    code = {"code": unit.campaign}
    if name == "from_standing":
        line = {"title": unit.awards["title"], "kind": "collective", "by": "rank", "value": "9"}
        return [code, {**code, **line}]
    return [{**code, "key": unit.awards["nomination"]}] if name in {"hold", "withdraw"} else [code]


def _award_titles(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    one = endpoint.rpartition(".")[2] in {"title", "change"}
    code = {"code": unit.campaign}
    return [{**code, "key": unit.awards["title"]}] if one else [code]


def _award_councils(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    code = {"code": unit.campaign}
    if endpoint.rpartition(".")[2] in {"councils", "found"}:
        return [code]
    one = {**code, "key": unit.awards["council"]}
    return [{**one, "member": unit.awards["member"]} if endpoint.endswith("leave") else one]


def _award_sessions(_endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{"code": unit.campaign, "key": unit.awards["session"]}]


def _ballots(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{}] if endpoint == "admin.ballots.listing" else [{"key": unit.awards["session"]}]


def _figures(_endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    key = {"criterion": unit.criterion, "competitor": unit.competitor}
    return (
        [{"code": unit.campaign, **key}]
        if _endpoint != "admin.figures.figures"
        else [{"code": unit.campaign}]
    )


def _figure_steps(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    name, code = endpoint.rpartition(".")[2], {"code": unit.campaign}
    if name in {"council", "deadlines"}:
        return [code]
    if name == "file":
        return [{**code, "key": unit.figure_file}]
    return [{**code, "criterion": unit.criterion, "competitor": unit.competitor}]


def _reports(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    if endpoint == "admin.reports.file":
        return [{"code": unit.campaign, "form": form} for form in ("xlsx", "docx", "pdf")]
    return [{"code": unit.campaign}]


def _campaign_editing(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    code = {"code": unit.draft if endpoint in OF_A_DRAFT else unit.campaign}
    if endpoint == "admin.campaign_editing.new":
        return [{}]
    if endpoint == "admin.campaign_editing.weights":
        return [{**code, "kind": kind} for kind in ("collective", "individual")]
    if endpoint == "admin.campaign_editing.remove_criterion":
        return [{**code, "key": unit.draft_criterion}]
    if endpoint in {"admin.campaign_editing.leave", "admin.campaign_editing.change_period"}:
        return [{**code, "key": unit.draft_competitor}]
    return [code]


def _organisation(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    name = endpoint.rpartition(".")[2]
    if name == "remove_day":
        return [{"key": unit.keys["days"]}]
    if name in {"edit", "close"}:
        return [{"noun": noun, "key": key} for noun, key in unit.keys.items()]
    if name == "index":
        return [{}]
    if name == "posted":
        return [{}, {"unit": unit.place.unit_id}]
    return [{"noun": noun} for noun in unit.keys]


def _photos(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    if endpoint.startswith("kiosk."):
        return [{"digest": unit.photo}]
    return [{"key": unit.keys["officers"]}]


def _calendar(endpoint: str, _unit: Records, _person: str) -> Iterable[Values]:
    if endpoint.rpartition(".")[2] in {"version", "run_again"}:
        return [{"number": CALENDAR_VERSION}]
    return [{}]


def _rule_sets(endpoint: str, _unit: Records, _person: str) -> Iterable[Values]:
    limit, allowed = "sample-2018-report-answer-own", "sample-2018-report-handling-own"
    named = {"new_limit": [{}, {"of": limit}], "new_handling": [{"of": allowed}]}
    return named.get(endpoint.rpartition(".")[2], [{}])


def _kiosks(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    one = endpoint.rpartition(".")[2] in {"kiosk", "move", "revoke", "resize"}
    return [{"kiosk_id": unit.kiosk_id}] if one else [{}]


def _files(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    case = {"code": unit.code} if endpoint.startswith("kiosk") else {"number": unit.number}
    one = endpoint.rpartition(".")[2] in {"content", "thumbnail"}
    return [{**case, "key": unit.attachment}] if one else [case]


def _erasures(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{}] if endpoint == "admin.erasures.listing" else [{"key": unit.erasure}]


def _outbox(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{"message_id": unit.message}] if endpoint == "admin.outbox.retry" else [{}]


def _quarantine(_endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{}, {"kiosk": unit.kiosk_id}]


def _channels(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    name = endpoint.rpartition(".")[2]
    if name == "sheet":
        return [{"unit": unit.place.unit_id, "desk": unit.place.desk_id}]
    if name in {"svg", "pdf", "poster", "poster_pdf"}:
        return [{"token": unit.desk_token}]
    return [{}, {"unit": unit.place.unit_id}] if name == "codes" else [{}]


def _phone(_endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{"token": unit.desk_token}, {"token": unit.dossier_token}]


def _continued(_endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{"token": unit.continuation_token}]


def _following(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    asking = endpoint in {"kiosk.complaints.ask_code", "kiosk.complaints.enter_code"}
    return [{}] if asking else [{"code": unit.code}]


def _sealed(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    whole = {"admin.sealed.inbox", "admin.sealed.key"}
    if endpoint in whole:
        return [{}, {"state": "concluded"}] if endpoint == "admin.sealed.inbox" else [{}]
    return [{"number": unit.sealed_number}]


def _confidential(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    if endpoint in {"kiosk.sealed.form", "kiosk.sealed.send"}:
        return [{"token": unit.desk_token}]
    return [{"code": unit.sealed_code}]


def _qr(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{"code": unit.code} if endpoint == "kiosk.qr.case" else {"token": unit.desk_token}]


def _publishing(_endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{"number": unit.number}, {"number": unit.number_public}]


def _published(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{}, {"q": "x"}] if endpoint.endswith("index") else [{"reference": unit.reference}]


def _open311(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    names = {
        "service": {"code": "report"},
        "show": {"reference": unit.reference},
        "token": {"token": unit.reference},
    }
    more = names.get(endpoint.rpartition(".")[2], {})
    return [{**more, "form": form} for form in ("json", "xml")]


def _senders(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{"sender_id": unit.sender}] if endpoint.endswith("revoke") else [{}]


def _webhooks(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    one = endpoint.rpartition(".")[2] in {"stop", "retry"}
    return [{"webhook_id": unit.webhook}] if one else [{}]


def _keys(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{"key_id": unit.api_key}] if endpoint.endswith("revoke") else [{}]


def _feeds(endpoint: str, _unit: Records, _person: str) -> Iterable[Values]:
    return [{}] if endpoint.endswith("send") else [{"job_id": 1}]


def _procedure_sheets(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    if endpoint.endswith("svg"):
        return [{"token": unit.sheet}]
    return [{"unit": unit.place.unit_id, "procedure": unit.place.procedure_id}]


def _procedures(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    if endpoint.endswith("sheet"):
        return [{"token": unit.sheet}]
    return [{"unit": unit.code_of_unit, "code": unit.procedure}]


def _registers(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    name = endpoint.rpartition(".")[2]
    if name == "index":
        return [{}]
    if name == "edit":
        return [{"noun": noun, "key": key} for noun, key in unit.kept.items()]
    return [{"noun": noun} for noun in unit.kept]


def _improvement(endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    whole = endpoint == "admin.improvement.plan"
    return [{}, {"weak": "1"}] if whole else [{"key": unit.kept["index-results"]}]


def _board(_endpoint: str, unit: Records, _person: str) -> Iterable[Values]:
    return [{"code": unit.code_of_unit}]


_BY_MODULE = {
    "admin.accounts": _accounts,
    "admin.jobs": _jobs,
    "admin.work": _work,
    "admin.answer_templates": _answer_templates,
    "admin.case_figures": _case_figures,
    "admin.case_moves": _case_moves,
    "admin.complaints": _complaints,
    "admin.due_days": _complaints,
    "admin.extensions": _complaints,
    "admin.conduct_findings": _complaints,
    "admin.publishing": _publishing,
    "admin.dossiers": _dossiers,
    "admin.questionnaires": _questionnaires,
    "admin.ratings": _ratings,
    "admin.today": _ratings,
    "admin.campaigns": _campaigns,
    "admin.awards": _awards,
    "admin.award_titles": _award_titles,
    "admin.award_councils": _award_councils,
    "admin.award_sessions": _award_sessions,
    "admin.ballots": _ballots,
    "admin.figures": _figures,
    "admin.figures_import": _campaigns,
    "admin.figure_steps": _figure_steps,
    "admin.freezes": _freezes,
    "admin.reports": _reports,
    "admin.campaign_editing": _campaign_editing,
    "admin.campaign_leaders": _campaign_leaders,
    "admin.campaign_levels": _campaign_levels,
    "admin.criterion_filters": _criterion_filters,
    "admin.scoreboards": _campaigns,
    "kiosk.scoreboard": _scoreboard,
    "admin.organisation": _organisation,
    "admin.officer_photos": _photos,
    "kiosk.officer_photos": _photos,
    "admin.rule_sets": _rule_sets,
    "admin.organisation_import": _organisation,
    "admin.calendar": _calendar,
    "admin.channels": _channels,
    "admin.kiosks": _kiosks,
    "admin.quarantine": _quarantine,
    "admin.outbox": _outbox,
    "admin.erasures": _erasures,
    "kiosk.erasures": _following,
    "kiosk.slips": _following,
    "admin.open311": _senders,
    "admin.dossier_feeds": _keys,
    "feeds": _feeds,
    "admin.webhooks": _webhooks,
    "admin.attachments": _files,
    "admin.procedure_sheets": _procedure_sheets,
    "kiosk.procedures": _procedures,
    "admin.registers": _registers,
    "admin.registers_import": _registers,
    "admin.improvement": _improvement,
    "kiosk.attachments": _files,
    "kiosk.phone": _phone,
    "kiosk.continued": _continued,
    "kiosk.complaints": _following,
    "kiosk.due_days": _following,
    "admin.sealed": _sealed,
    "kiosk.sealed": _confidential,
    "kiosk.qr": _qr,
    "kiosk.board": _board,
    "kiosk.published": _published,
    "kiosk.open311": _open311,
}
