"""Write a recorded request as one command that a person can paste into bash."""

import base64
import re
import shlex

from harness.exchange import Request, header

MASK = "[masked]"
"""What stands in a recorded request where a secret stood."""
MAX_BODY = 48 * 1024
"""Linux takes no single argument above 128 kB, and nobody reads a command of that length."""

_ABSENT = re.compile(rb"\[[\d,]+ bytes, sha256 [0-9a-f]{64}\]")
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNSAFE_IN_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SET_BY_CURL = frozenset(
    ("accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent")
)


def curl(request: Request) -> str:
    """Return the command; `$TOKEN` and `$CLIENT_SECRET` stand for what was masked."""
    command = " ".join(["curl", "-sS", "-i", *_method(request), *_url(request), *_headers(request)])
    if not request.body:
        return command
    if left_out := _left_out(request.body):
        return f"{command}  # body left out, {left_out}: see this case in record.jsonl"
    text = _pasteable(request.body)
    if text is not None and "\r" in text:
        return f"{command} --data-binary {_with_escapes(text)}"
    if text is None:
        encoded = base64.b64encode(request.body).decode("ascii")
        return f"base64 -d <<< '{encoded}' | {command} --data-binary @-"
    return f"{command} --data-raw {_quoted(text, '$CLIENT_SECRET')}"


def _left_out(body: bytes) -> str:
    if _ABSENT.fullmatch(body):
        return body.decode("ascii").strip("[]")
    return f"{len(body):,} bytes" if len(body) > MAX_BODY else ""


def _method(request: Request) -> tuple[str, ...]:
    implied = "POST" if request.body else "GET"
    if request.method == implied:
        return ()
    return ("--head",) if request.method == "HEAD" else ("-X", shlex.quote(request.method))


def _url(request: Request) -> tuple[str, ...]:
    # Without these curl would expand [] and {}, and fold /../ away before sending.
    globs = ("-g",) if re.search(r"[\[\]{}]", request.url) else ()
    dots = ("--path-as-is",) if "/." in request.url.partition("?")[0] else ()
    return (*globs, *dots, shlex.quote(_UNSAFE_IN_LINE.sub("", request.url)))


def _headers(request: Request) -> tuple[str, ...]:
    kept = [pair for pair in request.headers if pair[0].lower() not in _SET_BY_CURL]
    arguments = [part for name, value in kept for part in ("-H", _header(name, value))]
    if request.body and header(request.headers, "content-type") is None:
        arguments += ["-H", "'Content-Type:'"]
    return tuple(arguments)


def _header(name: str, value: str) -> str:
    value = _UNSAFE_IN_LINE.sub("", value)
    if name.lower() == "authorization":
        scheme = value.removesuffix(f" {MASK}")
        return f'"{name}: {scheme if scheme.isalpha() else "Bearer"} $TOKEN"'
    # curl drops a header without a value unless it ends with a semicolon.
    return _quoted(f"{name}: {value}" if value else f"{name};", "$SECRET")


def _quoted(text: str, variable: str) -> str:
    return shlex.quote(text).replace(MASK, f"'\"{variable}\"'")


def _with_escapes(text: str) -> str:
    """Quote text with line ends of the wire, as multipart has them, the way only bash reads it."""
    for sign, escaped in (("\\", "\\\\"), ("'", "\\'"), ("\r", "\\r"), ("\n", "\\n")):
        text = text.replace(sign, escaped)
    return f"$'{text}'"


def _pasteable(body: bytes) -> str | None:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _UNSAFE.search(text) else text
