"""Fail on request: a header of a call names what goes wrong behind the API that is called."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from harness.products.dental.codes.errors import DENTAL_ERRORS

HEADER = "x-mock-trouble"
TEMPORARY, DOWN = "temporary", "down"
_KEYS = {error.code: error.key for error in DENTAL_ERRORS if not error.reachable}


def has_trouble(request: Request, name: str) -> bool:
    """Tell whether a call asks for this trouble; 400 where it asks for another one."""
    asked = request.headers.get(HEADER, "")
    if asked not in ("", name):
        raise HTTPException(400, f"There is no such trouble here; {name} is the one there is.")
    return asked == name


def dental_trouble(request: Request) -> str:
    """Return the message key of the error that a call asks for, empty where it asks for none."""
    asked = request.headers.get(HEADER, "")
    if asked and asked not in _KEYS:
        raise HTTPException(400, "There is no such trouble here.")
    return _KEYS.get(asked, "")
