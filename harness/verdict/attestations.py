"""Read what people saw with their own eyes, where no test from outside can look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from harness.document import Document
from harness.errors import DocumentError, UnknownName
from harness.events import Attested
from harness.jsonvalue import Json, items, members, text
from harness.openapi.requirements import Requirement
from harness.record import Record
from harness.source import Source

_MEMBERS = ("requirement", "who", "when", "what")


@dataclass(frozen=True, slots=True)
class Attestation:
    """One statement of a person; it stands beside the verdict and changes nothing of it."""

    requirement: str
    who: str
    when: date
    what: str


def parse(
    source: Document, requirements: Iterable[Requirement], *, today: date
) -> tuple[Attestation, ...]:
    """Return the attestations of a document. Raises DocumentError with the place of the fault."""
    if not isinstance(source.data, list):
        raise DocumentError(
            "is not a list of attestations.",
            source=source.source(),
            advice="Write each as `- requirement: D001` with who, when and what.",
        )
    known = tuple(requirement.id for requirement in requirements)
    return tuple(
        _attestation(source, f"/{index}", members(entry), known, today)
        for index, entry in enumerate(items(source.data))
    )


def recorded(record: Record) -> tuple[Attestation, ...]:
    """Return what people attested while the run went on; of one question the last answer counts."""
    # A question is known by its words, which stand before the colon of the answer.
    last = {
        (each.case, each.requirement, each.what.partition(": ")[0]): each
        for each in record.attested
    }
    return tuple(
        Attestation(each.requirement, each.who, _recorded_day(each), each.what)
        for each in last.values()
    )


def _recorded_day(attested: Attested) -> date:
    try:
        return date.fromisoformat(attested.when)
    except ValueError:
        raise DocumentError(
            f"an attestation of {attested.case} is of '{attested.when}', which is no date.",
            source=Source("record.jsonl"),
            advice="Bring back the record that the run wrote.",
        ) from None


def _attestation(
    source: Document, at: str, entry: Mapping[str, Json], known: tuple[str, ...], today: date
) -> Attestation:
    # A misspelt member would be a statement that nobody reads.
    for name in entry:
        if name not in _MEMBERS:
            place = source.key_source(f"{at}/{name}")
            raise UnknownName(place, kind="attestation member", name=name, known=_MEMBERS)
    for name in _MEMBERS:
        # Who saw what, and when: without one of them a statement cannot be asked about.
        if not text(entry.get(name)).strip():
            what = f"the attestation does not say {name}."
            raise DocumentError(what, source=source.source(at), advice=f"Add `{name}:`.")
    requirement = text(entry["requirement"])
    if requirement not in known:
        place = source.source(f"{at}/requirement")
        raise UnknownName(place, kind="requirement", name=requirement, known=known)
    when = _day(source, f"{at}/when", text(entry["when"]), today)
    return Attestation(requirement, text(entry["who"]), when, text(entry["what"]))


def _day(source: Document, at: str, value: str, today: date) -> date:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise DocumentError(
            f"'{value}' is not a date.", source=source.source(at), advice="Write it as 2026-12-31."
        ) from None
    if day > today:
        raise DocumentError(
            f"nobody can have seen it on {day}, which is yet to come.", source=source.source(at)
        )
    return day
