"""Telling another system: a real https server here, its signature checked, away and back again."""

import base64
import hashlib
import hmac
import json
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.adapters import webhook
from shared.adapters.webhook import NotTaken
from shared.audit import sign_session
from shared.config import Settings
from shared.jobs import loop
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.job import Job
from shared.models.webhook import WebhookMessage
from shared.outside import Outside
from shared.services import webhooks
from shared.services.webhooks import Registered
from tests.case_world import build, file, person
from tests.cast import Place
from tests.conftest import Clock

HERE = (ip_network("127.0.0.1/32"),)


@dataclass
class Receiver:
    """Another system: what it was told, and what it answers with."""

    port: int = 0
    status: int = 204
    answers: dict[str, int] = field(default_factory=dict)  # by the case told of, else `status`
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    meanwhile: Callable[[], None] | None = None

    @property
    def url(self) -> str:
        """Give its address."""
        return f"https://127.0.0.1:{self.port}/tin?a=b"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine, with its key beside it."""
    path = tmp_path_factory.mktemp("tls") / "here.crt"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=here"),
            *("-addext", "subjectAltName=IP:127.0.0.1,DNS:tin.example.vn"),
            *("-keyout", str(path.with_suffix(".key")), "-out", str(path)),
        ],
        check=True,
        capture_output=True,
    )
    return path


@pytest.fixture
def receiver(certificate: Path) -> Iterator[Receiver]:
    """Another system on this machine, over https."""
    known = Receiver()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Keep what is told, and answer."""
            size = int(self.headers["content-length"])
            sent = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(size)
            known.told.append((sent, body))
            if known.meanwhile is not None:
                known.meanwhile()
            case = json.loads(body)["data"]["case"]
            self.send_response(known.answers.get(case, known.status))
            if known.status == 302:
                self.send_header("location", f"https://127.0.0.1:{known.port}/elsewhere")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Keep quiet."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    known.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Office:
    """Sen Hồng, whose cases another system is told of."""

    session: Session
    engine: Engine
    clock: Clock
    settings: Settings
    place: Place
    made: Registered

    def run(self, later: timedelta = timedelta(0)) -> None:
        """Let time pass, and the job process do what there is to do."""
        self.clock.advance(later)
        loop.ask_for_frequent(self.engine, self.settings, self.clock())
        loop.run_waiting(self.settings, self.clock())
        self.session.rollback()

    def file(self) -> Complaint:
        """Open a case."""
        return file(self.session, self.place, self.clock())

    def messages(self) -> list[WebhookMessage]:
        """Give what was written, the oldest first."""
        rows = select(WebhookMessage).order_by(WebhookMessage.id)
        return list(self.session.scalars(rows))


@pytest.fixture
def office(
    engine: Engine,
    session: Session,
    settings: Settings,
    clock: Clock,
    receiver: Receiver,
    certificate: Path,
) -> Office:
    """Sen Hồng, allowed to reach this machine and no other inside."""
    place = build(session, clock())["sen"]
    root = person(session, "root")
    settings = replace(settings, outside=Outside(own_networks=HERE, own_authority=certificate))
    made = webhooks.register(
        session,
        place.unit_id,
        receiver.url,
        ("case.received", "case.overdue"),
        HERE,
        settings.secret_key,
        root,
        clock(),
    )
    session.commit()
    return Office(session, engine, clock, settings, place, made)


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Check as a receiver does, with what it knows: the secret and what came."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(f"v1,{wanted}", headers["webhook-signature"])


def test_a_case_is_told_signed_once(office: Office, receiver: Receiver) -> None:
    case = office.file()
    for _time in range(2):
        office.run()
    ((headers, body),) = receiver.told
    assert is_signed(office.made.secret, headers, body)
    assert not is_signed(office.made.secret, headers, body + b" ")
    assert headers["content-type"] == "application/json"
    age = int(headers["webhook-timestamp"]) - office.clock().timestamp()
    assert 0 <= age < 60
    assert json.loads(body)["data"]["case"] == case.number
    assert [one.state for one in office.messages()] == ["sent"]


def test_a_refusal_is_tried_again_later_under_the_same_name(
    office: Office, receiver: Receiver
) -> None:
    office.file()
    receiver.status = 503
    office.run()
    office.run()
    (message,) = office.messages()
    assert (message.state, message.problem, message.tried) == ("waiting", "503", 1)
    receiver.status = 200
    office.run(timedelta(minutes=1))
    first, second = receiver.told
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert first[0]["webhook-signature"] != second[0]["webhook-signature"]
    assert first[1] == second[1]


@pytest.mark.parametrize(("status", "taken"), [(400, 1), (422, 1), (503, 0), (429, 0)])
def test_a_message_that_is_refused_keeps_the_next_from_nobody_but_one_who_is_away(
    office: Office, receiver: Receiver, status: int, taken: int
) -> None:
    bad, _good = office.file(), office.file()
    receiver.answers[bad.number] = status
    office.run()
    assert [one.state for one in office.messages()].count("sent") == taken
    assert len(receiver.told) == 1 + taken


def test_a_case_that_names_an_officer_meanwhile_is_told_of_no_more(
    office: Office, receiver: Receiver
) -> None:
    first, second = office.file(), office.file()

    def name() -> None:
        with Session(office.engine) as session, session.begin():
            sign_session(session, "test", office.clock())
            naming = {"complaint_id": second.id, "officer_id": office.place.officer_id}
            session.add(ComplaintOfficer(**naming))

    receiver.meanwhile = name
    office.run()
    assert [json.loads(body)["data"]["case"] for _headers, body in receiver.told] == [first.number]
    assert [one.state for one in office.messages()] == ["sent", "stopped"]


def test_a_case_past_its_due_day_is_told(office: Office, receiver: Receiver) -> None:
    office.file()
    office.run()
    for days in (60, 0):
        office.run(timedelta(days=days, minutes=20))
        office.run()
    assert [json.loads(body)["type"] for _headers, body in receiver.told] == [
        "case.received",
        "case.overdue",
    ]


def test_a_redirection_is_not_followed(office: Office, receiver: Receiver) -> None:
    office.file()
    receiver.status = 302
    office.run()
    assert len(receiver.told) == 1
    assert [one.problem for one in office.messages()] == ["302"]


@pytest.mark.parametrize(
    ("outside", "problem"),
    [
        ({"own_networks": ()}, "address inside"),
        ({"own_networks": (ip_network("10.0.0.0/8"),)}, "address inside"),
        ({"own_authority": None}, "certificate"),
    ],
)
def test_without_the_settings_for_the_own_network_nothing_is_told_there(
    office: Office, receiver: Receiver, outside: dict[str, Any], problem: str
) -> None:
    office.settings = replace(office.settings, outside=replace(office.settings.outside, **outside))
    office.file()
    office.run()
    assert receiver.told == []
    assert [one.problem for one in office.messages()] == [problem]


def test_a_name_is_judged_by_the_address_that_is_connected_to(
    receiver: Receiver, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers with a public address first and with an inside one later."""
    answers = iter(["93.184.216.34", "127.0.0.1"])
    asked: list[str] = []

    def look_up(_host: str, port: int, **_more: Any) -> list[Any]:
        asked.append(next(answers))
        return [(2, 1, 6, "", (asked[-1], port))]

    def connect(place: tuple[str, int], *_more: Any) -> Any:
        raise ConnectionRefusedError(place[0])

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    url = f"https://tin.example.vn:{receiver.port}/"
    with pytest.raises(NotTaken) as first:
        webhook.send(url, b"{}", {}, (), certificate)
    assert str(first.value.__cause__) == "93.184.216.34"
    with pytest.raises(NotTaken) as second:
        webhook.send(url, b"{}", {}, (), certificate)
    assert str(second.value) == "address inside"
    assert asked == ["93.184.216.34", "127.0.0.1"]


def test_a_receiver_that_says_nothing_is_cut_off(
    certificate: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", 3_600.0)
    monkeypatch.setattr(webhook, "LONGEST_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(NotTaken):
            webhook.send(f"https://127.0.0.1:{port}/", b"{}", {}, HERE, certificate)
    assert receiver.told == []


def test_off_by_default_no_job_is_asked_for(
    engine: Engine, session: Session, settings: Settings, clock: Clock
) -> None:
    place = build(session, clock())["sen"]
    file(session, place, clock())
    loop.ask_for_frequent(engine, settings, clock())
    assert session.scalars(select(WebhookMessage)).all() == []
    kinds = session.execute(select(Job.kind)).scalars().all()
    assert not [kind for kind in kinds if kind.startswith("webhook")]
