"""Promises on finding dental attachments again, and on not finding what is not there."""

from collections.abc import Callable, Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.codes.media_types import MEDIA_TYPES
from harness.files.samples import sample_upload
from harness.files.upload import Upload
from harness.products.dental.rules.answers import found_under, holds_files, published, refusal
from harness.products.dental.rules.requests import (
    IMAGES,
    PLAIN,
    REFUSES,
    WRITES,
    Created,
    Creation,
    bare,
    claim,
    create,
    created,
    of_kind,
    search,
    uploads,
)
from harness.products.dental.strategies.files import uploads as drawn_uploads
from harness.products.dental.strategies.values import (
    control_numbers,
    malformed_attachment_ids,
    unknown_attachment_ids,
)
from harness.rules.checks import equal, status
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target

_MALFORMED = published("Pattern.req.attachmentId")
_NOT_FOUND = published("DataService.attachments.find.notFound")
_NOT_TOGETHER = published("Attachments.req.searchAttachments.containerMismatch")
_ORIGINALS = ("D007", "D062", "D066", "D069", "D070", "D071", "D072", "D073", "D075")
# 70 kB, just above the 64 kB that copy buffers usually hold; a small file stands beside it.
_LARGE = (*uploads(1), sample_upload("pdf", "harness-large.pdf", size_bytes=70_000))

Ids = Callable[[Created], tuple[str, ...]]


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on searching, found and not found."""
    return (*_round_trips(), *_by_ids(), *_refused())


def stored(target: Target, files: Sequence[Upload], by: Creation = PLAIN) -> Created:
    """Create attachments for a search to find; `is_stored` says whether that went well."""
    return created(create(target, claim(target.environment), files, by))


def is_stored(made: Created, files: int) -> Checks:
    """Check that there is something to search for."""
    yield status(made.answered, 201, 200)
    yield equal("attachments", made.answered, files, len(made.attachment_ids))


def round_trip(
    target: Target,
    files: Sequence[Upload],
    ids: Ids,
    by: Creation = PLAIN,
    *,
    are_names_kept: bool = True,
) -> Checks:
    """Store files, search for them, and judge what comes back."""
    made = stored(target, files, by)
    yield from is_stored(made, len(files))
    wanted = made.by_id(files)
    answered = search(target, ids(made))
    yield from holds_files(answered, made, wanted, are_names_kept=are_names_kept)


def prefixed(made: Created) -> tuple[str, ...]:
    """Return the attachment ids as they were given."""
    return made.attachment_ids


def _bare(made: Created) -> tuple[str, ...]:
    return tuple(bare(attachment_id) for attachment_id in made.attachment_ids)


def _control_number(made: Created) -> tuple[str, ...]:
    return (made.control_number,)


def _bare_number(made: Created) -> tuple[str, ...]:
    return (bare(made.control_number),)


def _round_trips() -> tuple[AnyRule, ...]:
    """Return the rules on what comes back, which is what was uploaded."""
    return (
        Rule(
            "dental/search/round-trip",
            "whatever was uploaded comes back byte for byte",
            _ORIGINALS,
            lambda target, files: round_trip(target, files, prefixed),
            # Up to four: enough for files to be mixed up, and still readable when it fails.
            values=drawn_uploads(min_size=1, max_size=4),
            needs=WRITES,
        ),
        Rule(
            "dental/search/round-trip-described",
            "so does what was uploaded for image intelligence",
            ("D062", "D076"),
            lambda target, _: round_trip(target, uploads(2), prefixed, IMAGES),
            needs=WRITES,
        ),
        Rule(
            "dental/search/control-number-described",
            "and by the control number that image intelligence gave",
            ("D067", "D076"),
            lambda target, _: round_trip(target, uploads(2), _control_number, IMAGES),
            needs=WRITES,
        ),
        Rule(
            "dental/search/large-file",
            "a file that no buffer of 64 kB holds comes back whole",
            ("D062",),
            lambda target, _: round_trip(target, _LARGE, prefixed),
            needs=WRITES,
        ),
        *(_file_type(number) for number in range(len(MEDIA_TYPES))),
    )


def _by_ids() -> tuple[AnyRule, ...]:
    """Return the rules on which ids lead to which files."""

    def rule(name: str, title: str, requirements: tuple[str, ...], files: int, ids: Ids) -> AnyRule:
        def verify(target: Target, _: object) -> Checks:
            return round_trip(target, uploads(files), ids)

        return Rule(f"dental/search/{name}", title, requirements, verify, needs=WRITES)

    return (
        *(
            rule(f"{count}-files", f"{count} ids find {count} files", ("D064",), count, prefixed)
            # Every number up to the limit of ten (D064): limits are not only missed at their end.
            for count in range(2, 11)
        ),
        rule("one-id", "one id finds its file", ("D063", "D066"), 1, prefixed),
        rule("bare-ids", "ids without their prefix find the same files", ("D068",), 2, _bare),
        rule("control-number", "a control number finds every file", ("D067",), 3, _control_number),
        rule("bare-control-number", "so it does without prefix", ("D067", "D068"), 2, _bare_number),
        Rule(
            "dental/search/one-of-many",
            "one id out of several finds that file and no other",
            ("D066", "D069"),
            _one_of_many,
            needs=WRITES,
        ),
    )


def _file_type(number: int) -> AnyRule:
    kind = MEDIA_TYPES[number]
    return Rule(
        f"dental/search/file-type-{kind.kind}",
        f"a {kind.kind.upper()} file comes back as it was, with its media type",
        ("D062", "D073"),
        lambda target, _: round_trip(target, (of_kind(kind),), prefixed),
        needs=WRITES,
    )


def _one_of_many(target: Target, _: object) -> Checks:
    files = uploads(3)
    made = stored(target, files)
    yield from is_stored(made, 3)
    # First all: which id has which file is known only from an answer, as no order is promised.
    every = search(target, made.attachment_ids)
    yield from holds_files(every, made, made.by_id(files))
    # The second of three, so that neither "the first" nor "the last" is right by chance.
    wanted = dict([*found_under(every, made.by_id(files)).items()][1:2])
    yield from holds_files(search(target, tuple(wanted)), made, wanted)


def _refused() -> tuple[AnyRule, ...]:
    return (
        Rule(
            "dental/search/malformed-id",
            "an id of no known form is refused",
            ("D121",),
            lambda target, value: refusal(search(target, [value]), (_MALFORMED,), {}),
            # Nothing is stored for these, so they run where writes are not allowed as well.
            values=malformed_attachment_ids(),
        ),
        Rule(
            "dental/search/unknown-id",
            "a well-formed id that nobody has is not found",
            ("D135",),
            lambda target, value: refusal(search(target, [value]), (_NOT_FOUND,), {}),
            values=st.one_of(unknown_attachment_ids(), _unknown_control_numbers()),
        ),
        Rule(
            "dental/search/known-and-unknown-id",
            "an unknown id beside a known one is not passed over",
            ("D135",),
            _known_and_unknown,
            needs=WRITES,
        ),
        Rule(
            "dental/search/two-containers",
            "ids of two calls in one search are refused",
            ("D132",),
            _two_containers,
            needs=REFUSES,
        ),
        Rule(
            "dental/search/two-control-numbers",
            "so are the control numbers of two calls",
            ("D132",),
            _two_control_numbers,
            needs=REFUSES,
        ),
    )


def _unknown_control_numbers() -> SearchStrategy[str]:
    # The middle is overwritten: a number that was really issued is then next to impossible.
    return control_numbers().map(lambda number: f"{number[:4]}ffffff{number[10:]}")


def _known_and_unknown(target: Target, _: object) -> Checks:
    made = stored(target, uploads(1))
    yield from is_stored(made, 1)
    answered = search(target, (*made.attachment_ids, "CHC#999999000001"))
    # An unknown id is not of the same container either, so both errors are right.
    yield from refusal(answered, (_NOT_FOUND, _NOT_TOGETHER), {})


def _two_containers(target: Target, _: object) -> Checks:
    first, second = stored(target, uploads(1)), stored(target, uploads(1))
    # The second call stands for both: they are equal.
    yield from is_stored(second, 1)
    answered = search(target, (*first.attachment_ids, *second.attachment_ids))
    yield from refusal(answered, (_NOT_TOGETHER,), {})


def _two_control_numbers(target: Target, _: object) -> Checks:
    first, second = stored(target, uploads(1)), stored(target, uploads(1))
    yield from is_stored(second, 1)
    answered = search(target, (first.control_number, second.control_number))
    yield from refusal(answered, (_NOT_TOGETHER,), {})
