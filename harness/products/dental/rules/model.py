"""A model of the dental API in a few lines: who stored what, who may see it, which tokens live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.files.upload import Upload
from harness.products.dental.rules.requests import Created, bare

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
class Lives:
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
