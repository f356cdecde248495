"""Decide whether a request may leave for a host. The client asks before every one of them.

Whatever named the host (a flag, a variable, harness.yaml, a document, a redirect, a proxy), it is
judged here, after the one normalisation of `hosts`.
"""

from collections.abc import Iterable

from harness.config import Environment
from harness.errors import ConfigurationError, ForbiddenTarget
from harness.hosts import (
    PRODUCTION_HOST,
    SANDBOX_HOST,
    Address,
    Login,
    address_of,
    canonical,
    host_in,
    is_loopback,
    is_misprint,
    is_production,
    is_vendor,
    without_login,
)

LOADABLE = (
    "Name a server on this machine, or one of your own whose environment has load_allowed: true."
)

MEANT = "--i-mean-production"
"""The flag without which production is reached by nothing."""


class Guard:
    """The hosts that an environment may reach, and how."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        # An empty spelling is no host, and would allow every address that cannot be read.
        self._allowed = frozenset(map(host_in, environment.allowed_hosts)) - {""}
        # Through a proxy elsewhere even calls to this machine travel over a network.
        self._has_far_proxy = bool(environment.proxy) and not is_loopback(
            host_in(environment.proxy)
        )

    def check(self, scheme: str, host: str, *, carries_nothing: bool = False) -> None:
        """Refuse what may not be reached. Raises ForbiddenTarget.

        `carries_nothing`: the request has neither a header, nor a body, nor a login, so that over
        plain http nobody could read anything in it.
        """
        address = Address(scheme, canonical(host))
        # First what no list can allow, so that its own message is given and not that of a list.
        check_address(self._environment, address)
        if address.host not in self._allowed:
            raise ForbiddenTarget(
                f"'{host}' is not a host of environment '{self._environment.name}'.",
                advice="Add it to allowed_hosts in harness.yaml if it belongs there.",
            )
        if not carries_nothing:
            self.check_encrypted(address)

    def check_logins(self, logins: Iterable[Login | None]) -> None:
        """Refuse a login that another reader would take for the host: he ends it at the backslash."""
        # Browsers end the authority at a backslash (WHATWG URL), RFC 3986 does not: one address,
        # two hosts.
        if any(each is not None and "\\" in each.userinfo for each in logins):
            raise ForbiddenTarget(
                "an address has a backslash before its host, so that readers differ on the host.",
                advice="Write the login without it, as %5C.",
            )

    def check_header(self, host: str) -> None:
        """Refuse a Host header that would have a proxy or a gateway pass the request on to production."""
        _check_production(self._environment, host_in(host))
        # A load run must not reach the vendor by way of a gateway either.
        if self._environment.load_hosts is not None:
            _check_not_vendor(host_in(host))

    def check_base(self) -> None:
        """Refuse the environment's own base URL and proxy. Raises ConfigurationError."""
        # By its name as well, for production may stand behind any address of one's own.
        if self._environment.name == "production" and not self._environment.is_production_meant:
            raise _unmeant(self._environment.base_url)
        self.check_logins(self._environment.logins)
        if base := self._environment.base_url:
            check_url(self._environment, base)
        self.check_proxy()

    def check_proxy(self) -> None:
        """Refuse production under the name of a proxy: all requests would connect to it."""
        if proxy := self._environment.proxy:
            _check_production(self._environment, host_in(proxy))

    def check_encrypted(self, address: Address) -> None:
        """Refuse plain http where others can read along. Raises ForbiddenTarget."""
        if address.scheme == "https":
            return
        # Before loopback and flags: for the vendor's hosts nothing lifts this rule.
        if is_vendor(address.host):
            raise ForbiddenTarget(
                f"{address.host} is reached over https only.", advice="Change the address."
            )
        is_local = is_loopback(address.host) and not self._has_far_proxy
        if not (is_local or self._environment.allow_plain_http):
            raise _in_the_clear(address.host)


def check_url(environment: Environment, url: str) -> None:
    """Refuse an address that somebody named before anything is begun. Raises ConfigurationError."""
    address = address_of(url)
    if address is None:
        raise ConfigurationError(
            f"'{without_login(url)}' is not a base URL.",
            advice="Write it as https://host or http://127.0.0.1:PORT.",
        )
    check_address(environment, address)
    guard = Guard(environment)
    guard.check_logins(environment.logins)
    guard.check_encrypted(address)


def check_address(environment: Environment, address: Address) -> None:
    """Refuse what no list of hosts can allow: production unless it is meant, and misprints of it."""
    if is_misprint(address.host):
        raise ForbiddenTarget(
            f"{address.host} is a misprint in the vendor's documents, and not a host of his.",
            advice=f"Use {SANDBOX_HOST} or {PRODUCTION_HOST}.",
        )
    _check_production(environment, address.host)
    if environment.load_hosts is not None:
        _check_load(environment, address.host)


def _check_load(environment: Environment, host: str) -> None:
    """Refuse to put a host under load that has not agreed to it, and the vendor's whatever it is called."""
    proxy = host_in(environment.proxy)
    # A proxy receives the load as much as the target does.
    for each in (host, *([proxy] if proxy else ())):
        _check_not_vendor(each)
        if not is_loopback(each):
            _check_agreed(environment, canonical(each))


def _check_agreed(environment: Environment, host: str) -> None:
    # Consent to load is given for one environment, and never for one that counts as production.
    if environment.name == "production" or environment.like == "production":
        raise ForbiddenTarget(
            f"{host} is production by its environment, and production is never put under load.",
            advice=LOADABLE,
        )
    if host not in map(host_in, environment.load_hosts or ()):
        raise ForbiddenTarget(
            f"{host} is not on this machine, and nothing allows to put it under load.",
            advice="Give it an environment in harness.yaml with its base_url and"
            " capabilities: {load_allowed: true}, and name that with --env.",
        )


def _check_not_vendor(host: str) -> None:
    if is_vendor(host):
        raise ForbiddenTarget(
            f"{canonical(host)} is the vendor's, and is never put under load.", advice=LOADABLE
        )


def _check_production(environment: Environment, host: str) -> None:
    # The flag alone is not enough, nor is the name: either could be a slip.
    is_meant = environment.name == "production" and environment.is_production_meant
    if is_production(host) and not is_meant:
        raise _unmeant(canonical(host))


def _unmeant(place: str) -> ForbiddenTarget:
    return ForbiddenTarget(
        f"this would reach production ({place}).",
        advice=f"Add --env production {MEANT} if you mean it.",
    )


def _in_the_clear(host: str) -> ForbiddenTarget:
    return ForbiddenTarget(
        f"{host} would be called over plain http, where others can read credentials and patients.",
        advice="Use https; or set allow_plain_http: true for the environment in harness.yaml, or "
        "HARNESS_ALLOW_PLAIN_HTTP=true.",
    )
