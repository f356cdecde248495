"""Drive Schemathesis over one operation of a loaded document and report what it found."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

import schemathesis
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import Interaction
from schemathesis.schemas import BaseSchema

from harness.client.multipart import Part
from harness.errors import Unreachable
from harness.jsonvalue import Json, items, members
from harness.openapi.model import Operation
from harness.outcome import Check, Status
from harness.rules.document.draft import Access
from harness.rules.fuzz.operation import Fuzzed, Fuzzing, not_tried
from harness.rules.fuzz.transport import AnyCase, ClientAdapter, routed_through
from harness.rules.target import Target
from harness.rules.trial import Effort
from harness.shortening import shortened
from harness.strategies.drawing import prepare_drawing

# Kinds of findings an operation reports: one cause often shows in many of them.
_MOST_FINDINGS = 20
MOST_EXAMPLES = 100
"""More of them find little: each costs ten times what a case of our own does."""
REQUESTS_AN_EXAMPLE = 40
"""The phase that covers a schema grows with it, and knows no bound of its own: a schema of a claim
gives some 1,500 requests, whatever number of examples is asked for."""
# Characters of a message; Schemathesis quotes whole bodies.
_CLIP = 300
_ON_STATUS = "status_code_conformance"
_ON_METHODS = ("not_a_server_error", "unsupported_method")
_REFUSES_METHOD = (403, 404, 501)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"


def fuzz(target: Target, fuzzing: Fuzzing, effort: Effort) -> Fuzzed:
    """Let Schemathesis try an operation.

    Raises Unreachable where the target went away, KeyboardInterrupt where the run was interrupted:
    the engine of Schemathesis catches Ctrl-C and ends as if it had tried everything.
    """
    prepare_drawing()
    effort = replace(effort, examples=min(effort.examples, MOST_EXAMPLES))
    run = _Run(target, fuzzing, REQUESTS_AN_EXAMPLE * effort.examples)
    adapter = ClientAdapter(target, fuzzing.operation, run.parts)
    schema = _schema(target, fuzzing, effort)
    _authorize(schema, target, fuzzing)
    with routed_through(adapter, run.record_case):
        stream = from_schema(schema).execute()
        run.stop = stream.stop
        for event in stream:
            # Our own call of `stop` is reported as an interruption too.
            if isinstance(event, events.Interrupted) and not run.is_full:
                raise KeyboardInterrupt
            run.take(event, adapter)
    if adapter.silent and not target.is_alive():
        raise Unreachable(f"{target.environment.base_url} did not answer any more.")
    return run.result(adapter)


def _schema(target: Target, fuzzing: Fuzzing, effort: Effort) -> BaseSchema:
    operation = fuzzing.operation
    formats = {**fuzzing.formats, PLAIN_TEXT: _plain_texts()}
    for name, strategy in formats.items():
        # Formats are global to Schemathesis; a later operation registers its own over them.
        schemathesis.openapi.format(name, strategy)
    api = target.apis[operation.api]
    document = prepared(_alone(api.root, operation), fuzzing.fixed, set(fuzzing.formats))
    config = SchemathesisConfig.from_dict(_config(target, fuzzing, effort))
    return schemathesis.openapi.from_dict(document, config=config).include(
        path=operation.path, method=operation.method
    )


def _alone(root: Json, operation: Operation) -> dict[str, Json]:
    """Return a document with the path of one operation: to read all of a large one each time takes long."""
    whole = dict(members(root))
    paths = members(whole.get("paths"))
    if operation.path in paths:
        whole["paths"] = {operation.path: paths[operation.path]}
    return whole


def _plain_texts() -> st.SearchStrategy[str]:
    # No length is drawn here that a limit of the API forbids; the limits are tried on their own.
    return st.text(_LETTERS, min_size=1, max_size=40)


def _config(target: Target, fuzzing: Fuzzing, effort: Effort) -> dict[str, object]:
    operation = fuzzing.operation
    base = operation.full_path.removesuffix(operation.path)
    named = {name: {"enabled": True} for name in fuzzing.checks}
    return {
        # The address may end with the path of the document's server or leave it out.
        "base-url": target.environment.base_url.rstrip("/").removesuffix(base) + base,
        "parameters": dict(fuzzing.parameters),
        "checks": {"enabled": not named, **named},
        "seed": effort.seed,
        # More threads would make the order of requests, and so the record, differ between runs.
        "workers": 1,
        "continue-on-failure": True,
        "cache": {"enabled": False},
        # Constants of our own source say nothing of the target, and loading them takes time.
        "analysis": {"constants": {"enabled": False}},
        "generation": {
            "database": "none",
            "max-examples": effort.examples,
            "no-shrink": not effort.shrink,
            # A NUL in a text is refused by most gateways before the API sees it.
            "allow-x00": False,
        },
        "phases": {
            # It sends hundreds of requests, which only a host that allows load may get.
            "coverage": {"enabled": target.environment.capabilities.load_allowed},
            # Sequences of calls are for the rules that know what belongs together.
            "stateful": {"enabled": False},
            "fuzzing": {
                "extra-data-sources": {"responses": False},
            },
        },
    }


def _authorize(schema: BaseSchema, target: Target, fuzzing: Fuzzing) -> None:
    @schema.auth()
    class Credentials:
        """Share the token of the rest of the run."""

        def get(self, _case: AnyCase, _context: object) -> Access:
            return fuzzing.access(target, fuzzing.group)

        def set(self, case: AnyCase, data: Access, _context: object) -> None:
            for name, value in data.headers:
                # In place of what was generated: a made-up token would have everything refused.
                case.headers[name] = value
            case.query.update(dict(data.query))
            case.cookies.update(dict(data.cookies))


@dataclass
class _Run:
    """What happens while the engine runs."""

    target: Target
    fuzzing: Fuzzing
    most_requests: int
    cases: dict[str, AnyCase] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    found: dict[tuple[str, str], Check] = field(default_factory=dict)
    count: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: list[Check] = field(default_factory=list)
    stop: Callable[[], None] = lambda: None

    def record_case(self, case: AnyCase) -> None:
        """Take note of a case before it is sent; one too many is the last."""
        self.cases[case.id] = case
        # The engine ends after the case it is at, so the bound is passed by a few requests at most.
        if self.is_full:
            self.stop()

    @property
    def is_full(self) -> bool:
        """Whether as much was sent as one operation gets."""
        return len(self.cases) >= self.most_requests

    def parts(self, case_id: str) -> Sequence[Part] | None:
        """Return the form that is to be sent for a case."""
        case = self.cases.get(case_id)
        return self.fuzzing.form(case.body, is_valid=_is_valid(case)) if case else None

    def take(self, event: object, adapter: ClientAdapter) -> None:
        """Record an event of the engine."""
        if isinstance(event, events.ScenarioFinished):
            self._take_scenario(event, adapter)
        # An error of the engine must show: without it nothing found would read as nothing wrong.
        elif isinstance(event, events.NonFatalError | events.FatalError):
            self.errors.append(_error(event, self.fuzzing))

    def _take_scenario(self, event: events.ScenarioFinished, adapter: ClientAdapter) -> None:
        for interaction in event.recorder.interactions.values():
            if interaction.response is not None:
                self.answers[f"{interaction.response.status_code // 100}xx"] += 1
        for case_id, nodes in event.recorder.checks.items():
            sent = event.recorder.interactions.get(case_id)
            # 0 stands for no response, and is no status of any class below.
            code = sent.response.status_code if sent and sent.response else 0
            for node in nodes:
                if node.failure_info is None or self._is_no_finding(node.name, sent, code):
                    continue
                failure = node.failure_info.failure
                reason = failure.message or f"status {code}"
                self._keep(node.name, failure.title, reason, adapter.exchanges.get(case_id, 0))

    def _is_no_finding(self, name: str, sent: Interaction | None, code: int) -> bool:
        """Return whether the documents leave open what Schemathesis takes for a failure."""
        if self.fuzzing.is_second_opinion and 400 <= code < 500 and name == _ON_STATUS:
            return True  # few documents list every refusal; our own rules report these once
        return self._is_refused_method(name, sent, code)

    def _is_refused_method(self, name: str, sent: Interaction | None, code: int) -> bool:
        """Return whether a method that nobody offers was refused in another way than Schemathesis expects.

        RFC 9110 (9.1) asks for 501 where a server does not know it; the documents leave 403 and 404 open.
        """
        if sent is None or name not in _ON_METHODS or code not in _REFUSES_METHOD:
            return False
        # Only another method than the operation's own is one that nobody offers.
        return sent.request.method.upper() != self.fuzzing.operation.method.upper()

    def _keep(self, name: str, title: str, message: str, exchange: int) -> None:
        # The first of a kind is reported; Schemathesis repeats it for each example.
        self.count[name, title] += 1
        self.found.setdefault(
            (name, title),
            Check(
                f"fuzz.{name}",
                Status.FAIL,
                f"no finding '{title}'",
                shortened(" ".join(message.split()), _CLIP),
                exchange=exchange,
            ),
        )

    def result(self, adapter: ClientAdapter) -> Fuzzed:
        """Return the findings, each kind once, and the numbers."""
        checks = (*list(self.found.values())[:_MOST_FINDINGS], *_silences(adapter), *self.errors)
        accepted, total = self.answers["2xx"], self.answers.total()
        return Fuzzed(checks, accepted, total - accepted)


def _is_valid(case: AnyCase) -> bool:
    # A case that a check derived from another carries no meta data and is as valid as that one.
    return case.meta is None or case.meta.generation.mode.is_positive


def _silences(adapter: ClientAdapter) -> Iterator[Check]:
    # What cannot be sent says nothing of the API; Schemathesis makes such requests at times.
    for exchange in [each for each in adapter.silent if not each.is_unsent][:1]:
        yield Check(
            "fuzz.response", Status.FAIL, "an HTTP response", exchange.failure, exchange=exchange.id
        )


def _error(event: events.NonFatalError | events.FatalError, fuzzing: Fuzzing) -> Check:
    # A non-fatal error has its text prepared, a fatal one only its exception.
    reason = (
        event.info.format() if isinstance(event, events.NonFatalError) else str(event.exception)
    )
    return not_tried(reason, fuzzing)


PLAIN_TEXT = "harness-plain-text"
"""Format given to free text: the API takes no control characters, which no schema says."""


def prepared(root: Json, fixed: Mapping[str, Json], formats: Set[str]) -> dict[str, Json]:
    """Return a copy in which fixed members list their only values and formats need no pattern.

    Schemathesis ignores a registered format where a pattern stands beside it.
    """
    return {name: _prepared(value, fixed, formats) for name, value in members(root).items()}


def _prepared(value: Json, fixed: Mapping[str, Json], formats: Set[str]) -> Json:
    if isinstance(value, list | tuple):
        return [_prepared(item, fixed, formats) for item in value]
    if not isinstance(value, Mapping):
        return value
    copy = {name: _prepared(member, fixed, formats) for name, member in value.items()}
    if copy.get("format") in formats:
        # The registered strategy knows more than the pattern: a check digit, a calendar.
        copy.pop("pattern", None)
    properties = members(copy.get("properties"))
    if properties:
        copy["properties"] = {
            name: _property(other, items(fixed.get(name))) for name, other in properties.items()
        }
    return copy


def _property(schema: Json, allowed: object) -> Json:
    """Fix a member's values, those of its items where it is an array; dress free text."""
    held = dict(members(schema))
    # The values fixed for an array are those of its items.
    if held.get("type") == "array" and allowed:
        return {**held, "items": {"type": "string", "enum": list(items(allowed))}}
    if allowed:
        return {"type": "string", "enum": list(items(allowed))}
    if held.get("type") == "string" and not {"format", "pattern", "enum"} & set(held):
        return {**held, "format": PLAIN_TEXT}
    return held or schema
