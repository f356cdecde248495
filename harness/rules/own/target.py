"""The implementation under test, as a rule of one's own reaches it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial

from hypothesis.strategies import SearchStrategy

from harness.client.multipart import Part
from harness.errors import ConfigurationError, MissingPart, UnknownName
from harness.exchange import Exchange, Headers, Request
from harness.jsonvalue import Json
from harness.openapi.model import Api, Operation
from harness.outcome import Attribution, Check, Status
from harness.rules import target as inner
from harness.rules.document.draft import NO_ACCESS, Access, Draft, written
from harness.rules.own.declared import OwnRule
from harness.rules.own.hooks import Code, guarded
from harness.rules.own.modules import LoadedModule
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Answered, multipart_body

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
"""Methods that change nothing (RFC 9110, 9.2.1)."""

Authenticate = Callable[[inner.Target, Operation], Access]


# An enum with one member, which type checkers narrow; a plain object() they do not.
class Nothing(Enum):
    """Stands for a body that was not given: null is one."""

    NOTHING = "nothing"


@dataclass(frozen=True)
class Target:
    """What a rule sends to: operations of the API by their ids, credentials of the run included."""

    api: str
    """The API that the rule belongs to."""
    documents: tuple[Api, ...] = field(repr=False)
    _inner: inner.Target = field(repr=False)
    _authenticate: Authenticate = field(repr=False)

    @property
    def base_url(self) -> str:
        return self._inner.environment.base_url

    @property
    def environment(self) -> str:
        """The name of the environment: `mock`, `sandbox`, `custom` or one of `harness.yaml`."""
        return self._inner.environment.name

    def call(
        self,
        operation: str,
        parameters: Mapping[str, Json] | None = None,
        *,
        json: "Json | Nothing" = Nothing.NOTHING,
        body: bytes | Sequence[Part] = b"",
        headers: Mapping[str, str] | None = None,
        authenticated: bool = True,
    ) -> Answered:
        """Send a request to an operation, named by its operationId or as `GET /notes/{id}`.

        Parameters are given by name, wherever they stand. The body is a JSON value, the parts of a
        multipart form, or bytes with a Content-Type among the `headers`, which replace what would be
        written under the same name. Raises where the operation or a parameter does not exist.
        """
        found = self._operation(operation)
        # Before anything is written: a rule must not change a target by an oversight.
        self._refuse_writing(found.method)
        announced, content = ((), body) if isinstance(body, bytes) else multipart_body(body)
        has_json = not isinstance(json, Nothing)
        draft = Draft(
            found,
            values=_placed(found, parameters or {}),
            body=None if isinstance(json, Nothing) else json,
            has_body=has_json,
            media_type=_json_type(found) if has_json else "",
            # Empty bytes mean that no body was given, so that `json` is written.
            raw_body=content or None,
            headers=(*announced, *(headers or {}).items()),
        )
        access = self._authenticate(self._inner, found) if authenticated else NO_ACCESS
        return self._inner.sent(written(draft, self.base_url, access), found)

    def request(
        self, method: str, path: str, *, headers: Headers = (), body: bytes = b""
    ) -> Answered:
        """Send what no document describes: any method to any path, without credentials."""
        self._refuse_writing(method.upper())
        if not path.startswith("/"):
            raise ConfigurationError(
                f"'{path}' is no path.", advice="Begin it with '/'; the server is that of the run."
            )
        # A path that no document describes is put down to the first one.
        home = self.documents[0].name
        operation = Operation(home, f"{method} {path}", method, path, path)
        label = f"{method} {path.partition('?')[0]}"
        request = Request(method, self.base_url + path, headers, body, label)
        return self._inner.sent(request, operation)

    def _operation(self, name: str) -> Operation:
        for api in self.documents:
            for each in api.operations:
                if name in (each.id, each.label, f"{each.method} {each.path}"):
                    return self._inner.operation(api.name, each.id)
        known = tuple(each.id for api in self.documents for each in api.operations)
        raise UnknownName(None, kind=f"operation in {self.api}", name=name, known=known)

    def _refuse_writing(self, method: str) -> None:
        """Leave the case out where it would change something on a host that nobody has freed for it."""
        if method not in SAFE and not self._inner.environment.capabilities.writes_allowed:
            raise MissingPart(
                f"{method} may change what is on the target.",
                advice="Set capabilities.writes_allowed of the environment in harness.yaml.",
            )


def _json_type(operation: Operation) -> str:
    """Return the media type under which the document takes JSON; the common one where it names none."""
    return next((each.name for each in operation.body if each.is_json), "application/json")


def _placed(operation: Operation, given: Mapping[str, Json]) -> dict[tuple[str, str], Json]:
    """Return values by place and name. Raises UnknownName, ConfigurationError."""
    # The first parameter of a name wins, as the reversed order lets it overwrite the others.
    places = {each.name: each.location for each in reversed(operation.parameters)}
    for name in given:
        if name not in places:
            known = tuple(places)
            raise UnknownName(None, kind=f"parameter of {operation.id}", name=name, known=known)
    for each in operation.parameters:
        if each.location == "path" and each.name not in given:
            raise ConfigurationError(
                f"{operation.id} is called without its path parameter '{each.name}'.",
                advice="Give it among the parameters.",
            )
    return {(places[name], name): value for name, value in given.items()}


def own_rule(
    own: OwnRule, module: LoadedModule, documents: tuple[Api, ...], authenticate: Authenticate
) -> AnyRule:
    """Return the rule of the suite for one of a user's."""
    code = Code(module, own.line, own.id)
    return Rule(
        id=own.id,
        title=own.title,
        requirements=own.requirements or (requirement_of(own),),
        verify=partial(_verify, own, code, documents, authenticate),
        values=own.values if isinstance(own.values, SearchStrategy) else None,
        strength=own.strength,
        needs=own.needs,
    )


def requirement_of(own: OwnRule) -> str:
    """Return the id of the requirement that a rule has where it names none: its own, as `API.own.REST`."""
    api, _, rest = own.id.partition("/")
    return f"{api}.own.{rest}"


def elsewhere(own: OwnRule, module: LoadedModule, known: Iterable[str]) -> AnyRule:
    """Return the rule of an API that this run does not have: it is left out with the reason."""
    reason = f"this run has no API '{own.api}', only {', '.join(known)} ({module.place(own.line)})"

    # Raised on the trial and not now: the run goes on, and the case is omitted with its reason.
    def verify(_: inner.Target, __: object) -> Checks:
        raise MissingPart(reason)

    requirements = own.requirements or (requirement_of(own),)
    return Rule(own.id, own.title, requirements, verify, strength=own.strength, needs=())


def _verify(
    own: OwnRule,
    code: Code,
    documents: tuple[Api, ...],
    authenticate: Authenticate,
    target: inner.Target,
    value: object,
) -> tuple[Check, ...]:
    sent: list[Exchange] = []

    def send(request: Request) -> Exchange:
        # Counted, because a rule that sends nothing passes whatever the API does.
        sent.append(target.send(request))
        return sent[-1]

    counted = replace(target, send=send)
    facade = Target(own.api, documents, counted, authenticate)
    arguments = (facade,) if own.values is None else (facade, value)
    checks = guarded(code, partial(own.verify, *arguments))
    # No check at all would read as a pass; a broken rule must not look like a kept promise.
    if not checks:
        raise code.broken(
            f"{own.id} made no check.",
            "Yield at least one; what does not apply can be assumed away.",
        )
    return checks if sent else (*checks, _nothing_sent())


def _nothing_sent() -> Check:
    """Return the warning that a rule sent no request to the API."""
    return Check(
        "rule.sends",
        Status.WARN,
        expected="a request to the API",
        actual="none was sent",
        attribution=Attribution.RULE,
    )
