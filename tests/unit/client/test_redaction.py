import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client.redaction import MASK, Redactor
from harness.exchange import Exchange, Headers, Request, Response

SECRET = 'p&ss "wörd"/9z'


def redacted(
    redactor: Redactor,
    *,
    sent: bytes = b"",
    got: bytes = b"",
    headers: Headers = (),
    url: str = "http://h/",
) -> Exchange:
    request = Request("POST", url, headers, sent)
    return redactor.exchange(Exchange(1, request, Response(200, headers, got)))


@pytest.mark.parametrize(
    "spelt",
    [
        pytest.param(SECRET, id="raw"),
        pytest.param(quote(SECRET, safe=""), id="url"),
        pytest.param(json.dumps(SECRET), id="json-ascii"),
        pytest.param(json.dumps(SECRET, ensure_ascii=False), id="json-utf8"),
        pytest.param(base64.b64encode(SECRET.encode()).decode(), id="base64"),
        pytest.param(base64.b64encode(b"id:" + SECRET.encode()).decode(), id="basic"),
        pytest.param(base64.b64encode(b"idx:" + SECRET.encode()).decode(), id="basic-shifted"),
    ],
)
def test_a_secret_is_masked_in_every_spelling(spelt: str) -> None:
    redactor = Redactor()
    redactor.learn(SECRET)

    exchange = redacted(
        redactor, sent=spelt.encode(), got=spelt.encode(), url=f"http://h/?q={spelt}"
    )

    written = repr(exchange)
    assert SECRET not in written
    assert MASK in exchange.request.body.decode("utf-8", "replace")
    assert MASK in exchange.request.url


@given(before=st.binary(max_size=20), after=st.binary(max_size=20))
def test_a_secret_is_masked_wherever_it_stands(before: bytes, after: bytes) -> None:
    redactor = Redactor()
    redactor.learn("correct-horse-battery")

    exchange = redacted(redactor, got=before + b"correct-horse-battery" + after)

    assert exchange.response is not None
    assert exchange.response.body == before + MASK.encode() + after


def test_of_secrets_that_begin_alike_the_longest_that_fits_is_masked() -> None:
    redactor = Redactor()
    for secret in ("token-a", "token-abc", "token-ab"):
        redactor.learn(secret)

    assert redactor.text("token-abd, token-abc, token-xyz") == f"{MASK}d, {MASK}, token-xyz"


def test_thousands_of_tokens_are_learnt_and_masked_in_no_time() -> None:
    redactor = Redactor()
    tokens = [f"eyJ0eXAiOiJKV1QifQ.{number:0400}" for number in range(2_000)]
    for token in tokens:
        redactor.learn(token)

    assert redactor.text(f"{tokens[0]} {tokens[-1]}") == f"{MASK} {MASK}"


def test_what_is_secret_by_its_name_needs_no_learning() -> None:
    exchange = redacted(
        Redactor(),
        sent=b"grant_type=client_credentials&client_secret=hunter22&x=1",
        got=b'{"access_token" : "ey\\"x", "token_type":"bearer"}',
        headers=(("Authorization", "Bearer abc"), ("Cookie", "sid=1"), ("X-Other", "kept")),
    )

    assert exchange.request.body == b"grant_type=client_credentials&client_secret=[masked]&x=1"
    assert exchange.response is not None
    assert exchange.response.body == b'{"access_token" : "[masked]", "token_type":"bearer"}'
    assert exchange.request.headers == (
        ("Authorization", "Bearer [masked]"),
        ("Cookie", "[masked]"),
        ("X-Other", "kept"),
    )


def test_patient_data_that_we_did_not_send_is_masked_in_answers() -> None:
    exchange = redacted(
        Redactor(),
        sent=b'{"patientLastName":"Atreides-Test"}',
        got=b'{"patientLastName":"Atreides-Test","patientFirstName":"Somebody","memberId":""}',
    )

    assert exchange.response is not None
    assert exchange.response.body == (
        b'{"patientLastName":"Atreides-Test","patientFirstName":"[masked]","memberId":""}'
    )


def test_binary_bodies_keep_every_byte_and_large_ones_become_a_digest() -> None:
    every_byte = bytes(range(256))

    exchange = redacted(Redactor(), sent=every_byte, got=b"x" * 20_000)

    assert exchange.request.body == every_byte
    assert exchange.response is not None
    assert exchange.response.body.startswith(b"[20,000 bytes, sha256 ")


@pytest.mark.parametrize("sent", ["Bearer", "Bearer ", "basic"])
def test_the_name_of_a_scheme_is_no_secret(sent: str) -> None:
    redactor = Redactor()

    redactor.prepare(Request("GET", "https://h/", (("Authorization", sent),), b"", "GET /"))

    assert redactor.text("WWW-Authenticate: Bearer, basic") == "WWW-Authenticate: Bearer, basic"


def test_short_values_are_not_taken_for_secrets() -> None:
    redactor = Redactor()
    redactor.learn("abc")

    assert redactor.text("abc") == "abc"
    assert redactor.secrets == ()


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("> Authorization: Bearer {0}", id="curl"),
        pytest.param("INFO: client_secret={0} sent", id="assignment"),
        pytest.param("{{'client_secret': '{0}', 'n': 1}}", id="python"),
        pytest.param('{{"client_secret": "{0}"}}', id="json"),
        pytest.param("grant_type=client_credentials&client_secret={0}", id="form"),
        pytest.param("access_token: {0}", id="yaml"),
        pytest.param("DEBUG:root:token = {0}", id="logger"),
        pytest.param("lastName: {0}, firstName: Jo", id="patient"),
        pytest.param("NM1*IL*1*{0}*JO****MI*12~", id="x12"),
    ],
)
def test_what_a_program_prints_is_masked_by_its_names(line: str) -> None:
    redactor = Redactor()

    printed = redactor.printed(f"it begins\n{line.format('Qx7-stranger')}\nall is well", ())

    assert "Qx7-stranger" not in printed
    assert MASK in printed
    assert printed.startswith("it begins\n")
    assert printed.endswith("\nall is well")


def test_what_a_program_was_given_stays_in_what_it_prints_and_a_secret_never() -> None:
    redactor = Redactor()
    redactor.learn("a-secret-of-ours")

    printed = redactor.printed(
        "lastName: SAMPLE\nsecret: SAMPLE\nand a-secret-of-ours as well", {"SAMPLE"}
    )

    assert printed == f"lastName: SAMPLE\nsecret: {MASK}\nand {MASK} as well"


def test_the_first_word_of_a_header_is_a_scheme_in_one_for_authorization_alone() -> None:
    exchange = redacted(
        Redactor(),
        headers=(("X-API-Key", "correct horse battery"), ("Proxy-Authorization", "Basic abcdef")),
        got=b"not known: correct horse battery",
    )

    assert [value for _, value in exchange.request.headers] == [MASK, f"Basic {MASK}"]
    assert exchange.response is not None
    assert exchange.response.body == f"not known: {MASK}".encode()


def test_what_looks_like_a_scheme_and_is_a_piece_of_a_credential_is_masked() -> None:
    redactor = Redactor()
    redactor.learn_credential("correcthorsebattery")

    exchange = redacted(redactor, headers=(("Authorization", "correcthorsebat is cut"),))

    assert exchange.request.headers == (("Authorization", MASK),)
