"""Telling other systems: which addresses may be told, and how a message is signed."""

from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

import pytest

from shared.domain.errors import Invalid
from shared.domain.webhook import (
    Event,
    checked_events,
    checked_url,
    may_be_reached,
    secret_of,
    signed,
)

OWN = [ip_network("10.1.0.0/16")]
AT = datetime(2023, 1, 19, 0, 13, 51, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.vn/tin",
        "https://example.vn:8443/a?b=c",
        "https://8.8.8.8/",
        "https://10.1.2.3/",
    ],
)
def test_a_public_https_address_or_one_of_the_own_network_is_kept(url: str) -> None:
    assert checked_url(f" {url} ", OWN) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://example.vn/",
        "example.vn",
        "https://",
        "https://user@example.vn/",
        "https://user:word@example.vn/",
        "https://example.vn/#part",
        "https://example.vn:0/",
        "https://example.vn:99999/",
        "https://exa mple.vn/",
        "https://example.vn/\r\nX: 1",
        "https://đất.vn/",
        "https://example.vn/" + "x" * 500,
        "file:///etc/passwd",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_url(url, OWN)
    assert (refusal.value.code, refusal.value.field) == ("url_wrong", "url")


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://a.localhost/",
        "https://[::1]/",
        "https://10.2.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://0.0.0.0/",
        "https://[fe80::1]/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://[fec0::1]/",
        "https://[::7f00:1]/",
        "https://[::ffff:0:7f00:1]/",
    ],
)
def test_an_address_inside_is_refused_unless_its_network_is_the_own_one(url: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_url(url, OWN)
    assert refusal.value.code == "url_inside"


def test_an_own_network_is_reached_however_the_address_is_wrapped() -> None:
    assert may_be_reached(ip_address("::ffff:10.1.0.9"), OWN)
    assert not may_be_reached(ip_address("::ffff:10.2.0.9"), OWN)
    assert may_be_reached(ip_address("::1"), [ip_network("::1/128")])


def test_events_are_kept_in_their_order() -> None:
    assert checked_events([Event.ANSWERED, Event.RECEIVED]) == "case.received case.answered"


@pytest.mark.parametrize("names", [[], ["case.read"], ["case.received", "x"]])
def test_no_or_unknown_events_are_refused(names: list[str]) -> None:
    with pytest.raises(Invalid):
        checked_events(names)


def test_a_message_is_signed_as_the_scheme_says() -> None:
    # A known answer, made once with openssl dgst -sha256 -mac HMAC.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    found = signed(secret, "msg_1", AT, b'{"a":1}')
    assert found["webhook-id"] == "msg_1"
    assert found["webhook-timestamp"] == "1674087231"
    assert found["webhook-signature"] == "v1,ufv45WIonjonlsB4RtxC24Ig4CisWfbJI1o6/4Uarps="


def test_name_instant_and_body_are_all_signed() -> None:
    secret = secret_of("salt", "key")
    plain = signed(secret, "msg_1", AT, b"body")["webhook-signature"]
    later = AT.replace(second=52)
    others = [("msg_2", AT, b"body"), ("msg_1", later, b"body"), ("msg_1", AT, b"bodY")]
    assert all(signed(secret, *other)["webhook-signature"] != plain for other in others)


def test_a_secret_needs_both_the_salt_and_the_key() -> None:
    secret = secret_of("salt", "key")
    assert secret == secret_of("salt", "key")
    assert secret not in (secret_of("other", "key"), secret_of("salt", "other"))
    assert secret.startswith("whsec_")
    assert len(secret) == len("whsec_") + 44
