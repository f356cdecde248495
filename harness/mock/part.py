"""What a product brings to the mock: its endpoints, its faults, and its words for what went wrong."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route

from harness.jsonvalue import Json
from harness.mock.fault import ActiveFaults, Fault
from harness.mock.gate import Gate
from harness.mock.reply import Reply
from harness.mock.settings import Client, MockSettings
from harness.mock.tokens import Tokens
from harness.mock.tolerances import Tolerance
from harness.product import ProductFacts

PROBLEM = "application/problem+json"


class MockApi(Protocol):
    """Endpoints of an API; a class with routes is one."""

    def routes(self) -> Sequence[Route]:
        """Return the routes in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class MockContext:
    """What the endpoints of a product are made with."""

    settings: MockSettings
    faults: ActiveFaults
    gate: Gate
    """It lets in who is entitled to this product."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What no endpoint answers: no route, no token, a body that cannot be read, a bug of the mock."""

    path: str
    status: int
    sentence: str
    headers: tuple[tuple[str, str], ...]
    now: datetime
    is_bug: bool = False


def plain_failure(failure: Failure) -> Reply:
    """Return a problem (RFC 9457): the words for paths of nobody and of products without their own."""
    body: Json = {
        "type": "about:blank",
        "title": HTTPStatus(failure.status).phrase,
        "status": failure.status,
        "detail": failure.sentence,
    }
    return Reply(failure.status, body, PROBLEM, failure.headers)


@dataclass(frozen=True, slots=True)
class PageContext:
    """What a section of the page at the mock's root is written with."""

    settings: MockSettings
    base: str
    """The URL under which the mock is reached, escaped."""
    curl: str
    """How curl is called here, escaped."""
    facts: tuple[ProductFacts, ...] = ()
    """The products that are served."""


def _no_page(_: PageContext) -> str:
    return ""


def _no_apis(_: MockContext) -> Iterable[MockApi]:
    return ()


@dataclass(frozen=True, slots=True)
class MockPart:
    """One product's share of the mock."""

    apis: Callable[[MockContext], Iterable[MockApi]] = _no_apis
    failure: Callable[[Failure], Reply] = plain_failure
    faults: tuple[Fault, ...] = ()
    tolerances: tuple[Tolerance, ...] = ()
    open_paths: Mapping[str, str] = field(default_factory=dict)
    """Faults that let anybody in, each with the path below which it does."""
    words_entitlement: bool = False
    """Clients without this product are refused by the product itself, in words of its own."""
    roles: tuple[str, ...] = ()
    """What a client of this product may be besides being entitled to it."""
    page: Callable[[PageContext], str] = _no_page
    """Returns a section of the page at the mock's root, as HTML."""


@dataclass(frozen=True, slots=True)
class TokenContext:
    """What token endpoints are made with."""

    settings: MockSettings
    faults: ActiveFaults
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class SharedPart:
    """What all products of a mock share: token endpoints, and clients to try them with."""

    paths: tuple[str, ...]
    """Where the token endpoints are."""
    apis: Callable[[TokenContext], Iterable[MockApi]]
    failure: Callable[[Failure], Reply]
    page: Callable[[PageContext], str]
    faults: tuple[Fault, ...] = ()
    tolerances: tuple[Tolerance, ...] = ()
    clients: tuple[Client, ...] = ()
    """Clients beyond those that every mock knows."""


@dataclass(frozen=True, slots=True)
class MockProduct:
    """A product with its share of the mock."""

    facts: ProductFacts
    part: MockPart


HEADER = "x-mock-trouble"


def trouble(request: Request, known: Mapping[str, str]) -> str:
    """Return what a call's trouble stands for, empty where it asks for none; 400 for one there is not."""
    # Each endpoint asks after its own checks, so that a bad request stays refused as such.
    asked = request.headers.get(HEADER, "")
    # A misspelt trouble would otherwise pass as a healthy call.
    if asked and asked not in known:
        named = f"; {next(iter(known))} is the one there is" if len(known) == 1 else ""
        raise HTTPException(400, f"There is no such trouble here{named}.")
    return known.get(asked, "")


def has_trouble(request: Request, name: str) -> bool:
    """Return whether a call asks for this trouble; 400 where it asks for another one."""
    return trouble(request, {name: name}) == name
