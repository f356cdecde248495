"""Recognise a host however it is spelt, and know the vendor's hosts by name.

Everything that compares hosts does so by `canonical`, so that no spelling passes one comparison and
fails the next one.
"""

import re
import socket
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, unquote, urlsplit

SANDBOX_HOST = "sandbox-apigw.optum.com"
PRODUCTION_HOST = "apigw.optum.com"
VENDOR_DOMAIN = "optum.com"
DOCUMENT_HOSTS = ("developer.optum.com",)
"""Hosts of the vendor that publish documents and serve no API."""
MISPRINTS = ("apigw-optum.com", "sandbox-apigw-optum.com")
"""Hosts that the vendor's documents print by mistake; whoever owns them is not the vendor."""

# Invisible in a name, so that two spellings of one host would look alike and compare otherwise.
_IGNORED = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
"""What IDNA maps to nothing (UTS #46), and marks that only change how a name is shown."""
_SEPARATORS = re.compile("[.\u3002]")
"""After NFKC these are the only ones left of the dots that IDNA knows (RFC 3490, 3.1)."""
# What ends a host, or cannot stand in one: such a text is compared with nothing.
_NO_HOST = re.compile(r"[\s/?#@\\\x00-\x1f\x7f<>^|`{}\"]")
# Greedy: up to the last '@' before the path, where urllib ends a login as well.
_AUTHORITY = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)@")
# Within running text, where quotes and angle brackets end an address; bounded, since texts are
# long.
_LOGIN_WITHIN = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,20}://)[^\s/?#\"'<>]+@")
# inet_aton takes hexadecimal and octal as well, and so do many clients.
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")


@dataclass(frozen=True, slots=True)
class Login:
    """What stood before the host of a URL: a credential of whoever serves that origin."""

    origin: str
    userinfo: str = field(repr=False)
    """`user:password`, as spelt in the URL."""


@dataclass(frozen=True, slots=True)
class Address:
    """The part of a URL that says where a request goes."""

    scheme: str
    host: str
    """Canonical."""


# A run compares a handful of hosts with every request.
@lru_cache(maxsize=4096)
def canonical(host: str) -> str:
    """Return the one spelling by which a host is compared; empty where it cannot be a host."""
    # The zone of an IPv6 address (RFC 4007, 11) is this machine's own business.
    text = unquote(host).strip().removeprefix("[").removesuffix("]").partition("%")[0]
    # NFKC may bring forth what has to be ignored, so that is removed before and after it.
    text = _IGNORED.sub("", unicodedata.normalize("NFKC", _IGNORED.sub("", text))).casefold()
    if _NO_HOST.search(text):
        return ""
    if ":" in text:
        return _ipv6(text)
    # Empty labels are dropped: a dot at the end changes nothing of where a name leads.
    labels = [_label(each) for each in _SEPARATORS.split(text) if each]
    # Before the name, since '0x7f.1' is an address to whoever connects.
    return _ipv4(labels) or ".".join(labels)


def host_in(entry: str) -> str:
    """Return the canonical host that a setting names, also where it was given as a URL or with a port."""
    text = entry.strip()
    _, slashes, rest = text.partition("://")
    # The last '@' ends the login, in which others may stand.
    authority = re.split(r"[/?#]", rest if slashes else text, maxsplit=1)[0].rpartition("@")[2]
    bracketed = re.fullmatch(r"(\[[^\]]*\])(?::\d*)?", authority)
    if bracketed:
        return canonical(bracketed[1])
    name, colon, port = authority.rpartition(":")
    # A name with further colons is an IPv6 address without brackets, and its end is no port.
    has_port = colon and ":" not in name and (not port or port.isdecimal())
    return canonical(name if has_port else authority)


def address_of(url: str) -> Address | None:
    """Return where a URL leads; None where it names no host that HTTP could reach."""
    try:
        parts = urlsplit(url)
        host, port = canonical(parts.hostname or ""), parts.port
    except (
        ValueError
    ):  # brackets that do not match, signs that normalise to separators, no such port
        return None
    is_http = parts.scheme in ("http", "https") and port != 0
    # A backslash ends the host for some readers and not for others.
    is_whole = is_http and host and "\\" not in parts.netloc
    return Address(parts.scheme, host) if is_whole else None


def split_url(url: str) -> SplitResult:
    """Take a URL apart; one that cannot be, for its brackets or its signs, has no parts."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def host_of(url: str) -> str:
    """Return the canonical host of a URL; empty where there is none."""
    address = address_of(url)
    return address.host if address else ""


def is_loopback(host: str) -> bool:
    """Return whether a host, however spelt, is this machine."""
    name = canonical(host)
    # 'localhost' leads to this machine wherever it is resolved (RFC 6761, 6.3).
    return name == "localhost" or (_is_ip(name) and ip_address(name).is_loopback)


def is_vendor(host: str) -> bool:
    """Return whether a host is the vendor's."""
    return _is_within(canonical(host), VENDOR_DOMAIN)


def is_sandbox(host: str) -> bool:
    """Return whether a host is the vendor's sandbox."""
    return _is_within(canonical(host), SANDBOX_HOST)


def is_production(host: str) -> bool:
    """Return whether a host may be the vendor's production: any of his but the sandbox and the portal."""
    name = canonical(host)
    return is_vendor(name) and not is_sandbox(name) and name not in DOCUMENT_HOSTS


def is_misprint(host: str) -> bool:
    """Return whether a host is one that the vendor's documents print by mistake."""
    return any(_is_within(canonical(host), each) for each in MISPRINTS)


def without_login(url: str) -> str:
    """Return a URL without the user and password before its host, and otherwise as it is spelt."""
    return _AUTHORITY.sub(r"\1", url)


def mask_logins(text: str) -> str:
    """Return text in which no address shows the user and password before its host."""
    return _LOGIN_WITHIN.sub(r"\1[masked]@", text) if "://" in text else text


def login_of(url: str) -> Login | None:
    """Return the user and password that stand in a URL."""
    match = _AUTHORITY.match(url)
    return Login(origin_of(without_login(url)), match[2]) if match and match[2] else None


def origin_of(url: str) -> str:
    """Return scheme, canonical host and port of a URL without a login; the scheme's own port is left out."""
    scheme, _, rest = url.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    host, port = host_in(authority), re.search(r":(\d+)$", authority)
    # A URL needs the brackets around an IPv6 address again (RFC 3986, 3.2.2): requests go to this one.
    host = f"[{host}]" if ":" in host else host
    # With and without its default port a URL has one origin (RFC 6454, 6.2).
    usual = {"http": "80", "https": "443"}.get(scheme.lower())
    suffix = f":{port[1]}" if port and port[1] != usual else ""
    return f"{scheme.lower()}://{host}{suffix}"


def _is_within(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def _is_ip(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _label(label: str) -> str:
    """Return a label as ASCII; one that only claims to be encoded is read as what it stands for."""
    try:
        if label.startswith("xn--"):
            decoded = label[4:].encode("ascii").decode("punycode")
            return decoded.casefold() if decoded.isascii() else label
        return label if label.isascii() else label.encode("idna").decode("ascii")
    except UnicodeError:
        return label


def _ipv4(labels: list[str]) -> str:
    """Return dotted decimals for any notation that inet_aton takes; empty where it is no address."""
    if not labels or not all(_NUMBER.fullmatch(each) for each in labels):
        return ""
    try:
        return str(IPv4Address(socket.inet_aton(".".join(labels))))
    except (OSError, ValueError):
        return ""


def _ipv6(text: str) -> str:
    try:
        address = IPv6Address(text)
    except ValueError:
        return ""
    return str(address.ipv4_mapped or address)
