"""Read waivers: failures that someone answers for, narrowly and for a limited time."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from harness import document
from harness.document import Document
from harness.errors import DocumentError, UnknownName
from harness.events import CasePlanned
from harness.jsonvalue import Json, items, members, text
from harness.openapi.requirements import Method, Requirement, Strength
from harness.outcome import Status
from harness.source import Source

MAX_DAYS = 90
WARN_DAYS = 14

# One of these besides the requirement, or a waiver would lift whatever breaks it.
_NARROWING = ("case", "cause", "check", "operation", "fingerprint")
_MATCHERS = ("requirement", *_NARROWING, "environment")
_CAUSE = re.compile(r"[0-9a-f]{12}")
_REQUIRED = ("id", "match", "reason", "owner", "approved_by", "created", "expires")
_KNOWN = (*_REQUIRED, "expect", "issue")
# A pass needs no waiver, and an error is no deviation that anybody could accept.
_EXPECTED = (Status.FAIL, Status.WARN, Status.SKIP)


@dataclass(frozen=True, slots=True)
class Waiver:
    """One accepted deviation: what it covers, who answers for it, and until when."""

    id: str
    requirement: str
    reason: str
    owner: str
    approved_by: str
    created: date
    expires: date
    expect: Status = Status.FAIL
    issue: str = ""
    case: str = ""
    cause: str = ""
    """Id of a cause: all its findings are meant, whichever of its requirements is named."""
    check: str = ""
    operation: str = ""
    fingerprint: str = ""
    environments: tuple[str, ...] = ()
    guards: frozenset[str] = field(default=frozenset(), repr=False)
    """The requirements that guard access; what a cause lifts beyond its requirement is none of them."""
    source: Source | None = None

    def covers_case(self, plan: CasePlanned) -> bool:
        """Return whether a case is one that this waiver speaks of."""
        return self.requirement in plan.requirements and self.case in ("", plan.case)

    def may_lift(self, plan: CasePlanned) -> bool:
        """Return whether a case may be lifted: of a cause also those that do not verify its requirement."""
        if self.covers_case(plan):
            return True
        is_of_cause = self.cause and self.case in ("", plan.case)
        # A waiver of a cause reaches cases of other requirements, but never one that guards access.
        return bool(is_of_cause) and self.guards.isdisjoint(plan.requirements)


def is_security(requirement: Requirement) -> bool:
    """Return whether a requirement guards access; a waiver must never lift one (SHALL only)."""
    return requirement.strength is Strength.SHALL and requirement.how is Method.SECURITY


def load(path: Path, requirements: Iterable[Requirement] = ()) -> tuple[Waiver, ...]:
    """Read a waiver file. Raises DocumentError at the first entry that a reviewer must not accept."""
    return parse(document.read(path), requirements)


def parse(source: Document, requirements: Iterable[Requirement] = ()) -> tuple[Waiver, ...]:
    """Check every entry of a waiver document and return them in their order."""
    # An empty file has no waivers.
    if source.data is not None and not isinstance(source.data, list):
        raise DocumentError("is not a list of waivers.", source=source.source())
    known = {requirement.id: requirement for requirement in requirements}
    waivers = tuple(
        _waiver(source, f"/{index}", members(entry), known)
        for index, entry in enumerate(items(source.data))
    )
    _refuse_duplicates(waivers)
    return waivers


def _waiver(
    source: Document, at: str, entry: Mapping[str, Json], known: Mapping[str, Requirement]
) -> Waiver:
    _check_members(source, at, entry)
    match = members(entry["match"])
    _check_match(source, f"{at}/match", match, known)
    created, expires = (
        _day(source, f"{at}/{name}", entry[name]) for name in ("created", "expires")
    )
    _check_period(source.source(f"{at}/expires"), created, expires)
    expect = _expected(source, f"{at}/expect", entry.get("expect", "fail"))
    if expect is Status.WARN and "cause" in match:
        raise DocumentError(
            "there are no causes of what is only observed.",
            source=source.source(f"{at}/expect"),
            advice="Name the case or the check.",
        )
    return Waiver(
        id=text(entry["id"]),
        requirement=text(match["requirement"]),
        reason=text(entry["reason"]),
        owner=text(entry["owner"]),
        approved_by=text(entry["approved_by"]),
        created=created,
        expires=expires,
        expect=expect,
        issue=text(entry.get("issue")),
        case=text(match.get("case")),
        cause=text(match.get("cause")),
        check=text(match.get("check")),
        operation=text(match.get("operation")),
        fingerprint=text(match.get("fingerprint")),
        environments=tuple(text(name) for name in items(match.get("environment"))),
        # Kept with the waiver, since causes are only known when a run is judged.
        guards=frozenset(each.id for each in known.values() if is_security(each)),
        source=source.source(at),
    )


def _check_members(source: Document, at: str, entry: Mapping[str, Json]) -> None:
    for name in entry:
        # A misspelt member might be the one that was to narrow the waiver.
        if name not in _KNOWN:
            place = source.key_source(f"{at}/{name}")
            raise UnknownName(place, kind="waiver member", name=name, known=_KNOWN)
    missing = [name for name in _REQUIRED if _is_missing(name, entry.get(name))]
    if missing:
        names = ", ".join(f"`{name}:`" for name in missing)
        raise DocumentError(
            f"the waiver has no {', no '.join(missing)}.",
            source=source.source(at),
            advice=f"Add {names}; docs/waivers.md shows a whole one.",
        )
    _check_people(source.source(f"{at}/approved_by"), entry)


def _is_missing(name: str, value: Json) -> bool:
    return not value if name == "match" else not text(value).strip()


def _check_people(place: Source, entry: Mapping[str, Json]) -> None:
    """Refuse a waiver whose owner approves it: two people answer for a deviation."""
    owner, approver = (_person(text(entry[name])) for name in ("owner", "approved_by"))
    if owner == approver:
        raise DocumentError(
            f"'{text(entry['approved_by'])}' owns the waiver and approves it.",
            source=place,
            advice="Let somebody else approve it.",
        )


def _person(name: str) -> str:
    """Return a name as it is compared: without case, spaces around it, or another form of its letters."""
    # NFKC makes one letter of its compatible forms, such as full width.
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _check_match(
    source: Document, at: str, match: Mapping[str, Json], known: Mapping[str, Requirement]
) -> None:
    for name, value in match.items():
        if name not in _MATCHERS:
            place = source.key_source(f"{at}/{name}")
            raise UnknownName(place, kind="matcher", name=name, known=_MATCHERS)
        _check_exact(source.source(f"{at}/{name}"), name, value)
    if "requirement" not in match or not set(_NARROWING) & set(match):
        raise DocumentError(
            "the waiver matches too much.",
            source=source.source(at),
            advice=f"Name the requirement and at least one of {', '.join(_NARROWING)}.",
        )
    if "cause" in match and not _CAUSE.fullmatch(text(match["cause"])):
        raise DocumentError(
            f"'{text(match['cause'])}' is not the id of a cause.",
            source=source.source(f"{at}/cause"),
            advice="Copy the twelve digits from the report, and put them in quotes.",
        )
    requirement = known.get(text(match["requirement"]))
    if requirement is not None and is_security(requirement):
        raise DocumentError(
            f"{requirement.id} is a security requirement and cannot be waived.",
            source=source.source(f"{at}/requirement"),
            advice="Remove the waiver; the failure must be mended.",
        )


def _check_exact(place: Source, name: str, value: Json) -> None:
    # An environment may be a list, all other matchers are one text.
    names = items(value) if name == "environment" else (value,)
    if not names or any(
        not text(other).strip() or re.search(r"[*?]", text(other)) for other in names
    ):
        raise DocumentError(
            f"'{name}' must be written out, without wildcards.",
            source=place,
            advice="A waiver covers one thing that was looked at; quote what looks like a number.",
        )


def _day(source: Document, at: str, value: Json) -> date:
    try:
        return date.fromisoformat(text(value))
    except ValueError:
        raise DocumentError(
            f"'{value}' is not a date.", source=source.source(at), advice="Write it as 2026-12-31."
        ) from None


def _check_period(place: Source, created: date, expires: date) -> None:
    # Counted from the day of creation, whenever the file is read.
    if not created <= expires <= created + timedelta(days=MAX_DAYS):
        raise DocumentError(
            f"the waiver must end within {MAX_DAYS} days of {created}, not on {expires}.",
            source=place,
            advice="A longer deviation is a change of the contract.",
        )


def _expected(source: Document, at: str, value: Json) -> Status:
    names = tuple(str(status) for status in _EXPECTED)
    if value not in names:
        raise UnknownName(source.source(at), kind="expected result", name=str(value), known=names)
    return Status(text(value))


def _refuse_duplicates(waivers: tuple[Waiver, ...]) -> None:
    seen: set[str] = set()
    for waiver in waivers:
        if waiver.id in seen:
            raise DocumentError(
                f"there are two waivers '{waiver.id}'.",
                source=waiver.source,
                advice="Give each its own id.",
            )
        seen.add(waiver.id)
