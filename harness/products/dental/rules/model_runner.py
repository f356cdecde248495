"""Take the steps of a sequence against the API and against its model, and compare after each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from harness.config import Credentials
from harness.errors import TargetError
from harness.files.upload import Upload
from harness.jsonvalue import members, number, text
from harness.outcome import Check, Status
from harness.products.dental.facts import NAME, TOKEN
from harness.products.dental.rules.baseline import claim
from harness.products.dental.rules.errors import one_error_of, published
from harness.products.dental.rules.found import holds_files
from harness.products.dental.rules.model import Lives, Model, Stored
from harness.products.dental.rules.receipts import acceptance
from harness.products.dental.rules.requests import bare, create, created, search
from harness.rules.checks import check, refused, unauthorized
from harness.rules.rule import Checks
from harness.rules.target import Answered, NoAnswer, Target
from harness.rules.token_request import Endpoint, ask, good_fields
from harness.rules.trial import Falsified, no_answer

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
class Witness:
    """What outlives a single sequence."""

    last: tuple[Check, ...] = ()
    last_failure: tuple[Check, ...] = ()
    stopped_by: TargetError | None = None


@dataclass
class ModelRunner:
    """One sequence; every step is described in a word or two, for the report."""

    target: Target
    credentials: Credentials
    witness: Witness
    model: Model = field(default_factory=Model)
    lives: Lives = field(default_factory=Lives)
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
        ids = [*self._ids(picks), *((UNKNOWN,) if with_unknown or not picks else ())]
        bearer = self._token(token)
        named = ", ".join(self._name_of(other) for other in ids)
        self._step(f"search {named} as {who}", lambda: self._found(ids, who, bearer))

    def wait(self, seconds: float) -> None:
        """Let time pass, where the target's clock can be moved."""
        if self.target.advance is not None:
            self.target.advance(seconds)
            self.lives.now += seconds
            self.steps.append(f"wait {seconds:g} s")

    def _step(self, name: str, act: Callable[[], Checks]) -> None:
        if self.witness.stopped_by is not None:
            return
        self.steps.append(name)
        try:
            checks = tuple(act())
        except NoAnswer as silence:
            checks = (no_answer(silence),)
        except TargetError as problem:
            self.witness.stopped_by = problem
            return
        self.witness.last = checks
        if any(check.status is Status.FAIL for check in checks):
            self.witness.last_failure = tuple(self._with_steps(check) for check in checks)
            raise Falsified(self.witness.last_failure)

    def _with_steps(self, each: Check) -> Check:
        if each.status is not Status.FAIL:
            return each
        return replace(each, actual=f"{each.actual} after: {'; '.join(self.steps)}")

    def _granted(self) -> Checks:
        answered = ask(self.target, _ENDPOINT, good_fields(self.credentials))
        body = members(answered.body)
        token = text(body.get("access_token"))
        yield check("token", answered, "a token", "one" if token else "none", holds=bool(token))
        self.lives.add(token, number(body.get("expires_in")))

    def _token(self, choice: int) -> str:
        """Return one of our tokens, counted from the newest, so that those long ended fade away."""
        newest_first = list(self.lives.ends)[::-1]
        return newest_first[choice % len(newest_first)]

    def _is_turned_away(self, answered: Answered, bearer: str) -> bool:
        """Return whether a call has to be refused for its token; near its end both may be right."""
        is_refused = answered.response.status in (401, 403)
        is_ending = self.lives.is_ending(bearer)
        return self.lives.has_ended(bearer) or (is_ending and is_refused)

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
