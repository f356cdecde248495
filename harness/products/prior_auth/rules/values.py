"""Know what the prior authorization sandbox answers to which member and to which key."""

from dataclasses import dataclass
from functools import cache

from harness import document
from harness.jsonvalue import Json, items, members, text
from harness.resources import shipped


@dataclass(frozen=True, slots=True)
class Canned:
    """A member or a key with its answer, as far as that is published."""

    id: str
    actions: tuple[str, ...]
    """Certification action codes, of which one has to come; empty where none is published."""
    authorization: str
    procedure: str
    rejects: tuple[str, ...]
    """Reason codes where the request is turned down, of which one has to come; else empty."""
    reject_at: str
    """Where the reason has to stand; empty where no document tells."""
    is_on_dependent: bool
    requirement: str

    @property
    def is_published(self) -> bool:
        """Whether any document tells the answer."""
        return bool(self.actions or self.rejects)

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirement of this very value, where it has one."""
        return (self.requirement,) if self.requirement else ()


@cache
def canned_members() -> tuple[Canned, ...]:
    """Return the members that the demo payer's inquiries are selected by."""
    return _rows("members")


@cache
def inquiry_keys() -> tuple[Canned, ...]:
    """Return the payer ids that inquiries are selected by."""
    return _rows("inquiry_keys")


@cache
def submission_keys() -> tuple[Canned, ...]:
    """Return the clearing house ids that submissions are selected by."""
    return _rows("submission_keys")


def member(member_id: str) -> Canned:
    """Return the test member of that id. An id that is none is our bug."""
    return next(canned for canned in canned_members() if canned.id == member_id)


def submission_key(key: str) -> Canned:
    """Return the submission key of that id. An id that is none is our bug."""
    return next(submission_key for submission_key in submission_keys() if submission_key.id == key)


def _rows(name: str) -> tuple[Canned, ...]:
    return tuple(map(_canned, items(members(_table()).get(name))))


def _canned(row: Json) -> Canned:
    fields = members(row)
    also = tuple(map(text, items(fields.get("also"))))
    action, reject = text(fields.get("action")), text(fields.get("reject"))
    return Canned(
        id=text(fields.get("id")),
        actions=(action, *also) if action else (),
        authorization=text(fields.get("authorization")),
        procedure=text(fields.get("procedure")),
        rejects=(reject, *also) if reject else (),
        reject_at=text(fields.get("reject_at")) if fields.get("place") == "published" else "",
        is_on_dependent=fields.get("patient") == "dependent",
        requirement=text(fields.get("requirement")),
    )


@cache
def _table() -> Json:
    return document.read(shipped("specs") / "prior-auth" / "sandbox.yaml").data
