from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from harness.mock.settings import CLIENTS, FOREIGN_CLIENT, MAIN_CLIENT, Limits, MockSettings
from harness.mock.tokens import Tokens
from tests.products import active

NOON = datetime(2026, 1, 16, 12, tzinfo=UTC)
TOKENS = Tokens(MockSettings(clock=lambda: NOON), active(()))
VALID = TOKENS.issue(MAIN_CLIENT)


def test_a_token_leads_back_to_its_client() -> None:
    assert [TOKENS.client(TOKENS.issue(client)) for client in CLIENTS] == [*CLIENTS]


def test_two_tokens_of_one_second_differ() -> None:
    assert TOKENS.issue(MAIN_CLIENT) != TOKENS.issue(MAIN_CLIENT)


@given(st.integers(min_value=0, max_value=len(VALID) - 1), st.sampled_from("ABcd01-_.="))
def test_a_token_with_one_character_changed_is_refused(position: int, character: str) -> None:
    changed = VALID[:position] + character + VALID[position + 1 :]
    # The last character of a signature carries spare bits, which decode to the same bytes.
    if changed != VALID and position < len(VALID) - 1:
        assert TOKENS.client(changed) is None


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    assert TOKENS.client(text) is None


def test_an_endless_token_is_refused() -> None:
    assert TOKENS.client(VALID + "A" * 10_000) is None


def test_time_is_judged_anew_for_a_token_that_is_known() -> None:
    now = [NOON]
    tokens = Tokens(MockSettings(clock=lambda: now[0]), active(()))
    token = tokens.issue(FOREIGN_CLIENT)
    before = tokens.client(token)

    now[0] = NOON + timedelta(hours=1)

    assert (before, tokens.client(token)) == (FOREIGN_CLIENT, None)


def test_a_token_that_was_forgotten_is_proved_again() -> None:
    tokens = Tokens(MockSettings(clock=lambda: NOON, limits=Limits(known_tokens=1)), active(()))
    first, second = (tokens.issue(client) for client in (MAIN_CLIENT, FOREIGN_CLIENT))

    found = [tokens.client(token) for token in (first, second, first)]

    assert found == [MAIN_CLIENT, FOREIGN_CLIENT, MAIN_CLIENT]


def test_only_the_right_pair_is_authenticated() -> None:
    assert TOKENS.authenticated(MAIN_CLIENT.client_id, MAIN_CLIENT.client_secret) == MAIN_CLIENT
    assert TOKENS.authenticated(MAIN_CLIENT.client_id, FOREIGN_CLIENT.client_secret) is None
    assert TOKENS.authenticated(MAIN_CLIENT.client_id, "\u00e9") is None
    assert TOKENS.authenticated("nobody", MAIN_CLIENT.client_secret) is None


def test_printing_a_client_shows_no_secret() -> None:
    assert MAIN_CLIENT.client_secret not in repr(MockSettings())
