"""Fail on request: a header of a call names what goes wrong behind the API that is called."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request

HEADER = "x-mock-trouble"


def trouble(request: Request, known: Mapping[str, str]) -> str:
    """Return what a call's trouble stands for, empty where it asks for none; 400 for one there is not."""
    asked = request.headers.get(HEADER, "")
    if asked and asked not in known:
        named = f"; {next(iter(known))} is the one there is" if len(known) == 1 else ""
        raise HTTPException(400, f"There is no such trouble here{named}.")
    return known.get(asked, "")


def has_trouble(request: Request, name: str) -> bool:
    """Return whether a call asks for this trouble; 400 where it asks for another one."""
    return trouble(request, {name: name}) == name
