import json
from decimal import Decimal

import pytest

from harness.document import parse
from harness.exchange import Response
from harness.openapi.conformance import judge
from harness.openapi.formats import FORMATS, OPEN_FORMATS, Formats, format_checker
from harness.openapi.load import build_api
from harness.outcome import Status


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("date", "2024-02-29", True, id="leap-day"),
        pytest.param("date", "2026-02-29", False, id="no-leap-day"),
        pytest.param("date", "20260101", False, id="compact-date"),
        pytest.param("date-time", "1985-04-12T23:20:50.52Z", True, id="rfc3339"),
        pytest.param("date-time", "1996-12-19T16:39:57-08:00", True, id="offset"),
        pytest.param("date-time", "1990-12-31T23:59:60Z", True, id="leap-second"),
        pytest.param("date-time", "1990-12-31T15:59:60-08:00", True, id="leap-second-elsewhere"),
        pytest.param("date-time", "1990-12-31T22:59:60Z", False, id="leap-second-within-a-day"),
        pytest.param("date-time", "2021-08-19T18:27Z", False, id="no-seconds"),
        pytest.param("date-time", "2021-05-13 10:33:00Z", False, id="blank"),
        pytest.param("date-time", "2021-05-13T10:33:00", False, id="no-offset"),
        pytest.param("date-time", "2021-05-13T24:00:00Z", False, id="hour-24"),
        pytest.param("uuid", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", True, id="uuid"),
        pytest.param("uuid", "f81d4fae7dec11d0a76500a0c91e6bf6", False, id="uuid-without-hyphens"),
        pytest.param("npi", "1234567893", True, id="npi"),
        pytest.param("npi", "1234567890", False, id="npi-check-digit"),
        pytest.param("byte", "aGVsbG8=", True, id="base64"),
        pytest.param("byte", "aGVsbG8", False, id="base64-without-padding"),
        pytest.param("byte", "a_b-", False, id="base64-for-urls"),
        pytest.param("ipv4", "10.0.0.1", True, id="ipv4"),
        pytest.param("ipv4", "10.0.0.256", False, id="ipv4-byte"),
        pytest.param("ipv4", "10.0.0.01", False, id="ipv4-zero"),
        pytest.param("ipv6", "::1", True, id="ipv6"),
        pytest.param("ipv6", "fe80::1%eth0", False, id="ipv6-zone"),
    ],
)
def test_format_accepts_what_its_standard_does(name: str, text: str, expected: bool) -> None:
    assert FORMATS[name](text) is expected
    assert format_checker().conforms(text, name) is expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("email", "a.b+c@example.org", True, id="email"),
        pytest.param("email", '"a b"@example.org', True, id="email-quoted"),
        pytest.param("email", "a@[127.0.0.1]", True, id="email-address"),
        pytest.param("email", "a..b@example.org", False, id="email-dots"),
        pytest.param("email", "a.example.org", False, id="email-without-at"),
        pytest.param("uri", "https://a.example/b?c=d#e", True, id="uri"),
        pytest.param("uri", "urn:example:a", True, id="urn"),
        pytest.param("uri", "/b", False, id="uri-without-scheme"),
        pytest.param("uri", "https://a.example/a b", False, id="uri-blank"),
        pytest.param("uri", "https://a.example/%zz", False, id="uri-escape"),
        pytest.param("uri", "https://[::1]:80/", True, id="uri-ipv6"),
        pytest.param("uri-reference", "../b#c", True, id="reference"),
        pytest.param("uri-reference", "a\\b", False, id="reference-backslash"),
        pytest.param("iri", "https://exämple.example/ä", True, id="iri"),
        pytest.param("uri", "https://exämple.example/", False, id="uri-umlaut"),
        pytest.param("hostname", "www.example.com", True, id="hostname"),
        pytest.param("hostname", "-a.example", False, id="hostname-hyphen"),
        pytest.param("hostname", "a" * 64, False, id="hostname-label"),
        pytest.param("hostname", "xn--4gbwdl.xn--wgbh1c", True, id="hostname-punycode"),
        pytest.param("hostname", "XN--4GBWDL", True, id="hostname-punycode-capitals"),
        pytest.param("hostname", "xn--X", False, id="hostname-no-punycode"),
        pytest.param("hostname", "ab--cd.example", True, id="hostname-hyphens"),
        pytest.param("hostname", "a.example.", False, id="hostname-root"),
        pytest.param("hostname", "실례.테스트", False, id="hostname-not-ascii"),
        pytest.param("idn-hostname", "실례.테스트", True, id="idn-hostname"),
        pytest.param("idn-hostname", "www.example.com", True, id="idn-hostname-ascii"),
        pytest.param("idn-hostname", "l·l", True, id="idn-hostname-dot-between-l"),
        pytest.param("idn-hostname", "a·l", False, id="idn-hostname-dot-elsewhere"),
        pytest.param("idn-hostname", "\u0903hello", False, id="idn-hostname-combining-first"),
        pytest.param("idn-hostname", "〮한국", False, id="idn-hostname-disallowed"),
        pytest.param("idn-hostname", "ä_b", False, id="idn-hostname-underscore"),
        pytest.param("idn-hostname", "ä。b", True, id="idn-hostname-ideographic-dot"),
        pytest.param("idn-hostname", "ä.", False, id="idn-hostname-root"),
        pytest.param("idn-hostname", "ä" * 64, False, id="idn-hostname-label"),
        pytest.param("idn-hostname", "ä\ud800", False, id="idn-hostname-surrogate"),
        pytest.param("idn-hostname", "", False, id="idn-hostname-empty"),
        pytest.param("idn-email", "실례@실례.테스트", True, id="idn-email"),
        pytest.param("idn-email", "a.b@example.org", True, id="idn-email-ascii"),
        pytest.param("idn-email", '"ä b"@example.org', True, id="idn-email-quoted"),
        pytest.param("idn-email", "ä..b@example.org", False, id="idn-email-dots"),
        pytest.param("idn-email", "a@b@example.org", False, id="idn-email-two-at"),
        pytest.param("idn-email", "ä@-example", False, id="idn-email-domain"),
        pytest.param("email", "ä@example.org", False, id="email-not-ascii"),
        pytest.param("email", "a@[IPv6:::1]", True, id="email-ipv6"),
        pytest.param("email", "a@[127.0.0.0.1]", False, id="email-no-ipv4"),
        pytest.param("email", "a@[IPv6:zz]", False, id="email-no-ipv6"),
        pytest.param("uri-template", "/a/{b,c}{?d*}", True, id="template"),
        pytest.param("uri-template", "/a/{b", False, id="template-open"),
        pytest.param("json-pointer", "/a~1b", True, id="pointer"),
        pytest.param("json-pointer", "a", False, id="pointer-without-slash"),
        pytest.param("relative-json-pointer", "1/a", True, id="relative-pointer"),
        pytest.param("relative-json-pointer", "01", False, id="relative-pointer-zero"),
        pytest.param("duration", "P1DT2H", True, id="duration"),
        pytest.param("duration", "P1Y1D", False, id="duration-gap"),
        pytest.param("duration", "P", False, id="duration-empty"),
        pytest.param("time", "08:30:06.283185Z", True, id="time"),
        pytest.param("time", "08:30:06", False, id="time-without-offset"),
        pytest.param("regex", r"^\p{L}$", True, id="regex"),
        pytest.param("regex", "a++", False, id="no-regex"),
    ],
)
def test_open_format_accepts_what_its_standard_does(name: str, text: str, expected: bool) -> None:
    assert OPEN_FORMATS[name](text) is expected
    assert format_checker(Formats.ALL).conforms(text, name) is expected
    assert format_checker(Formats.STANDARD).conforms(text, name)
    assert format_checker(Formats.NONE).conforms(text, name)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param("int32", 2147483647, True, id="largest"),
        pytest.param("int32", 2147483648, False, id="beyond"),
        pytest.param("int32", -2147483649, False, id="below"),
        pytest.param("int32", 1.0, True, id="by-value"),
        pytest.param("int64", 9223372036854775807, True, id="largest-of-64-bits"),
        pytest.param("int64", 9223372036854775808, False, id="beyond-64-bits"),
        pytest.param("int64", Decimal("1e400"), False, id="far-beyond"),
        pytest.param("int64", "9223372036854775808", True, id="text"),
        pytest.param("int32", True, True, id="boolean"),
    ],
)
def test_integers_have_the_range_of_their_format(name: str, value: object, expected: bool) -> None:
    assert format_checker().conforms(value, name) is expected
    assert format_checker(Formats.NONE).conforms(value, name)


DOCUMENT = """\
openapi: 3.0.3
info: {title: F, version: '1'}
x-formats: MODE
paths:
  /a:
    get:
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {type: object, properties: {site: {type: string, format: uri}, day: {type: string, format: date}}}
"""


@pytest.mark.parametrize(
    ("mode", "body", "expected"),
    [
        pytest.param("standard", {"site": "/a"}, [("contract.format", "warn")], id="open"),
        pytest.param("standard", {"day": "x"}, [("contract.schema", "fail")], id="closed"),
        pytest.param("all", {"site": "/a"}, [("contract.schema", "fail")], id="all"),
        pytest.param("none", {"site": "/a", "day": "x"}, [], id="none"),
        pytest.param("standard", {"site": "urn:a", "day": "2026-01-02"}, [], id="kept"),
    ],
)
def test_the_document_says_which_formats_assert(
    mode: str, body: object, expected: list[tuple[str, str]]
) -> None:
    api = build_api(parse(DOCUMENT.replace("MODE", mode)), "f")
    response = Response(200, (("content-type", "application/json"),), json.dumps(body).encode())

    checks = judge(api, api.operations[0], response)

    assert [(e.name, e.status.value) for e in checks if e.status is not Status.PASS] == expected


def test_format_says_nothing_about_other_types_and_unknown_formats() -> None:
    checker = format_checker()

    assert checker.conforms(5, "date")
    assert checker.conforms("no", "tooth-numbers")
