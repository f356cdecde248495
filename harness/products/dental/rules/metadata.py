"""Promises on the file metadata of image intelligence: one entry a file, teeth, codes and dates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hypothesis.strategies import SearchStrategy

from harness.jsonvalue import Json
from harness.openapi.requirements import Strength
from harness.products.dental.codes.teeth import SAFE_NUMERIC
from harness.products.dental.rules.answers import acceptance, refusal
from harness.products.dental.rules.requests import (
    REFUSES,
    WRITES,
    claim,
    create_described,
    created,
    file_metadata,
    uploads,
)
from harness.products.dental.strategies.values import (
    malformed_procedure_lists,
    malformed_tooth_lists,
    too_long_procedure_codes,
)
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target
from harness.strategies.dates import malformed_dates

Entries = list[dict[str, Json]]
Edit = Callable[[Entries], Json]


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on file metadata."""
    return (
        *(_malformed(*item) for item in _MALFORMED),
        *(_refused(misfit) for misfit in _MISFITS),
        *(_accepted(other) for other in _FITS),
    )


_MALFORMED: tuple[tuple[str, str, tuple[str, ...], SearchStrategy[str]], ...] = (
    ("tooth-numbers-malformed", "toothNumbers", ("D096",), malformed_tooth_lists()),
    ("procedure-codes-malformed", "procedureCodes", ("D093",), malformed_procedure_lists()),
    ("procedure-code-too-long", "procedureCodes", ("D094",), too_long_procedure_codes()),
    ("metadata-date-malformed", "serviceDate", ("D095",), malformed_dates()),
)


def _malformed(
    name: str, field: str, requirements: tuple[str, ...], values: SearchStrategy[str]
) -> AnyRule:
    def verify(target: Target, value: str) -> Checks:
        sent, files = claim(target.environment), uploads(1)
        described = [{**entry, field: value} for entry in file_metadata(files)]
        # No code is published for any fault of the metadata (C60).
        return refusal(create_described(target, sent, files, described), (), sent)

    return Rule(
        f"dental/image-intelligence/{name}",
        f"metadata with a malformed {field} is refused",
        requirements,
        verify,
        values=values,
        needs=REFUSES,
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """Metadata for two files, edited."""

    name: str
    title: str
    requirements: tuple[str, ...]
    strength: Strength
    edit: Edit


def _with(**changes: Json) -> Edit:
    # One of two entries is changed: a check of the first alone, or of the last, is not enough.
    return lambda entries: [{**entries[0], **changes}, *entries[1:]]


# Seed and interface document contradict each other on names and types that differ (C36), and on
# letters as teeth (C35): the stricter reading is observed.
_MISFITS = (
    # An empty list describes no file, which is the same as no metadata (D083).
    _Case("metadata-empty", "an empty list of metadata", ("D083",), Strength.SHALL, lambda _: []),
    _Case(
        "entry-too-few", "fewer entries than files", ("D090",), Strength.OBSERVE, lambda m: m[:1]
    ),
    _Case(
        "entry-too-many",
        "more entries than files",
        ("D090",),
        Strength.OBSERVE,
        lambda m: [*m, m[0]],
    ),
    _Case(
        "entry-doubled",
        "two entries for one file",
        ("D090",),
        Strength.OBSERVE,
        lambda m: [m[0], m[0]],
    ),
    _Case(
        "entry-other-name",
        "an entry for a file that was not sent",
        ("D091",),
        Strength.OBSERVE,
        _with(fileName="harness-other.pdf"),
    ),
    _Case(
        "entry-other-case",
        "an entry whose file name differs in case",
        ("D091",),
        Strength.OBSERVE,
        # Some file systems would take the two names for one.
        _with(fileName="HARNESS-01.PDF"),
    ),
    _Case(
        "entry-other-type",
        "an entry of another media type than its file",
        ("D092",),
        Strength.OBSERVE,
        _with(mimeType="image/png"),
    ),
    _Case(
        "tooth-letters",
        "a tooth named by letters",
        ("D097",),
        Strength.OBSERVE,
        _with(toothNumbers="AS"),
    ),
)
# What an over-eager reading of the printed patterns would refuse (C32, C33).
_FITS = (
    _Case(
        "entries-in-other-order",
        "entries in another order than the files",
        ("D090",),
        Strength.SHOULD,
        lambda entries: entries[::-1],
    ),
    _Case("one-tooth", "a single tooth", ("D096",), Strength.SHALL, _with(toothNumbers="14")),
    _Case(
        "every-tooth",
        "all the teeth that have a number",
        ("D096",),
        Strength.SHALL,
        # All 64 at once: a list of two, as the printed pattern reads, would refuse it (C32).
        _with(toothNumbers=",".join(SAFE_NUMERIC)),
    ),
    _Case(
        "one-procedure-code",
        "a single code",
        ("D093",),
        Strength.SHALL,
        _with(procedureCodes="D0220"),
    ),
    _Case(
        "procedure-code-of-25",
        "a code of 25 characters",
        ("D094",),
        Strength.SHALL,
        _with(procedureCodes="D0220".ljust(25, "0")),
    ),
    _Case(
        "one-digit-tooth",
        "a tooth of one digit",
        ("D096",),
        Strength.OBSERVE,
        _with(toothNumbers="3"),
    ),
    _Case(
        "spaced-teeth",
        "a blank after the comma",
        ("D098",),
        Strength.OBSERVE,
        _with(toothNumbers="14, 16"),
    ),
    _Case(
        "leap-day", "a leap day as date", ("D095",), Strength.SHALL, _with(serviceDate="2024-02-29")
    ),
)


def _refused(case: _Case) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = claim(target.environment)
        described = case.edit(file_metadata(uploads(2)))
        return refusal(create_described(target, sent, uploads(2), described), (), sent)

    return _rule(case, "refused", verify, REFUSES)


def _accepted(case: _Case) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = claim(target.environment)
        described = case.edit(file_metadata(uploads(2)))
        return acceptance(created(create_described(target, sent, uploads(2), described)), 2, sent)

    return _rule(case, "accepted", verify, WRITES)


def _rule(
    case: _Case, end: str, verify: Callable[[Target, object], Checks], needs: Sequence[str]
) -> AnyRule:
    return Rule(
        f"dental/image-intelligence/{case.name}",
        f"{case.title}: {end}",
        case.requirements,
        verify,
        strength=case.strength,
        needs=tuple(needs),
    )
