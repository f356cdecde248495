"""Secrets and patient data planted everywhere, in every spelling: none may be recorded."""

import base64
import gzip
import json
from collections.abc import Callable, Mapping
from html import escape
from itertools import product
from urllib.parse import quote

import pytest

from harness.client.redaction import Redactor
from harness.exchange import Exchange, Request, Response
from harness.shortening import shortened

SECRETS = (
    "correct-horse-battery-9", 'p&ss "wörd"/9z', "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjB9.c2lnbmF0dXJl",
    "sk_live_51HxQy", "a+b/c=d==", "50%off&more", "naïve-pass-7", "tab\tand space", "back\\slash\\9",
    "'single' \"double\"", "<tag>&amp;7", "{brace}[9]", "名前のパスワード", "😀emoji-secret", "UPPER-lower-123",
    "0123456789abcdef", "zzzzzzzzzz", "Qm9yZGVyLWxpbmU", "dGhpcyBpcyBiYXNlNjQ=", "68656c6c6f20776f",
    "a.b.c.d.e.f", "semi;colon;7", "comma,comma,7", "user:pass@9", "#hash#tag#", "question?mark?",
    "~tilde~7~", "*star*star*", "$dollar$7", "line1\nline2-9",
)  # fmt: skip
ENCODINGS: Mapping[str, Callable[[str], str]] = {
    "raw": lambda each: each,
    "url": lambda each: quote(each, safe=""),
    "double-url": lambda each: quote(quote(each, safe=""), safe=""),
    "json": lambda each: json.dumps(each)[1:-1],
    "base64": lambda each: base64.b64encode(each.encode()).decode(),
    "base64-within": lambda each: base64.b64encode(f"id:{each}\n".encode()).decode(),
    "hex": lambda each: each.encode().hex(),
    "reversed": lambda each: each[::-1],
    "html": escape,
    "bytes": lambda each: repr(bytearray(each.encode()))[12:-2],
    "one-line": lambda each: " ".join(each.split()),
    "mail": lambda each: base64.encodebytes(
        f"{'filler ' * 9}{each}{' filler' * 9}".encode()
    ).decode(),
    "gzip": lambda each: base64.b64encode(gzip.compress(each.encode(), mtime=0)).decode(),
}
HEADERS = (
    "Authorization", "Proxy-Authorization", "X-Auth-Token", "apikey", "api-key", "X-API-Key",
    "Ocp-Apim-Subscription-Key", "X-Amz-Security-Token", "Cookie", "X-Custom", "Referer", "X-Client-Secret",
)  # fmt: skip
MEMBERS = (
    "client_secret",
    "Password",
    "apiKey",
    "api_token",
    "access_token",
    "note",
    "refreshToken",
)


def places(secret: str) -> Mapping[str, tuple[Request, Response]]:
    """Return exchanges that hold a text in one place each."""
    plain, ok = Request("POST", "http://h/x"), Response(200)
    quoted = json.dumps(secret)
    bodies = {
        "text": f"wrong: {secret}.", "html": f"<p>{secret}</p>", "xml": f"<a b='{secret}'>{secret}</a>",
        "within": json.dumps({"detail": json.dumps({"note": secret})}), "list": f"[[{quoted}]]",
        "x12": f"ISA*00*{secret}~", "form": f"a=1&note={secret}", "multipart": f'--b\r\nname="n"\r\n\r\n{secret}\r\n',
        **{f"member-{name}": f'{{"{name}": {quoted}}}' for name in MEMBERS},
    }  # fmt: skip
    made = {
        f"sent-{name}": (Request("POST", "http://h/x", (), b.encode()), ok)
        for name, b in bodies.items()
    }
    made |= {
        f"got-{name}": (plain, Response(400, (), body.encode())) for name, body in bodies.items()
    }
    made |= {
        f"sent-{name}": (Request("GET", "http://h", ((name, f"Bearer {secret}"),)), ok)
        for name in HEADERS
    }
    made |= {f"got-{name}": (plain, Response(200, ((name, secret),))) for name in HEADERS[:4]}
    made |= {"path": (Request("GET", f"http://h/{secret}/x"), ok)}
    made |= {"query": (Request("GET", f"http://h/?q={secret}"), ok)}
    return made


def test_there_are_enough_of_all() -> None:
    assert len(SECRETS) == 30
    assert len(places("x")) >= 40
    assert len(ENCODINGS) >= 8


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_credential_is_recorded_in_any_place_and_spelling(encoding: str) -> None:
    kept = []
    for secret in SECRETS:
        redactor = Redactor()
        redactor.learn(secret)
        spelt = ENCODINGS[encoding](secret)
        for place, (request, response) in places(spelt).items():
            written = redactor.exchange(Exchange(1, request, response, failure=f"at {spelt}"))
            if any(each in text(written) for each in (spelt, json.dumps(spelt)[1:-1])):
                kept.append(f"{secret} in {place}")

    assert kept == []


def text(exchange: Exchange) -> str:
    """Return all that would be written of an exchange."""
    request, response = exchange.request, exchange.response
    assert response is not None
    bodies = [each.body.decode("utf-8", "replace") for each in (request, response)]
    return "\n".join(
        [request.url, repr(request.headers), repr(response.headers), exchange.failure, *bodies]
    )


@pytest.mark.parametrize(("header", "encoding"), list(product(HEADERS[:9], ENCODINGS)))
def test_what_is_masked_by_its_name_is_masked_in_the_echo_too(header: str, encoding: str) -> None:
    secret = "k9-Canary/Secret+17"
    echo = ENCODINGS[encoding](secret)
    request = Request("GET", "http://h/", ((header, f"Bearer {secret}"),))

    written = Redactor().exchange(
        Exchange(1, request, Response(400, (), f'{{"error": "bad value {echo}"}}'.encode()))
    )

    assert echo not in text(written)
    assert secret not in text(written)


CREDENTIALS = (
    "correct-horse-battery-9", "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjB9.c2lnbmF0dXJl", "0123456789abcdef",
    "Qm9yZGVyLWxpbmUtY2FzZQ", "8b0e2f5c-4d1a-4a5e-9a53-1f0c2d3e4b5a", "naïve-pass-word-7",
)  # fmt: skip
CUTS: Mapping[str, Callable[[str], str]] = {
    "front": lambda each: f"{each[:12]} was refused",
    "front-and-dots": lambda each: f"{each[:12]}...",
    "front-and-mark": lambda each: f"{each[:7]}…",
    "end": lambda each: f"***{each[-12:]}",
    "all-but-one": lambda each: each[:-1],
    "all-but-first": lambda each: each[1:],
    "two-lines": lambda each: f"{each[: len(each) // 2]}\n{each[len(each) // 2 :]}",
    "shortened": lambda each: shortened(f"{'x' * 100} {each}", 110),
    "in-the-middle": lambda each: f"<{each[2:14]}>",
}
"""What servers, proxies and messages leave of a text that is too long for them."""


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("secret", CREDENTIALS)
def test_no_long_piece_of_a_credential_is_recorded_in_any_place(cut: str, secret: str) -> None:
    redactor = Redactor()
    redactor.learn_credential(secret)
    kept = []
    for place, (request, response) in places(CUTS[cut](secret)).items():
        written = redactor.exchange(Exchange(1, request, response, failure=CUTS[cut](secret)))
        pieces = {secret[at : at + 12] for at in range(len(secret) - 11)}
        if any(each in text(written) for each in pieces):
            kept.append(place)

    assert kept == []


CANARY = "Zaphodina-Canary"
FORMS = {
    "member": '{"memberId": "PLANT"}',
    "other-case": '{"memberID": "PLANT"}',
    "snake": '{"member_id": "PLANT"}',
    "kebab": '{"Member-Id": "PLANT"}',
    "array": '{"memberIds": ["x", "PLANT"]}',
    "nested": '{"patientName": {"first": "PLANT"}}',
    "escaped": '{"firstName": "\\u005aaphodina-Canary"}',
    "within": json.dumps({"detail": json.dumps({"lastName": "PLANT"})}),
    "within-within": json.dumps({"a": json.dumps({"b": json.dumps({"ssn": "PLANT"})})}),
    "xml": "<Patient><LastName>PLANT</LastName></Patient>",
    "xml-namespace": "<p:Patient><p:dateOfBirth x='1'>PLANT</p:dateOfBirth></p:Patient>",
    "xml-attribute": '<patient lastName="PLANT"/>',
    "xml-in-json": '{"xml": "<memberId type=\\"x\\">PLANT</memberId>"}',
    "fhir": '{"resourceType": "Patient", "name": [{"family": "Smith", "given": ["PLANT"]}]}',
    "fhir-telecom": '{"telecom": [{"system": "phone", "value": "PLANT"}]}',
    "x12": "ST*278~NM1*IL*1*PLANT*JO****MI*W1~",
    "x12-other-signs": "NM1|QC|1|PLANT|JO||||MI|W1\n",
    "x12-in-json": '{"x12": "ISA*00~NM1*IL*1*PLANT*JO****MI*W1~"}',
    "base64": json.dumps({"content": "B64"}),
    "form": "a=1&lastName=PLANT",
    "multipart": '--b\r\nContent-Disposition: form-data; name="memberId"\r\n\r\nC\r\n--b--',
    "hex": json.dumps({"content": "HEX"}),
    "gzip": json.dumps({"content": "GZIP"}),
    "echo": '{"memberId": "PLANT", "message": "member PLANT is not known"}',
}
INNER = b'{"memberId": "Zaphodina-Canary"}'


@pytest.mark.parametrize("form", FORMS)
def test_patient_data_that_we_did_not_send_is_never_recorded(form: str) -> None:
    body = FORMS[form].replace("PLANT", CANARY)
    body = body.replace("B64", base64.b64encode(INNER).decode()).replace("HEX", INNER.hex())
    body = body.replace("GZIP", base64.b64encode(gzip.compress(INNER, mtime=0)).decode())
    request = Request("GET", "http://h/")

    written = text(Redactor().exchange(Exchange(1, request, Response(200, (), body.encode()))))

    assert "[masked]" in written
    for spelt in (CANARY, "\\u005aaphodina", base64.b64encode(INNER).decode()[4:20], INNER.hex()):
        assert spelt not in written


@pytest.mark.parametrize("value", ["123456789", "-1234567.5", "1980010112"])
def test_numbers_of_patients_are_masked_and_the_rest_stays_json(value: str) -> None:
    body = f'{{"ssn": {value}, "count": 3, "list": [{{"memberNumber": [{value}]}}]}}'

    written = Redactor().exchange(
        Exchange(1, Request("GET", "http://h/"), Response(200, (), body.encode()))
    )

    assert written.response is not None
    assert json.loads(written.response.body) == {
        "ssn": "[masked]", "count": 3, "list": [{"memberNumber": ["[masked]"]}],
    }  # fmt: skip


def test_packed_bodies_that_nobody_announced_are_masked_whole() -> None:
    body = gzip.compress(INNER, mtime=0)

    written = Redactor().exchange(Exchange(1, Request("GET", "http://h/"), Response(200, (), body)))

    assert written.response is not None
    assert written.response.body == b"[masked]"


def test_wide_encodings_are_read_too() -> None:
    body = '{"memberId": "Zaphodina-Canary"}'.encode("utf-16")

    written = Redactor().exchange(Exchange(1, Request("GET", "http://h/"), Response(200, (), body)))

    assert written.response is not None
    assert b"Zaphodina" not in written.response.body.replace(b"\0", b"")


def test_a_user_can_add_names() -> None:
    request = Request("GET", "http://h/", (("X-Door", "open-sesame-9"),))

    written = Redactor(("x_door",)).exchange(Exchange(1, request, Response(200)))

    assert "open-sesame-9" not in text(written)
