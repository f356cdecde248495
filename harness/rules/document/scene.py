"""What a run has learnt of an API so far: requests that were accepted, and ids of things that exist."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from threading import RLock

from harness.errors import ForbiddenTarget
from harness.jsonvalue import Json, members
from harness.openapi.model import Api, Operation
from harness.outcome import Check, Status
from harness.rules.document.candidates import Candidates, Given
from harness.rules.document.draft import (
    NO_ACCESS,
    Access,
    Draft,
    in_xml,
    put,
    renumbered,
    why_unmade,
    with_texts,
    written,
)
from harness.rules.document.places import chosen_body
from harness.rules.document.resources import (
    advice_on,
    can_name,
    foreign_members,
    foreign_parameters,
    ids_in,
    linked_ids,
    path_parameters,
    resource_of,
    siblings,
)
from harness.rules.document.verdicts import is_unlisted_refusal
from harness.rules.target import Answered, Target

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE", "QUERY")
"""Methods that change nothing (RFC 9110, 9.2.1)."""
# Requests to find one that is accepted; further ones repeat their variants with other ids.
MOST_CANDIDATES = 12
# Ids of one list that are tried; if four lead nowhere, the fifth will not.
MOST_IDS = 4
# Accepted requests an operation keeps for the last case, which sends each of them once more.
MOST_KEPT = 24
MOST_IN_VAIN = 3
"""Objects in a row that an operation failed to make, after which no further one is asked of it."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A request that was accepted, with its answer; or why there is none."""

    draft: Draft | None
    answered: Answered | None = None
    advice: str = ""
    """What to give where no request was accepted."""
    tried: tuple[Answered, ...] = ()
    """The answers to what was tried before, or in vain."""


class Scene:
    """Knowledge of one API that the cases of a run share; safe to use from several threads."""

    def __init__(
        self,
        api: Api,
        access: Callable[[Target], Access] = lambda _: NO_ACCESS,
        given: Given | None = None,
    ) -> None:
        self.api = api
        self._access = access
        self._candidates = Candidates(api, given or Given())
        self._baselines: dict[str, Baseline] = {}
        self._shown: dict[str, frozenset[tuple[str, str, str]]] = {}
        # Reentrant: in one thread, the baseline of an operation may need that of another.
        self._lock = RLock()
        self._numbers = count(1)
        # Operations whose baseline is being found: meeting one again means a circle.
        self._busy: set[str] = set()
        self._vain: dict[str, int] = {}
        self._accepted: dict[str, dict[frozenset[str], Draft]] = {}
        self.unlisted: dict[str, dict[int, int]] = {}
        """By operation: refusals of a status that the document does not list, with an exchange of each."""

    def access(self, target: Target) -> Access:
        """Return what authenticates a call."""
        return self._access(target)

    def send(self, target: Target, draft: Draft, access: Access | None = None) -> Answered:
        """Send a draft. Raises NoAnswer and Unreachable as `Target.call` does."""
        method = draft.method or draft.operation.method
        if method not in SAFE and not target.environment.capabilities.writes_allowed:
            # The last gate: cases that write are omitted by their needs, should one be missing.
            raise ForbiddenTarget(
                f"{method} may change what is not on this machine.",
                advice="Set capabilities.writes_allowed of the environment in harness.yaml.",
            )
        known = self.access(target) if access is None else access
        request = written(in_xml(draft, self.api), target.environment.base_url, known)
        answered = target.sent(request, draft.operation)
        self._remember(draft, answered)
        # Under another method the answer is not one of this operation.
        if is_unlisted_refusal(answered) and not draft.method:
            seen = self.unlisted.setdefault(draft.operation.id, {})
            seen.setdefault(answered.response.status, answered.exchange.id)
        return answered

    def _remember(self, draft: Draft, answered: Answered) -> None:
        """Keep the first accepted request of each set of parameters and members."""
        # Only requests as the document describes them: another method or raw bytes are none.
        if (
            draft.method
            or draft.raw_path
            or draft.raw_body is not None
            or not is_accepted(answered)
        ):
            return
        named = (*(f"{location} {name}" for location, name in draft.values), *members(draft.body))
        with self._lock:
            kept = self._accepted.setdefault(draft.operation.id, {})
            if len(kept) < MOST_KEPT:
                # By names, not values: a hundred values of one member would push out all others.
                kept.setdefault(frozenset(named), draft)

    def accepted(self, operation: Operation) -> tuple[Draft, ...]:
        """Return requests of an operation that were accepted so far, of different members each."""
        with self._lock:
            return tuple(self._accepted.get(operation.id, {}).values())

    def baseline(self, target: Target, operation: Operation) -> Baseline:
        """Return a request of an operation that was accepted, found once for the whole run."""
        with self._lock:
            # Held over the requests too, or two threads would look for the same baseline.
            found = self._baselines.get(operation.id)
            if found is None:
                if operation.id in self._busy:  # an operation that needs itself first
                    return Baseline(None, advice="it needs an object that only it can make")
                self._busy.add(operation.id)
                try:
                    found = self._found(target, operation)
                finally:
                    self._busy.discard(operation.id)
                self._baselines[operation.id] = found
            return found

    def repeats(self, target: Target, operations: Sequence[Operation], check: Check) -> bool:
        """Return whether a deviation is one that the plain valid request of an operation shows as well.

        Its own case reports it; repeated in every other case it would hide what they are about.
        """
        shown = (check.name, check.expected, check.actual)
        # By what is expected and what came: another value of the same check is another finding.
        return any(shown in self._deviations(target, each) for each in operations)

    def _deviations(self, target: Target, operation: Operation) -> frozenset[tuple[str, str, str]]:
        answered = self.baseline(target, operation).answered
        if answered is None:
            return frozenset()
        with self._lock:
            if operation.id not in self._shown:
                self._shown[operation.id] = frozenset(
                    (each.name, each.expected, each.actual)
                    for each in answered.conforms()
                    if each.status is Status.FAIL
                )
            return self._shown[operation.id]

    def fresh(self, target: Target, operation: Operation) -> Draft | None:
        """Return an accepted request on an object of its own, which a case may change or remove."""
        found = self.baseline(target, operation)
        if found.draft is None:
            return None
        names = path_parameters(operation)
        if not names:
            return found.draft
        resource = resource_of(self.api, operation, names[-1])
        # An operation that creates cannot be given an object that only it could make.
        if resource.creator is None or resource.creator.id == operation.id:
            return found.draft
        ids = self.created(target, resource.creator, operation, names[-1])
        if ids is None:
            return found.draft
        values = {**found.draft.values, **{("path", name): value for name, value in ids.items()}}
        return replace(found.draft, values=values)

    def created(
        self,
        target: Target,
        creator: Operation,
        user: Operation,
        parameter: str,
        texts: Sequence[str] = (),
    ) -> Mapping[str, Json] | None:
        """Make a new object, with these texts if it may have them; return the path values of it, or None."""
        if creator.method not in SAFE and not target.environment.capabilities.writes_allowed:
            return None
        made = self.baseline(target, creator)
        if made.draft is None or self._vain.get(creator.id, 0) >= MOST_IN_VAIN:
            return None
        # Renewed first, as names often have to be unique; the plain request may still be accepted.
        body = with_texts(self.api, made.draft.operation, made.draft.body, texts)
        full = replace(made.draft, body=body)
        drafts = (self.renewed(full), self.renewed(made.draft), made.draft)
        sent = (self.send(target, each) for each in drafts)
        answered = next(filter(is_accepted, sent), None)
        if answered is None:
            self._vain[creator.id] = self._vain.get(creator.id, 0) + 1
            return None
        # In a row is meant: one success shows that the operation still works.
        self._vain.pop(creator.id, None)
        above = {k[1]: v for k, v in made.draft.values.items() if k[0] == "path"}
        # What the document links is certain; ids in the answer are guessed by name.
        linked = linked_ids(self.api, creator, answered.response, user)
        if linked:
            return {**above, **linked}
        collection = resource_of(self.api, user, parameter).collection
        candidates = ids_in(answered.response, parameter, collection)
        found = next(
            (each for each in candidates if can_name(self.api, user, parameter, each)), None
        )
        return None if found is None else {**above, parameter: found}

    def renewed(self, draft: Draft) -> Draft:
        """Return a draft whose free texts differ from those before, for what has to be unique."""
        number = next(self._numbers)
        media_type = chosen_body(draft.operation)
        if not draft.has_body or media_type is None:
            return draft
        body = renumbered(self.api, media_type.schema, draft.body, number, 0)
        return replace(draft, body=body)

    def candidates(self, operation: Operation) -> Iterator[Draft]:
        """Yield requests that ought to be accepted, as far as they can be made without asking."""
        return self._candidates.plain(operation)

    def _found(self, target: Target, operation: Operation) -> Baseline:
        tried: list[tuple[Draft, Answered]] = []
        self._fill(target, operation)
        for draft in islice(self._drafts(target, operation), MOST_CANDIDATES):
            answered = self.send(target, draft)
            if is_accepted(answered):
                return Baseline(draft, answered, tried=tuple(each for _, each in tried))
            tried.append((draft, answered))
        answers = [each for _, each in tried]
        # Only after all plain ones failed: it may have to create objects of other operations.
        for draft in filter(None, (self._with_others(target, each) for each, _ in tried)):
            answered = self.send(target, draft)
            if is_accepted(answered):
                return Baseline(draft, answered, tried=tuple(answers))
            answers.append(answered)
        advice = advice_on(operation, answers, why_unmade(self.api, operation))
        return Baseline(None, advice=advice, tried=tuple(answers))

    def _drafts(self, target: Target, operation: Operation) -> Iterator[Draft]:
        for path_values in self._path_values(target, operation):
            yield from self._candidates.at(operation, path_values)

    def _with_others(self, target: Target, draft: Draft) -> Draft | None:
        """Return a draft that names things which exist, where it names things of other operations."""
        body, values = draft.body, dict(draft.values)
        for path, source in foreign_members(self.api, draft):
            found = self._existing(target, source, path)
            body = body if found is None else put(body, path, found)
        for key, source in foreign_parameters(self.api, draft):
            found = self._existing(target, source, key)
            values.update({} if found is None else {key: found})
        # An unchanged draft was refused already.
        has_changed = body != draft.body or values != draft.values
        return replace(draft, body=body, values=values) if has_changed else None

    def _existing(self, target: Target, source: Operation, path: Sequence[str | int]) -> Json:
        """Return the id of something that an operation made or listed; None where it did not."""
        if source.method not in SAFE and not target.environment.capabilities.writes_allowed:
            return None
        made = self.baseline(target, source).answered
        # The last name on the way: items of a list have a number there.
        name = next(each for each in reversed(path) if isinstance(each, str))
        return None if made is None else next(ids_in(made.response, name, source.path), None)

    def _fill(self, target: Target, operation: Operation) -> None:
        """Make something before a list is asked for: an empty list shows nothing of its items."""
        creator = siblings(self.api, operation).get("POST")
        can_write = target.environment.capabilities.writes_allowed
        if operation.method == "GET" and creator is not None and can_write:
            self.baseline(target, creator)

    def _path_values(self, target: Target, operation: Operation) -> Iterator[Mapping[str, Json]]:
        """Yield values for the path: given ones, ids of what was made, ids from a list, built ones."""
        names = path_parameters(operation)
        if not names:
            yield {}
            return
        given = self._candidates.given_path(names)
        # The user knows; nothing that we could find is more likely to exist.
        if len(given) == len(names):
            yield given
            return
        resource = resource_of(self.api, operation, names[-1])
        # One of our own before one from a list: it may be changed and removed without harm.
        if resource.creator is not None and resource.creator.id != operation.id:
            found = self.created(target, resource.creator, operation, names[-1])
            if found is not None:
                yield {**found, **given}
        if resource.lister is not None and resource.lister.id != operation.id:
            yield from (
                {**found, **given}
                for found in self._ids_listed(
                    target, operation, resource.lister, resource.collection
                )
            )
        built = self._candidates.path(operation, names)
        if built is not None:
            yield {**built, **given}

    def _ids_listed(
        self, target: Target, user: Operation, lister: Operation, collection: str
    ) -> Iterator[Mapping[str, Json]]:
        parameter = path_parameters(user)[-1]
        listed = self.baseline(target, lister)
        if listed.draft is None or listed.answered is None:
            return
        above = {k[1]: v for k, v in listed.draft.values.items() if k[0] == "path"}
        candidates = ids_in(listed.answered.response, parameter, collection)
        fitting = (each for each in candidates if can_name(self.api, user, parameter, each))
        found = list(islice(fitting, MOST_IDS))
        yield from ({**above, parameter: each} for each in found)


def is_accepted(answered: Answered) -> bool:
    """Return whether a request was accepted: 2xx, or a redirection that the document has."""
    status = answered.response.status
    if 200 <= status < 300:
        return True
    # A redirection that nobody documents leads to a login page more often than not.
    return 300 <= status < 400 and any(
        each.status in (str(status), "3XX") for each in answered.operation.answers
    )
