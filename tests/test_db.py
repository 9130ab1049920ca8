"""What every connection is opened with."""

from shared.db import engine_options


def test_postgresql_compiles_no_query_and_keeps_what_the_address_asks_for() -> None:
    plain = engine_options("postgresql+psycopg://office@127.0.0.1/niemno")
    asked = engine_options(
        "postgresql+psycopg://office@127.0.0.1/niemno?options=-c%20statement_timeout%3D5s"
    )
    assert plain["connect_args"]["options"] == "-c jit=off"
    assert asked["connect_args"]["options"] == "-c statement_timeout=5s -c jit=off"
