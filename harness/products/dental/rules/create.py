"""Promises on creating dental attachments as a whole: what both create operations accept and answer."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.codes.media_types import MEDIA_TYPES, MediaType
from harness.config import Environment
from harness.files.upload import Upload
from harness.jsonvalue import Json, members, text
from harness.outcome import Check
from harness.products.dental.rules.answers import acceptance, receipt, refusal
from harness.products.dental.rules.requests import (
    CREATIONS,
    IMAGES,
    REFUSES,
    WRITES,
    Created,
    Creation,
    claim,
    create,
    create_described,
    created,
    of_kind,
    uploads,
)
from harness.products.dental.strategies.claims import claims
from harness.products.dental.strategies.files import file_metadata
from harness.products.dental.strategies.files import uploads as drawn_uploads
from harness.rules.checks import check, equal
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target

TYPE_REQUIREMENTS = {
    "bmp": "D026",
    "jpeg": "D027",
    "tiff": "D028",
    "png": "D029",
    "pdf": "D030",
    "txt": "D031",
    "doc": "D032",
    "docx": "D032",
    "dicom": "D033",
    "gif": "D034",
    "rtf": "D035",
}
# Numbers up to ten have rules of their own; more files would only make examples slow.
_MOST_DRAWN_FILES = 3
_Described = tuple[tuple[Upload, ...], list[dict[str, Json]]]
"""Files, and an entry of metadata for each of them."""
_TRANSACTION = "imageIntelligenceTransactionId"


def rules(environment: Environment) -> tuple[AnyRule, ...]:
    """Return the rules on whole create requests, with claims this environment may send."""
    return (
        *_accepted(environment),
        *(rule for by in CREATIONS for rule in _whole(by)),
        *(_file_type(kind, by) for by in CREATIONS for kind in MEDIA_TYPES),
        *(_file_count(count, by) for by in CREATIONS for count in (1, 2, 5, 9, 10)),
        *(_too_few_or_many(count, by) for by in CREATIONS for count in (0, 11)),
    )


def _accepted(environment: Environment) -> tuple[AnyRule, AnyRule]:
    valid = claims(submitter_id=environment.submitter_id, tax_id=environment.tax_id)
    files = drawn_uploads(min_size=1, max_size=_MOST_DRAWN_FILES)
    return (
        Rule(
            "dental/create/accepted",
            "any valid claim with valid files is accepted and closed",
            ("D005", "D019", "D020", "D021", "D022", "D024", "D025", "D053", "D054"),
            _plain_accepted,
            values=st.tuples(valid, files),
            needs=WRITES,
        ),
        Rule(
            "dental/image-intelligence/accepted",
            "any valid claim is accepted whose files are described",
            ("D008", "D076", "D089", "D093", "D095", "D096", "D099"),
            _described_accepted,
            # Drawn after the files, for each entry has to name one of them (D091).
            values=st.tuples(valid, files.flatmap(_described)),
            needs=WRITES,
        ),
    )


def _described(files: tuple[Upload, ...]) -> SearchStrategy[_Described]:
    return st.tuples(st.just(files), file_metadata(files))


def _plain_accepted(target: Target, drawn: tuple[dict[str, Json], tuple[Upload, ...]]) -> Checks:
    sent, files = drawn
    return acceptance(created(create(target, sent, files)), len(files), sent)


def _described_accepted(target: Target, drawn: tuple[dict[str, Json], _Described]) -> Checks:
    sent, (files, described) = drawn
    return acceptance(created(create_described(target, sent, files, described)), len(files), sent)


def _whole(by: Creation) -> tuple[AnyRule, AnyRule]:
    def answer(target: Target, _: object) -> Checks:
        sent = claim(target.environment)
        # Three files, so that one id for all, or one too few, shows.
        made = created(create(target, sent, uploads(3), by))
        yield from receipt(made, 3, sent)
        # null and absent are alike here: neither is an id (D100).
        given = members(made.answered.body).get(_TRANSACTION)
        has_id = bool(text(given)) if by.wants_metadata else given is None
        expected = "an id" if by.wants_metadata else "absent"
        actual = "absent" if given is None else repr(given)
        yield check("image-intelligence", made.answered, expected, actual, holds=has_id)

    def differ(target: Target, _: object) -> Checks:
        return _numbers_differ(target, by)

    # The seed numbers the same promises once for each operation.
    own = ("D076", "D099") if by.wants_metadata else ("D055", "D056", "D057", "D059", "D100")
    return (
        Rule(
            f"dental/{by.group}/answer",
            "the answer holds a control number, one id a file, the status and the time",
            (*own, "D058"),
            answer,
            needs=WRITES,
        ),
        Rule(
            f"dental/{by.group}/control-numbers-differ",
            "every call gives a new control number and new attachment ids",
            ("D076",) if by is IMAGES else ("D023",),
            differ,
            needs=WRITES,
        ),
    )


def _numbers_differ(target: Target, by: Creation) -> Checks:
    sent = claim(target.environment)
    # The same claim three times: nothing but the call itself makes the numbers differ.
    made = [created(create(target, sent, uploads(2), by)) for _ in range(3)]
    for each in made:
        yield from acceptance(each, 2, sent)
    yield _distinct(made[-1], "control-numbers", [other.control_number for other in made])
    ids = [identifier for other in made for identifier in other.attachment_ids]
    yield _distinct(made[-1], "attachments", ids)
    if by.wants_metadata:
        analyses = [text(members(other.answered.body).get(_TRANSACTION)) for other in made]
        yield _distinct(made[-1], "image-intelligence", analyses)


def _distinct(made: Created, name: str, values: list[str]) -> Check:
    return equal(f"{name}.distinct", made.answered, len(values), len(set(values)))


def _file_type(kind: MediaType, by: Creation) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = claim(target.environment)
        return acceptance(created(create(target, sent, (of_kind(kind),), by)), 1, sent)

    return Rule(
        f"dental/{by.group}/file-type-{kind.kind}",
        f"a {kind.kind.upper()} file is accepted",
        (TYPE_REQUIREMENTS[kind.kind],),
        verify,
        needs=WRITES,
    )


def _file_count(count: int, by: Creation) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = claim(target.environment)
        return acceptance(created(create(target, sent, uploads(count), by)), count, sent)

    title = f"{count} files in one request are accepted" if count > 1 else "one file is accepted"
    case = f"dental/{by.group}/{count}-file{'s' if count > 1 else ''}"
    return Rule(case, title, ("D037", "D038"), verify, needs=WRITES)


def _too_few_or_many(count: int, by: Creation) -> AnyRule:
    # No file is also a missing part, which has a requirement of its own.
    own = ("D037", *by.requirements("D039")) if count == 0 else ("D038",)

    def verify(target: Target, _: object) -> Checks:
        sent = claim(target.environment)
        # No code is published for too few or too many files (C44).
        return refusal(create(target, sent, uploads(count), by), (), sent)

    title = f"a request with {count or 'no'} files is refused"
    return Rule(f"dental/{by.group}/{count}-files", title, own, verify, needs=REFUSES)
