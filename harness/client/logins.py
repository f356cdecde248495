"""Treat a user and password in an address as the credential that they are."""

import base64
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import unquote

from harness.client.redaction import Redactor
from harness.exchange import Request, header
from harness.hosts import Login, login_of, origin_of, without_login


def moved_to_header(request: Request, known: Iterable[Login]) -> Request:
    """Return a request whose login stands in `Authorization`; in the URL every report would show it.

    A request that brings its own `Authorization` keeps it: a bearer token is what the API asks for.
    """
    login = login_of(request.url)
    if login is None:
        origin = origin_of(request.url)
        login = next((candidate for candidate in known if candidate.origin == origin), None)
    request = replace(request, url=without_login(request.url))
    if login is None or header(request.headers, "authorization") is not None:
        return request
    return replace(request, headers=(*request.headers, ("Authorization", f"Basic {_basic(login)}")))


def learn(redactor: Redactor, logins: Iterable[Login | None]) -> None:
    """Have passwords masked from now on, also as they are spelt in a Basic header."""
    for login in logins:
        if login is not None:
            user, _, password = login.userinfo.partition(":")
            secret = password or user
            for each in (_basic(login), secret, unquote(secret)):
                redactor.learn(each)


def _basic(login: Login) -> str:
    user, _, password = login.userinfo.partition(":")
    return base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
