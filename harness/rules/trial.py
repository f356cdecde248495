"""Try a rule, once or on generated data with the shortest failing example kept, and judge what holds for every answer."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from email.message import Message
from urllib.parse import parse_qs
from zlib import crc32

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import Flaky

from harness.errors import HarnessError
from harness.exchange import Exchange, Request, Response, header
from harness.jsonvalue import Json, members, text
from harness.openapi.media_type import is_json
from harness.outcome import Attribution, Check, Status
from harness.rules.answers import has_trace
from harness.rules.rule import AnyRule, Trial
from harness.rules.target import NoAnswer, Target
from harness.strategies.drawing import prepare_drawing


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try: examples a rule, the run's seed, and whether failures are shrunk."""

    examples: int
    seed: int
    shrink: bool = True

    def stream(self, case: str) -> int:
        """Return a case's own seed, so that adding a case leaves the others' data as it was."""
        # Not hash(), which differs from process to process: a run has to be repeatable.
        return crc32(f"{self.seed}/{case}".encode())

    def settings(self) -> settings:
        """Return the settings for Hypothesis: nothing kept, no deadline, failures shrunk if wanted."""
        return settings(
            max_examples=self.examples,
            # The time of a trial is that of the network, which says nothing of the promise.
            deadline=None,
            # Examples of an earlier run would make this one depend on it.
            database=None,
            derandomize=False,
            phases=(Phase.generate, *((Phase.shrink,) if self.shrink else ())),
            # Several failing examples would be raised as a group that hides their checks.
            report_multiple_bugs=False,
            print_blob=False,
            # They warn of slow or picky strategies, which is a matter for our own tests.
            suppress_health_check=list(HealthCheck),
        )


class Falsified(Exception):
    """Carries the checks of a failing trial through Hypothesis, which keeps the simplest."""

    def __init__(self, checks: tuple[Check, ...]) -> None:
        super().__init__("falsified")
        self.checks = checks


def try_rule(rule: AnyRule, target: Target, effort: Effort) -> tuple[Check, ...]:
    """Return the checks of the simplest failing trial, or of the last one where all passed."""
    if not rule.draws:
        return _checks(rule.once, target)
    prepare_drawing()
    trials = _Trials(target)
    run = seed(effort.stream(rule.id))(effort.settings()(rule.on_drawn(trials.attempt)))
    try:
        run()
    except Falsified as found:
        return found.checks
    # Raised where the same data failed and then passed, or where the target went away in between.
    except Flaky:
        if not trials.last_failure and trials.stopped_by is not None:
            raise trials.stopped_by from None
        # Failed once and not again on the same data: still a broken promise, and we say so.
        return (*trials.last_failure, unsteady())
    if trials.stopped_by is not None:
        raise trials.stopped_by
    return trials.last


class _Trials:
    """What happened so far; after the target went away nothing more is sent."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.last: tuple[Check, ...] = ()
        self.last_failure: tuple[Check, ...] = ()
        self.stopped_by: HarnessError | None = None

    def attempt(self, trial: Trial) -> None:
        # Raising through Hypothesis would have it shrink and retry against a target that is gone.
        if self.stopped_by is not None:
            return
        try:
            checks = _checks(trial, self._target)
        except HarnessError as problem:
            self.stopped_by = problem
            return
        self.last = checks
        if any(check.status is Status.FAIL for check in checks):
            # Kept beside the exception, which Hypothesis drops where it finds the failure unsteady.
            self.last_failure = checks
            raise Falsified(checks)


def _checks(trial: Trial, target: Target) -> tuple[Check, ...]:
    exchanges: list[Exchange] = []
    observed: list[Check] = []

    def send(request: Request) -> Exchange:
        # Counted here and not in the client: only what this trial sent is judged with it.
        exchanges.append(target.send(request))
        observed.extend(target.observe(exchanges[-1]))
        return exchanges[-1]

    try:
        checks = tuple(trial(replace(target, send=send)))
    except NoAnswer as silence:
        # What was verified before is dropped with the generator: the silence is the finding.
        checks = (no_answer(silence),)
    return (*checks, *invariant_violations(exchanges), *observed)


def no_answer(silence: NoAnswer) -> Check:
    """Return the check that a living target failed by giving no answer, or that we could not ask it."""
    is_ours = silence.exchange.is_unsent
    return Check(
        name="response",
        status=Status.ERROR if is_ours else Status.FAIL,
        attribution=Attribution.HARNESS if is_ours else Attribution.API,
        expected="an HTTP response",
        actual=silence.exchange.failure,
        exchange=silence.exchange.id,
    )


def unsteady() -> Check:
    """Return the check that a target failed by failing once and not again."""
    return Check(
        name="steady",
        status=Status.FAIL,
        expected="the same answers to the same requests",
        actual="it failed once and passed when repeated",
    )


# US-ASCII is a subset of UTF-8; JSON between systems is UTF-8 (RFC 8259, 8.1).
_CHARSETS = ("", "utf-8", "utf8", "us-ascii")
# Shorter test secrets would be found by chance in ids and texts.
_LEAST_SECRET = 8
# Other tokens may be words of an answer (a test token "token"), a JWT is none.
_JWT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*")


def invariant_violations(exchanges: Iterable[Exchange]) -> Iterator[Check]:
    """Yield a failed check for each promise that an answer among these breaks."""
    for exchange in exchanges:
        if exchange.response is not None:
            if coding := exchange.response.packed_as:
                # A server SHOULD not send a coding that nobody asked for (RFC 9110, 12.5.3).
                wanted = "a content coding that was asked for"
                yield Check("wire.encoding", Status.WARN, wanted, coding, exchange=exchange.id)
            for name, expected, actual in _violations_in(exchange.request, exchange.response):
                yield Check(name, Status.FAIL, expected, actual, exchange=exchange.id)


def _violations_in(request: Request, response: Response) -> Iterator[tuple[str, str, str]]:
    # A body in a coding that we did not ask for is not decoded, so nothing can be said of its text.
    if is_json(response.media_type) and not response.packed_as:
        charset = _charset(response)
        if charset not in _CHARSETS:
            yield "wire.charset", "UTF-8, as JSON always is", charset
        problem = _problem(response.body)
        if problem:
            yield "wire.json", "JSON that every reader reads alike", problem
        if has_trace(response.body):
            yield "wire.trace", "no stack trace", "a stack trace"
    place = _place_of_secret(request, response)
    if place:
        yield "wire.secret", "no token or secret of the caller's", f"one in {place}"


def _charset(response: Response) -> str:
    message = Message()
    message["content-type"] = response.header("content-type") or ""
    return str(message.get_content_charset() or "")


def _problem(body: bytes) -> str:
    """Describe what keeps a body from being JSON with one meaning (RFC 8259, sections 4, 6 and 8.1)."""
    if not body:
        return ""  # a gateway may name a type for an answer without a body
    try:
        json.loads(
            body.decode("utf-8"), object_pairs_hook=_members_once, parse_constant=_no_constant
        )
    # Parsers recurse; those of other languages often have a smaller stack than this one.
    except RecursionError:
        return "nested too deeply"
    except ValueError as problem:
        # Parsers quote what they stumble over, which may be long.
        return str(problem)[:160]
    return ""


def _members_once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    # Of two members with one name each reader picks another (RFC 8259, 4), as attackers know.
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {twice} twice in one object")
    return found


def _no_constant(name: str) -> Json:
    # NaN and the infinities are no JSON (RFC 8259, 6), though Python writes and reads them.
    raise ValueError(f"{name}, which JSON does not know")


def _place_of_secret(request: Request, response: Response) -> str:
    # One place is enough: the report names it, and what leaked is not to be listed.
    for secret in _secrets(request):
        if any(secret in value for _, value in response.headers):
            return "a header"
        if secret.encode() in response.body:
            return "the body"
    return ""


def _secrets(request: Request) -> Iterator[str]:
    """Yield the token that a request carries, if it looks like one, and the client secret it holds."""
    token = (header(request.headers, "authorization") or "").rpartition(" ")[2]
    if _JWT.fullmatch(token):
        yield token
    secret = _client_secret(request)
    if len(secret) >= _LEAST_SECRET:
        yield secret


def _client_secret(request: Request) -> str:
    # Cheaper than parsing each body, and only token requests hold one.
    if b"client_secret" not in request.body:
        return ""
    try:
        return text(members(json.loads(request.body)).get("client_secret"))
    # No JSON: the other way to write a token request is a form (RFC 6749, 4.4.2).
    except (ValueError, RecursionError):
        form = parse_qs(request.body.decode("utf-8", "replace"))
        return next(iter(form.get("client_secret", [])), "")
