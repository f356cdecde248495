"""Fetch an OpenAPI document from the network: bounded, and from the host that was named only."""

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from harness import limits
from harness.client.http import Client, Send, Time
from harness.client.redaction import Redactor
from harness.config import Environment
from harness.errors import DocumentError, ForbiddenTarget, Unreachable
from harness.exchange import Request, Response
from harness.hosts import host_of, is_production
from harness.openapi.location import without_secrets
from harness.source import Source

MAX_REDIRECTS = 5
TIMEOUT_SECONDS = 10.0
DEADLINE_SECONDS = 60.0

_REDIRECTS = (301, 302, 303, 307, 308)
_ACCEPTED = "application/json, application/yaml, text/yaml, */*;q=0.5"


def download(url: str, environment: Environment, *, time: Time) -> bytes:
    """Return what stands at a URL, through the environment's proxy and with its CA.

    Raises Unreachable, ForbiddenTarget (another host), DocumentError (a web page, not a document).
    """
    if is_production(host_of(url)):
        raise ForbiddenTarget(
            f"{host_of(url)} serves the vendor's API, not documents.",
            advice="Download the document from the vendor's portal and import the file.",
        )
    # Bounded as documents are, and allowed to reach the host that was named alone.
    narrowed = replace(
        environment,
        allowed_hosts=(host_of(url),),
        allow_plain_http=True,  # a document holds no secret, and is asked for without one
        requests_per_second=0.0,
        timeout_seconds=TIMEOUT_SECONDS,
        deadline_seconds=DEADLINE_SECONDS,
        max_answer_bytes=limits.current().size_bytes,
    )
    client = Client(narrowed, time=time, redactor=Redactor(), record=lambda _: None)
    try:
        return followed(client.bound("spec/import"), url)
    finally:
        client.close()


def followed(send: Send, url: str) -> bytes:
    """Return what stands at a URL, also where its own host has moved it."""
    # Bounded, for redirects may lead in a circle.
    for _ in range(MAX_REDIRECTS):
        response = _answer(send, url)
        target = response.header("location")
        if response.status not in _REDIRECTS or not target:
            return _body(response, url)
        url = _next(url, target)
    raise DocumentError(f"redirects more than {MAX_REDIRECTS} times.", source=_place(url))


def _answer(send: Send, url: str) -> Response:
    exchange = send(Request("GET", url, (("accept", _ACCEPTED),)))
    if exchange.response is None:
        advice = "Check the address, or download the file and import that."
        raise Unreachable(
            f"cannot be fetched: {exchange.failure}.", source=_place(url), advice=advice
        )
    return exchange.response


def _next(url: str, target: str) -> str:
    """Return where a redirect leads. Raises ForbiddenTarget for another host, or a way in the open."""
    # A Location may be relative (RFC 9110, 10.2.2).
    found = urljoin(url, target)
    here, there = urlsplit(url), urlsplit(found)
    if host_of(found) != host_of(url) or (here.scheme, there.scheme) == ("https", "http"):
        raise ForbiddenTarget(
            f"redirects to {without_secrets(found)}, which was not asked for.",
            source=_place(url),
            advice="Import that address if it is the right one.",
        )
    return found


def _body(response: Response, url: str) -> bytes:
    if response.status != 200:
        what = f"answers with the status {response.status}."
        raise DocumentError(what, source=_place(url), advice="Check the address.")
    # Portals answer with a page where a login is missing, often with 200.
    start = response.body[:200].lstrip().lower()
    if "html" in response.media_type or start.startswith((b"<!doctype", b"<html")):
        what = "is a web page (HTML), not an OpenAPI document."
        advice = "Find its link to the JSON or YAML file, or download that and import it."
        raise DocumentError(what, source=_place(url), advice=advice)
    return response.body


def _place(url: str) -> Source:
    return Source(without_secrets(url))
