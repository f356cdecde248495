import pytest

from harness import hosts
from tests import spellings


@pytest.mark.parametrize(
    ("spelt", "wanted"),
    [
        pytest.param("Example.COM", "example.com", id="case"),
        pytest.param("example.com.", "example.com", id="dot"),
        pytest.param("example\u3002com", "example.com", id="ideographic"),
        pytest.param("b\u00fccher.example", "xn--bcher-kva.example", id="idna"),
        pytest.param("xn--bcher-kva.example", "xn--bcher-kva.example", id="punycode"),
        pytest.param("0x7f.1", "127.0.0.1", id="hex"),
        pytest.param("017700000001", "127.0.0.1", id="octal"),
        pytest.param("[::FFFF:7f00:1]", "127.0.0.1", id="mapped"),
        pytest.param("[fe80::1%25eth0]", "fe80::1", id="zone"),
        pytest.param("exa mple.com", "", id="space"),
        pytest.param("a/b", "", id="slash"),
        pytest.param("\u2100.example", "", id="normalises-to-slash"),
        pytest.param("", "", id="empty"),
    ],
)
def test_a_host_has_one_spelling(spelt: str, wanted: str) -> None:
    assert hosts.canonical(spelt) == wanted


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        pytest.param("a.example:8080", "a.example", id="port"),
        pytest.param("https://u:p@A.example/x", "a.example", id="url"),
        pytest.param("[::1]:80", "::1", id="ipv6-port"),
        pytest.param("::1", "::1", id="ipv6"),
        pytest.param("a.example:", "a.example", id="colon"),
    ],
)
def test_a_setting_may_name_a_host_as_a_url(entry: str, wanted: str) -> None:
    assert hosts.host_in(entry) == wanted


@pytest.mark.parametrize("host", list(spellings.hosts()))
def test_production_is_recognised_in_every_spelling(host: str) -> None:
    assert hosts.is_production(host)


@pytest.mark.parametrize(
    "host",
    [
        "apigw.optum.com.example",
        "notoptum.com",
        "sandbox-apigw.optum.com",
        "developer.optum.com",
        "127.0.0.1",
        "",
    ],
)
def test_what_is_not_production_is_not_taken_for_it(host: str) -> None:
    assert not hosts.is_production(host)


@pytest.mark.parametrize(
    "url", ["https://a:b@c", "https://a%40b:c@d.example/x?y=z@w", "http://tok@h"]
)
def test_a_login_is_taken_out_of_an_address_and_nothing_else_changes(url: str) -> None:
    login = hosts.login_of(url)

    assert login is not None
    assert login.userinfo not in repr(login)
    assert url.replace(f"{login.userinfo}@", "") == hosts.without_login(url)
    assert hosts.login_of(hosts.without_login(url)) is None


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        pytest.param("https://API.example/a?b#c", "https://api.example", id="path"),
        pytest.param("HTTPS://api.example:443", "https://api.example", id="default-port"),
        pytest.param("http://api.example:443/", "http://api.example:443", id="other-port"),
        pytest.param("http://u:p@api.example:8080/x", "http://api.example:8080", id="login"),
        pytest.param("http://[::1]:8080/x", "http://[::1]:8080", id="ipv6"),
        pytest.param("http://[::1]", "http://[::1]", id="ipv6-default-port"),
    ],
)
def test_an_origin_has_one_spelling_and_is_a_url_itself(url: str, origin: str) -> None:
    assert hosts.origin_of(url) == origin
    assert hosts.origin_of(origin) == origin
