"""Describe a case that did not pass: the check that decided, one sentence, and a command that sends its request again."""

import base64
import hashlib
import re
import shlex
from collections.abc import Callable, Mapping

from harness.difference import Difference, differences, plain, written
from harness.events import CasePlanned
from harness.exchange import Exchange, Request, header
from harness.outcome import TOKEN_CHECK, Attribution, Check, Outcome, Status
from harness.shortening import shortened
from harness.verdict.model import Finding, Judged
from harness.verdict.operations import TARGET_DOWN
from harness.verdict.scope import CLIENT
from harness.verdict.script_answers import is_left_out

MASK = "[masked]"
"""What stands in a recorded request where a secret stood."""
MAX_BODY = 48 * 1024
"""Linux takes no single argument above 128 kB, and nobody reads a command of that length."""

_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNSAFE_IN_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
SET_BY_CURL = frozenset(
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
    if is_left_out(body):
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
    kept = [pair for pair in request.headers if pair[0].lower() not in SET_BY_CURL]
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


_LONGEST = 120
_COUNT = re.compile(r"0|-?[1-9]\d*")
_PART = re.compile(r"response\.body part (.+)")
_UNITS = {"size": "byte", "lifetime": "second", "length": "byte"}
_STATUS = re.compile(r"\$statusCode is (\d{3})")


def sentence(check: str, expected: str, actual: str, where: str = "", message: str = "") -> str:
    """Return the sentence of a finding; it names no case and no operation, which stand beside it."""
    if not check:
        return _cut(message.partition("\n")[0]) or "It could not be judged."
    wanted, came = _cut(plain(expected)), _cut(plain(actual))
    if (words := _SPECIAL.get(check)) is not None:
        return words(wanted, came)
    if check == "status" or "$statusCode" in check:
        match = _STATUS.search(came)
        return f"The answer has status {match[1] if match else came}; {wanted} is promised."
    if (node := _node(expected, actual)) is not None:
        return _of_node(check, node)
    subject = _subject(check, where)
    return f"{subject} is {came or 'empty'}; {wanted or 'nothing'} is promised{_by(check, wanted, came)}."


_SPECIAL: Mapping[str, Callable[[str, str], str]] = {
    "response": lambda _, came: f"There is no answer: {came}.",
    TOKEN_CHECK: lambda _, came: f"There is no token to call with: {came}.",
    "error.code": lambda wanted, came: (
        f"A status of {came} and no error came; {wanted} is promised."
        if _COUNT.fullmatch(came)
        else f"The error {came} came; {wanted} is promised."
    ),
    "contract.schema": lambda wanted, came: f"The body breaks its schema: {wanted}, but {came}.",
}


def _subject(check: str, where: str) -> str:
    if (part := _PART.fullmatch(where)) is not None:
        return f"{check.rpartition('.')[2]} of the part '{part[1]}'"
    place = where.removeprefix("response.").replace("#", " ") if where else ""
    return f"{check} at {place}" if place and not place.startswith("step ") else check


def _node(expected: str, actual: str) -> Difference | None:
    """Return the node that two structures differ in, preferring what is not only a digest of others."""
    try:
        one, other = written(expected), written(actual)
    except ValueError:
        return None
    if not isinstance(one, dict | list) or not isinstance(other, dict | list):
        return None
    found = differences(one, other)
    readable = [
        difference
        for difference in found
        if not difference.name.lower().startswith(("sha", "md5", "digest"))
    ]
    return next(iter(readable or found), None)


def _of_node(check: str, node: Difference) -> str:
    place = node.pointer or "/"
    if node.is_missing:
        return f"{check}: {place} is missing."
    if node.is_unexpected:
        return f"{check}: {place} is there and should not be."
    wanted, came = str(node.expected), str(node.actual)
    return f"{check}: {place} is {_cut(came)}; {_cut(wanted)} is promised{_by(node.name, wanted, came)}."


def _by(check: str, expected: str, actual: str) -> str:
    """Return by how much two counts differ, with the unit that the check is known to have."""
    bare = actual.partition(" after: ")[0]
    if not (_COUNT.fullmatch(expected) and _COUNT.fullmatch(bare)):
        return ""
    unit = _UNITS.get(check.rpartition(".")[2])
    if unit is None:
        return ""
    by = int(bare) - int(expected)
    noun = unit if abs(by) == 1 else f"{unit}s"
    return f" ({abs(by):,} {noun} too {'many' if by > 0 else 'few'})"


def _cut(text: str) -> str:
    return shortened(" ".join(text.split()), _LONGEST)


_NOTHING = Check(name="", status=Status.NOT_RUN)


def fingerprint(case: str, operation: str, check: str, expected: str) -> str:
    """Return twelve hex digits that stay the same as long as the same thing is wrong."""
    seed = f"{case}:{operation}:{check}:{expected}"
    return hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:12]


def finding(
    judged: Judged, exchanges: Mapping[int, Exchange], check: Check | None = None
) -> Finding:
    """Return the finding of one case; its first bad check unless another is named."""
    outcome = judged.outcome or Outcome(judged.planned.case, Status.NOT_RUN)
    bad = check or outcome.first_bad or _NOTHING
    exchange = exchanges.get(bad.exchange)
    operation = exchange.request.operation if exchange else ""
    came = bad.actual or (exchange.failure if exchange else "")
    said = outcome.message or _skipped(outcome)
    actual = came or said
    message = judged.because or said or _absence(judged)
    is_client = judged.planned.kind == CLIENT
    return Finding(
        case=judged.planned.case,
        title=judged.planned.title,
        status=judged.status,
        requirements=judged.planned.requirements,
        check=bad.name,
        operation=operation,
        expected=bad.expected,
        actual=actual,
        where=bad.where,
        source=bad.source,
        message=message,
        attribution=_attribution(judged, bad),
        fingerprint=fingerprint(judged.planned.case, operation, bad.name, bad.expected),
        curl=curl(exchange.request) if exchange and not is_client else "",
        exchange=bad.exchange,
        waiver=judged.waiver,
        sentence=_sentence(judged, bad, came, message),
    )


def _attribution(judged: Judged, bad: Check) -> Attribution:
    """Return whose fault it is: of a target that is down, and of a run cut off, that of no contract."""
    if judged.outcome is None or judged.because.startswith(TARGET_DOWN):
        return Attribution.ENVIRONMENT
    return bad.attribution if bad.name else judged.outcome.attribution


def _sentence(judged: Judged, bad: Check, came: str, message: str) -> str:
    if judged.because.startswith(TARGET_DOWN):
        return f"{judged.because[:1].upper()}{judged.because[1:]}."
    if judged.planned.kind == CLIENT and bad.name:
        return _of_client(bad, came)
    return sentence(bad.name, bad.expected, came, bad.where, message)


def _of_client(check: Check, came: str) -> str:
    return f"Expected of the client: {check.expected or 'nothing'}; observed: {came or 'nothing'}."


def _skipped(outcome: Outcome) -> str:
    """Return what a case that could not be judged says of the reason."""
    skipped = (each.actual for each in outcome.checks if each.status is Status.SKIP)
    return next(skipped, "") if outcome.status is Status.SKIP else ""


def _absence(judged: Judged) -> str:
    return "" if judged.outcome else "planned, but the record holds no result of it"


def unplanned(outcome: Outcome) -> CasePlanned:
    """Stand in for the plan of a case that ran without having been planned."""
    api = outcome.case.partition("/")[0]
    return CasePlanned(case=outcome.case, title=outcome.case, api=api, group="unplanned")
