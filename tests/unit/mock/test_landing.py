from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from harness.config import MOCK_CLIENT_ID
from harness.mock.settings import CLIENTS, MAIN_CLIENT, MockSettings, Rate
from harness.products.prior_auth.mock.decisions import table
from tests.products import page


class Tags(HTMLParser):
    """Collect the tags of a page with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


def test_the_page_names_the_client_and_every_test_payer_member_and_key() -> None:
    text = page("http://127.0.0.1:1/", MockSettings())

    assert MOCK_CLIENT_ID in text
    assert text.count("<code>TEST") == 18
    assert text.count("<code>TST") == 11
    assert all(f"<code>{key}</code>" in text for key in table().submission_keys)
    assert "http://127.0.0.1:1/apip/auth/sntl/v1/token" in text


def test_the_page_asks_nobody_else_for_anything() -> None:
    tags = Tags()
    tags.feed(page("http://mock/", MockSettings()))

    names = {name for _, attributes in tags.found for name, _ in attributes}
    assert not names & {"src", "href", "srcset", "action"}
    assert not {tag for tag, _ in tags.found} & {"script", "link", "img", "iframe"}


def test_a_hostile_host_name_stays_text() -> None:
    assert "<script>" not in page('http://"><script>alert(1)</script>/', MockSettings())


def test_the_secret_of_a_client_from_a_file_is_not_shown() -> None:
    own = replace(MAIN_CLIENT, client_id="clinic", client_secret="only-in-the-file")

    text = page("http://mock/", MockSettings(clients=(own,)))

    assert "only-in-the-file" not in text
    assert "client_secret=SECRET" in text


def test_what_is_switched_on_is_told() -> None:
    plain = page("http://mock/", MockSettings(clients=CLIENTS))
    broken = page("http://mock/", MockSettings(faults=frozenset({"health-down"})))

    assert "Switched on" not in plain
    assert "<code>health-down</code> The dental API is down." in broken


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (MockSettings(canned=frozenset({"medical"})), "Canned: what is sent is not validated."),
        (MockSettings(rate=Rate(1200, 60)), "A client may call 1,200 times in 60 s"),
        (MockSettings(latency_seconds=1.5), "Every call is kept waiting 1,500 ms."),
        (
            MockSettings(tolerances=frozenset({"busy-once"})),
            "<code>busy-once</code> One call is answered 503 with Retry-After.",
        ),
    ],
)
def test_a_mock_that_behaves_otherwise_says_so(settings: MockSettings, sentence: str) -> None:
    assert sentence in page("http://mock/", settings)


def test_the_page_says_what_time_it_is_there() -> None:
    settings = MockSettings(clock=lambda: datetime(2030, 5, 6, 7, 8, tzinfo=UTC))

    assert "It is 2030-05-06 07:08 UTC here." in page("http://mock/", settings)


def test_over_tls_each_command_names_what_to_trust() -> None:
    text = page("https://mock/", MockSettings(authority="tls/authority & co.pem"))

    assert text.count("curl --cacert tls/authority &amp; co.pem ") == text.count("curl ")
