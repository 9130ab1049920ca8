"""Text goes over the wire compressed, pages with forms do not."""

import gzip

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

STYLES = "/static/css/base.css"
READS_GZIP = {"Accept-Encoding": "gzip, br"}


def get(client: FlaskClient, path: str, headers: dict[str, str] | None = None) -> TestResponse:
    """Ask for a page, read it and close what it was read from."""
    answer = client.get(path, headers=headers)
    answer.get_data()
    answer.close()
    return answer


@pytest.mark.parametrize("path", [STYLES, "/static/kiosk/desk/queue.js", "/", "/demo"])
def test_text_without_secrets_is_compressed(client: FlaskClient, path: str) -> None:
    plain = get(client, path)
    packed = get(client, path, headers=READS_GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert packed.content_length == len(packed.data)


@pytest.mark.parametrize("encodings", ["", "identity", "gzip;q=0"])
def test_who_cannot_read_it_gets_plain_text(client: FlaskClient, encodings: str) -> None:
    answer = get(client, STYLES, headers={"Accept-Encoding": encodings})
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_a_page_with_a_form_is_never_compressed(client: FlaskClient) -> None:
    answer = get(client, "/admin/sign-in", headers=READS_GZIP)
    assert b"csrf_token" in answer.data
    assert "Content-Encoding" not in answer.headers


def test_fonts_and_short_text_stay_as_they_are(client: FlaskClient) -> None:
    font = "/static/fonts/be-vietnam-pro-latin-400-normal.woff2"
    for path in (font, "/static/img/mark.svg"):
        answer = get(client, path, headers=READS_GZIP)
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    first = get(client, STYLES, headers=READS_GZIP)
    again = get(client, STYLES, headers=READS_GZIP | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
