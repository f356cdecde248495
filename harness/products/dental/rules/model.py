"""A model of the dental API in a few lines, and a runner that compares the API with it step by step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.config import Credentials
from harness.errors import TargetError
from harness.files.upload import Upload
from harness.jsonvalue import members, number, text
from harness.outcome import Check, Status
from harness.products.dental.facts import NAME, TOKEN
from harness.products.dental.rules.answers import acceptance, holds_files, one_error_of, published
from harness.products.dental.rules.requests import Created, bare, claim, create, created, search
from harness.rules.checks import check, refused, unauthorized
from harness.rules.rule import Checks
from harness.rules.target import Answered, NoAnswer, Target
from harness.rules.token_request import Endpoint, ask, good_fields
from harness.rules.trial import Falsified, no_answer

NOT_FOUND = "DataService.attachments.find.notFound"
DENIED = "UserAccess.permission.denied"
MARGIN_SECONDS = 60.0
"""Time passes also while nobody moves the clock, and tokens are dated in whole seconds."""
NOT_TOGETHER = "Attachments.req.searchAttachments.containerMismatch"


@dataclass(frozen=True, slots=True)
class Stored:
    """What one create call left behind."""

    made: Created
    files: Mapping[str, Upload]
    """By attachment id, as it was given."""

    @property
    def names(self) -> frozenset[str]:
        """All ids that lead here, without prefix."""
        return frozenset(bare(each) for each in (self.made.control_number, *self.files))


@dataclass(frozen=True, slots=True)
class Expected:
    """What a search has to lead to: files, or a refusal by one of these keys."""

    files: Mapping[str, Upload] = field(default_factory=dict)
    keys: tuple[str, ...] = ()


@dataclass
class Model:
    """The state that the API must behave as if it had."""

    calls: list[Stored] = field(default_factory=list)

    def store(self, made: Created, uploads: Sequence[Upload]) -> None:
        """Take note of a create call that was accepted."""
        self.calls.append(Stored(made, made.by_id(uploads)))

    def search(self, ids: Sequence[str], *, is_owner: bool) -> Expected:
        """Say what a search has to give; several reasons to refuse may each be named."""
        found = [self._call_of(other) for other in ids]
        known = [stored for stored in found if stored is not None]
        numbers = {stored.made.control_number for stored in known}
        reasons = {
            # Not to know of what is another's is as good an answer as to deny it.
            NOT_FOUND: None in found or (bool(known) and not is_owner),
            DENIED: bool(known) and not is_owner,
            NOT_TOGETHER: len(numbers) > 1,
        }
        keys = tuple(key for key, applies in reasons.items() if applies)
        return Expected(keys=keys) if keys else Expected(_wanted(known[0], ids))

    def _call_of(self, identifier: str) -> Stored | None:
        return next((call for call in self.calls if bare(identifier) in call.names), None)


def _wanted(call: Stored, ids: Sequence[str]) -> Mapping[str, Upload]:
    asked = {bare(other) for other in ids}
    if bare(call.made.control_number) in asked:
        return call.files
    return {name: upload for name, upload in call.files.items() if bare(name) in asked}


@dataclass
class TokenLifetimes:
    """Tokens with the moment at which each ends, on the clock that the test moves."""

    now: float = 0.0
    ends: dict[str, float] = field(default_factory=dict)

    def add(self, token: str, lifetime: float) -> None:
        """Take note of a new token."""
        self.ends[token] = self.now + lifetime

    @property
    def good(self) -> int:
        """Count the tokens that have not ended."""
        return sum(not self.has_ended(end) for end in self.ends)

    def has_ended(self, token: str) -> bool:
        """Return whether a token opens no door any more (RFC 7519, 4.1.4: not at its very end)."""
        return self.now >= self.ends[token]

    def is_ending(self, token: str) -> bool:
        """Return whether a token is so close to its end that time of its own may have ended it."""
        return not self.has_ended(token) and self.now >= self.ends[token] - MARGIN_SECONDS


# Well-formed, so that it is looked up and not refused for its form.
UNKNOWN = "CHC#999999000001"
US = "us"
_ENDPOINT = Endpoint(NAME, TOKEN)


@dataclass(frozen=True, slots=True)
class Pick:
    """An id to search for: of an earlier call, one of its files or all of them, with prefix or not."""

    call: int
    file: int
    """Counted from 0; -1 stands for the control number."""
    is_bare: bool


@dataclass
class SequenceOutcome:
    """What outlives a single sequence."""

    last: tuple[Check, ...] = ()
    last_failure: tuple[Check, ...] = ()
    stopped_by: TargetError | None = None


@dataclass
class ModelRunner:
    """One sequence; every step is described in a word or two, for the report."""

    target: Target
    credentials: Credentials
    outcome: SequenceOutcome
    model: Model = field(default_factory=Model)
    lifetimes: TokenLifetimes = field(default_factory=TokenLifetimes)
    steps: list[str] = field(default_factory=list)

    def new_token(self) -> None:
        """Ask for another token; those before stay good until their own end."""
        self._step("new token", self._granted)

    def upload(self, files: Sequence[Upload], token: int) -> None:
        """Store files with one of our tokens."""
        bearer = self._token(token)
        self._step(f"upload {len(files)}", lambda: self._uploaded(files, bearer))

    def search(self, picks: Sequence[Pick], who: str, token: int, *, with_unknown: bool) -> None:
        """Search for files of earlier calls, as ourselves or in another role."""
        # An empty list is refused for another reason, so something is always asked for.
        ids = [*self._ids(picks), *((UNKNOWN,) if with_unknown or not picks else ())]
        bearer = self._token(token)
        named = ", ".join(self._name_of(other) for other in ids)
        self._step(f"search {named} as {who}", lambda: self._found(ids, who, bearer))

    def wait(self, seconds: float) -> None:
        """Let time pass, where the target's clock can be moved."""
        # Elsewhere time passes by itself, and the sequence is the same without this step.
        if self.target.advance is not None:
            self.target.advance(seconds)
            self.lifetimes.now += seconds
            self.steps.append(f"wait {seconds:g} s")

    def _step(self, name: str, act: Callable[[], Checks]) -> None:
        # Hypothesis goes on drawing; against a target that is gone nothing more is sent.
        if self.outcome.stopped_by is not None:
            return
        self.steps.append(name)
        try:
            checks = tuple(act())
        except NoAnswer as silence:
            checks = (no_answer(silence),)
        except TargetError as problem:
            self.outcome.stopped_by = problem
            return
        self.outcome.last = checks
        if any(check.status is Status.FAIL for check in checks):
            # The steps are the finding: a failure of a sequence cannot be read without them.
            self.outcome.last_failure = tuple(self._with_steps(check) for check in checks)
            raise Falsified(self.outcome.last_failure)

    def _with_steps(self, each: Check) -> Check:
        if each.status is not Status.FAIL:
            return each
        return replace(each, actual=f"{each.actual} after: {'; '.join(self.steps)}")

    def _granted(self) -> Checks:
        answered = ask(self.target, _ENDPOINT, good_fields(self.credentials))
        body = members(answered.body)
        token = text(body.get("access_token"))
        yield check("token", answered, "a token", "one" if token else "none", holds=bool(token))
        # By the API's own word; that it keeps to it is what the later steps find out.
        self.lifetimes.add(token, number(body.get("expires_in")))

    def _token(self, choice: int) -> str:
        """Return one of our tokens, counted from the newest, so that those long ended fade away."""
        newest_first = list(self.lifetimes.ends)[::-1]
        # Modulo: whatever is drawn names a token that there is.
        return newest_first[choice % len(newest_first)]

    def _is_turned_away(self, answered: Answered, bearer: str) -> bool:
        """Return whether a call has to be refused for its token; near its end both may be right."""
        is_refused = answered.response.status in (401, 403)
        is_ending = self.lifetimes.is_ending(bearer)
        # Within the margin the API's clock decides, so both answers are right.
        return self.lifetimes.has_ended(bearer) or (is_ending and is_refused)

    def _as_us(self, bearer: str) -> Target:
        return replace(self.target, bearer=lambda _: bearer)

    def _uploaded(self, files: Sequence[Upload], bearer: str) -> Checks:
        sent = claim(self.target.environment)
        made = created(create(self._as_us(bearer), sent, files))
        if self._is_turned_away(made.answered, bearer):
            yield unauthorized(made.answered)
            return
        yield from acceptance(made, len(files), sent)
        known = {bare(name) for call in self.model.calls for name in call.names}
        again = known & {bare(each) for each in (made.control_number, *made.attachment_ids)}
        yield check(
            "ids.new",
            made.answered,
            "ids never seen before",
            f"{len(again)} again",
            holds=not again,
        )
        # Only what was accepted: the model must not know what the API does not.
        self.model.store(made, files)

    def _found(self, ids: Sequence[str], who: str, bearer: str) -> Checks:
        is_us = who == US
        target = self._as_us(bearer) if is_us else self.target.acting_as(who)
        answered = search(target, list(ids))
        if is_us and self._is_turned_away(answered, bearer):
            yield unauthorized(answered)
        else:
            yield from self._as_expected(answered, ids, who)

    def _as_expected(self, answered: Answered, ids: Sequence[str], who: str) -> Checks:
        # The role `payer` is of the owner's organisation too; only `foreign` is not.
        expected = self.model.search(ids, is_owner=who != "foreign")
        if expected.keys:
            yield refused(answered)
            yield one_error_of(answered, [published(key) for key in expected.keys])
            return
        call = next(stored for stored in self.model.calls if bare(ids[0]) in stored.names)
        yield from holds_files(answered, call.made, expected.files, pool=call.files.values())

    def _ids(self, picks: Sequence[Pick]) -> list[str]:
        """Return the ids that picks stand for, each once, a control number in place of its files."""
        chosen = [(self.model.calls[pick.call % len(self.model.calls)], pick) for pick in picks]
        # A control number beside an id of the same container would ask for a file twice.
        whole = {call.made.control_number for call, pick in chosen if pick.file < 0}
        ids: dict[str, str] = {}
        for call, pick in chosen:
            name = call.made.control_number
            if name not in whole:
                name = call.made.attachment_ids[pick.file % len(call.made.attachment_ids)]
            ids.setdefault(bare(name), bare(name) if pick.is_bare else name)
        return list(ids.values())

    def _name_of(self, identifier: str) -> str:
        """Name an id by the call and the file that it stands for, which no two runs change."""
        for position, call in enumerate(self.model.calls, start=1):
            if bare(identifier) in call.names:
                return f"{position}{_file_of(call, bare(identifier))}"
        return "unknown"


def _file_of(call: Stored, name: str) -> str:
    names = [bare(attachment_id) for attachment_id in call.made.attachment_ids]
    return f".{names.index(name) + 1}" if name in names else ""
