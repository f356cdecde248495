"""Spellings of one host: what a person, a document or an attacker may write for the same address."""

from collections.abc import Iterator

PRODUCTION = "apigw.optum.com"
_DOTS = "\u3002\uff0e\uff61"
"""Ideographic, full-width and half-width full stop."""
_LOGINS = ("", "user@", "user:pass@", "127.0.0.1@", "sandbox-apigw.optum.com:443@", "a@b@")
_AFTER = (":443", ":8443", ":0443", ":", "/", "/v1", "?@127.0.0.1", "#@127.0.0.1", "/@127.0.0.1")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0f\u200e\u202e"


def hosts(host: str = PRODUCTION) -> Iterator[str]:
    """Give spellings of a host alone, each of which some reader takes for the host."""
    yield from (host, host.upper(), host.title(), host.swapcase().capitalize())
    yield from (f"{host}.", f"{host}..", f"{host.upper()}.", f".{host}")
    for dot in _DOTS:
        yield from (host.replace(".", dot), f"{host}{dot}", host.replace(".", dot, 1))
        yield host[::-1].replace(".", dot, 1)[::-1]
    for at, sign in enumerate(host):
        if sign != ".":
            yield host[:at] + chr(ord(sign) + 0xFEE0) + host[at + 1 :]  # full width
            yield host[:at] + chr(0x1D400 + ord(sign) - 97) + host[at + 1 :]  # mathematical
            yield host[:at] + chr(0x24D0 + ord(sign) - 97) + host[at + 1 :]  # circled
        yield f"{host[:at]}%{ord(sign):02X}{host[at + 1 :]}"
    for sign in _INVISIBLE:
        yield from (host[:3] + sign + host[3:], host + sign, sign + host)
    yield "".join(chr(ord(sign) + 0xFEE0) for sign in host)
    yield host.replace("apigw", "xn--apigw-")
    yield from (f"www.{host}", "api.optum.com", "optum.com", "OPTUM.COM.")


def urls(host: str = PRODUCTION) -> Iterator[str]:
    """Give addresses that lead to the host."""
    for each in hosts(host):
        yield f"https://{each}"
    for scheme in ("https://", "http://", "HTTPS://", "hTTp://"):
        for login in _LOGINS:
            yield from (f"{scheme}{login}{host}", f"{scheme}{login}{host}.:8443")
        for after in _AFTER:
            yield f"{scheme}{host}{after}"
    yield from (f"https://{host}\\@127.0.0.1", f"https://127.0.0.1\\@{host}", f"https:\\\\{host}")
    yield from (f" https://{host}", f"https://{host} ", f"https://\t{host}", f"https://{host}\n")
    yield from (f"https:/{host}", f"https:{host}", f"//{host}", host, f"https:///{host}")
