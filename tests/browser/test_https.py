"""Staff over https, in a browser: what it sends of itself there differs from plain http."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from shared.config import Settings
from tests import cast
from tests.conftest import Clock
from tests.deploy.kiosk_trial import make_authority
from tests.infrastructure.applications import build, leave
from tests.infrastructure.served import served


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """What a server proves its address with."""
    made = make_authority(tmp_path / "tls", "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.file("server.crt"), made.file("server.key"))
    return context


@pytest.fixture
def by_https(settings: Settings, clock: Clock, listening_socket: socket.socket) -> Iterator[Flask]:
    """The application as it is reached over https."""
    address = f"https://127.0.0.1:{listening_socket.getsockname()[1]}"
    app = build(replace(settings, public_url=address), clock)
    yield app
    leave(app)


def test_staff_sign_in_and_send_a_form(
    by_https: Flask,
    session: Session,
    clock: Clock,
    browser: Browser,
    listening_socket: socket.socket,
    tls: ssl.SSLContext,
) -> None:
    """Over https the framework would ask where a form came from, which browsers do not say here."""
    cast.build(session, clock())
    password = cast.password_of(session, "head-sen", clock())
    with (
        served(by_https, listening_socket, tls) as address,
        browser.new_context(ignore_https_errors=True, locale="vi-VN") as profile,
    ):
        page = profile.new_page()
        page.goto(f"{address}/admin/sign-in")
        page.get_by_label("Tên đăng nhập").fill("head-sen")
        page.get_by_label("Mật khẩu").fill(password)
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Đổi mật khẩu")
        cookies = {cookie["name"] for cookie in profile.cookies()}
        assert cookies == {"__Host-niemno", "__Host-session"}
        page.get_by_label("Mật khẩu hiện tại").fill(password)
        page.get_by_label("Mật khẩu mới", exact=True).fill(cast.OWN_PASSWORD)
        page.get_by_label("Nhập lại mật khẩu mới").fill(cast.OWN_PASSWORD)
        page.get_by_role("button", name="Đổi mật khẩu").click()
        expect(page).to_have_url(f"{address}/admin/sign-in?changed=yes")
