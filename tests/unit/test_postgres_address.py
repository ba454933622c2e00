"""The address of a PostgreSQL store: what is taken from it, and that nobody reads a password in a message."""

import traceback

import pytest
from arrangements import attempt, refused
from hypothesis import given
from hypothesis import strategies as st

from spbe_core import InputError, SpbeError
from spbe_core.storage.location import open_store, shown_location
from spbe_core.storage.postgres_address import PostgresAddress


def test_every_part_is_taken() -> None:
    """User, password, host, port and database go to the client library unescaped, what it knows more of unchanged."""
    found = PostgresAddress.parse(
        "postgresql://ani%40dinas:r%2Fh%23s@[::1]:5433/nilai%20spbe?schema=kota_a&sslmode=require&vault=/srv/bukti%202024"
    )

    assert found.options == {
        "user": "ani@dinas", "password": "r/h#s", "host": "::1", "port": "5433", "dbname": "nilai spbe",
        "sslmode": "require",
    }  # fmt: skip
    assert (found.schema, found.vault) == ("kota_a", "/srv/bukti 2024")
    assert "r/h#s" not in repr(found) + found.shown


def test_what_is_not_said_comes_from_the_environment() -> None:
    """Every part may be missing; the schema is then spbe, so that a store never lands among other tables."""
    found = PostgresAddress.parse("postgresql://")

    assert (found.options, found.schema, found.vault, found.shown) == ({}, "spbe", None, "postgresql:///?schema=spbe")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:/u:rahasia@h/d",
        "postgresql:u:rahasia@h/d",
        "postgresql://u:raha/sia@h/d",
        "postgresql://u:12/rahasia@h/d",
        "postgresql://u:raha#sia@h/d",
        "postgresql://u:raha?sia@h/d",
        "postgresql://u:raha?schema=sia@h/d",
        "postgresql://u:rahasia/d",
        "postgresql://u:rahasia@h:port/d",
        "postgresql://u:rahasia@h:99999/d",
        "postgresql://u:rahasia@h/d?vault=",
        "postgresql://u:rahasia@h/d?sslmode=require&sslmode=disable",
        "postgresql://u:rahasia@h/d?x",
        "postgresql://u:rahasia@h/%00",
        "postgresql://u:rahasia@[h/d",
        "mysql://u:rahasia@h/d",
        "postgres://u:rahasia@h/d",
    ],
)
def test_what_is_not_understood_is_not_repeated(url: str) -> None:
    """A password that was not escaped can stand anywhere, so nothing of such an address is shown."""
    with refused("store-url-unknown", InputError) as caught:
        shown_location(url)
    told = "".join(traceback.format_exception(caught.value)) + caught.value.what("id") + repr(caught.value.parameters)
    assert not any(part in told.replace(url, "") for part in ("rahasia", "raha", "sia@"))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:rahasia@h/d?schema=Kota",
        "postgresql://u:rahasia@h/d?schema=",
        "postgresql://u:rahasia@h/d?schema=a;drop",
        "postgresql://u:rahasia@h/d?schema=" + "a" * 64,
    ],
)
def test_a_name_that_no_schema_has_is_named(url: str) -> None:
    """The fault is said to be the schema's, and nothing else of the address is shown."""
    with refused("store-schema-malformed", InputError) as caught:
        shown_location(url)
    assert "rahasia" not in str(caught.value)
    assert caught.value.parameters == {"schema": url.partition("schema=")[2]}


@given(st.text(min_size=1, max_size=20).map("Z".join), st.sampled_from(["postgresql://u:{}@h/d", "postgresql://{}"]))
def test_whatever_follows_the_scheme_is_an_address_or_an_input_error(secret: str, form: str) -> None:
    """Nothing but a declared error comes out, and an unescaped password in none."""
    shown, error = attempt(shown_location, form.format(secret))
    if error is not None:
        assert (type(error), error.parameters) == (InputError, {"url": "postgresql://…"})
    elif form.startswith("postgresql://u:"):
        assert ":" not in str(shown).removeprefix("postgresql:")


@pytest.mark.parametrize("vault", ["s4://bucket/x", "", "a\0b", "https://u:rahasia@h/"])
def test_places_where_no_vault_can_be(vault: str) -> None:
    """A vault is a folder; what looks like something else is not made into one."""
    with refused("vault-location-unknown", SpbeError) as caught:
        open_store("memory:", create=True, vault=vault)
    assert "rahasia" not in str(caught.value)


def test_a_database_needs_a_vault() -> None:
    """There is no folder beside a database; nothing is connected to before one is named."""
    with refused("vault-not-named", InputError) as caught:
        open_store("postgresql://u:rahasia@127.0.0.1:1/d", create=True, vault=None)
    assert "rahasia" not in str(caught.value)
