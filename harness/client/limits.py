"""Say of an answer that we cannot read it, although it may be within what HTTP and JSON allow.

Our limits are no fault of an API (RFC 8259, section 9, lets each reader set its own): whoever judges
such an answer can say nothing of it.
"""

import json
import re

MAX_DIGITS = 4300
"""Python converts no longer integers from text (CVE-2020-10735)."""
_SAFE_DEPTH = 500
"""What nests less deeply than this is read by everything here."""
_LONG_NUMBER = re.compile(rb"[0-9]{%d}" % (MAX_DIGITS + 1))


def exceeded(body: bytes) -> str:
    """Return which of our limits a body exceeds, in words; empty where it exceeds none."""
    if body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return ""
    if body.count(b"[") + body.count(b"{") > _SAFE_DEPTH and _is_deep(body):
        return "JSON nested more deeply than we read"
    if _LONG_NUMBER.search(body) and _has_long_number(body):
        return f"a number of more than {MAX_DIGITS:,} digits"
    return ""


def _is_deep(body: bytes) -> bool:
    depth = deepest = 0
    for sign in re.findall(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', body, re.DOTALL):
        if sign in (b"[", b"{"):
            depth += 1
            deepest = max(deepest, depth)
        elif sign in (b"]", b"}"):
            depth -= 1
    return deepest > _SAFE_DEPTH


def _has_long_number(body: bytes) -> bool:
    """Return whether digits beyond the limit are a number, and not in a text."""
    try:
        json.loads(body)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        return False
    except ValueError:
        return True
    return False
