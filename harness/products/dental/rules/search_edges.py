"""Promises on unusual searches: order, repetition, spelling of ids, and bodies that are none."""

from collections.abc import Callable

from harness.exchange import Headers
from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.products.dental.rules.answers import (
    attachment_id,
    error_named,
    found_under,
    holds_files,
    published,
    received,
    refusal,
)
from harness.products.dental.rules.requests import (
    WRITES,
    Created,
    bare,
    search,
    search_body,
    search_json,
    uploads,
)
from harness.products.dental.rules.search import is_stored, stored
from harness.rules.checks import check, refused, status
from harness.rules.edits import JSON
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target

_MALFORMED = published("Pattern.req.attachmentId")
# The table has an error for each form (018 and 003), and says of neither when it applies (C41).
_NO_NUMBER = (_MALFORMED, published("Pattern.req.attachmentControlNumber"))
# A whole and valid search, which each body below spoils in one way.
_UNKNOWN = b'{"attachmentIds":["CHC#999999000001"]}'


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on unusual searches."""
    return (*_found(), *_spellings(), *_bodies())


def _found() -> tuple[AnyRule, ...]:
    def rule(
        name: str, title: str, requirement: str, verify: _Verify, strength: Strength
    ) -> AnyRule:
        case = f"dental/search/{name}"
        return Rule(case, title, (requirement,), verify, strength=strength, needs=WRITES)

    return (
        rule("order", "parts come as asked for or as uploaded", "D069", _order, Strength.SHOULD),
        rule("again", "a second search gives the same", "D062", _again, Strength.SHALL),
        rule("same-id-twice", "an id given twice finds its file", "D069", _twice, Strength.OBSERVE),
        rule(
            "id-and-control-number",
            "a control number beside one of its ids finds all of its files",
            "D067",
            _id_and_number,
            Strength.OBSERVE,
        ),
        rule(
            "eleven-ids",
            "eleven ids are refused although all of them lead to files",
            "D064",
            _eleven,
            Strength.SHALL,
        ),
        rule(
            "extra-member",
            "a member that nobody asked for changes nothing",
            "D062",
            _extra_member,
            Strength.OBSERVE,
        ),
    )


_Verify = Callable[[Target, object], Checks]


def _order(target: Target, _: object) -> Checks:
    made = stored(target, uploads(3))
    yield from is_stored(made, 3)
    uploaded = [bare(other) for other in made.attachment_ids]
    asked = uploaded[::-1]
    answered = search(target, made.attachment_ids[::-1])
    parts = received(answered)
    given = [] if isinstance(parts, Check) else [attachment_id(part) for part in parts]
    expected = f"{', '.join(asked)} or the reverse"
    # Either order makes sense; a third one would be none at all.
    holds = given in (asked, uploaded)
    yield check("parts.order", answered, expected, ", ".join(given) or "none", holds=holds)


def _again(target: Target, _: object) -> Checks:
    files = uploads(2)
    made = stored(target, files)
    yield from is_stored(made, 2)
    first = search(target, made.attachment_ids)
    yield from holds_files(first, made, made.by_id(files))
    wanted = found_under(first, made.by_id(files))
    # An empty pool: by now it is known which file each id stands for.
    yield from holds_files(search(target, made.attachment_ids), made, wanted, pool=())


def _twice(target: Target, _: object) -> Checks:
    made = stored(target, uploads(1))
    yield from is_stored(made, 1)
    answered = search(target, [*made.attachment_ids, *made.attachment_ids])
    yield from holds_files(answered, made, made.by_id(uploads(1)))


def _id_and_number(target: Target, _: object) -> Checks:
    files = uploads(2)
    made = stored(target, files)
    yield from is_stored(made, 2)
    wanted = made.by_id(files)
    answered = search(target, [*made.attachment_ids[:1], made.control_number])
    yield from holds_files(answered, made, wanted)


def _eleven(target: Target, _: object) -> Checks:
    made = stored(target, uploads(10))
    yield from is_stored(made, 10)
    # Ten ids and the control number: eleven that exist, so that only their number is wrong.
    yield from refusal(search(target, [*made.attachment_ids, made.control_number]), (), {})


def _extra_member(target: Target, _: object) -> Checks:
    made = stored(target, uploads(1))
    yield from is_stored(made, 1)
    answered = search_json(target, {"attachmentIds": list(made.attachment_ids), "harness": 1})
    yield from holds_files(answered, made, made.by_id(uploads(1)))


def _spellings() -> tuple[AnyRule, ...]:
    def other_prefix(made: Created) -> str:
        return f"ABC#{bare(made.attachment_ids[0])}"

    def upper_case(made: Created) -> str:
        return f"CHC#{bare(made.control_number).upper()}"

    return (
        _spelling("lower-case-prefix", "a prefix in lower case is malformed", _lower_case),
        _spelling("other-prefix", "another system's prefix finds nothing of ours", other_prefix),
        _no_control_number(),
        _found_or_not("upper-case-control-number", "hexadecimal digits in capitals", upper_case),
    )


def _lower_case(made: Created) -> str:
    # Only the prefix has letters: the digits of an id have no case.
    return made.attachment_ids[0].lower()


def _spelling(name: str, title: str, spell: Callable[[Created], str]) -> AnyRule:
    """Search under another spelling; the pattern decides on the lower case, nothing on the rest."""

    def verify(target: Target, _: object) -> Checks:
        made = stored(target, uploads(1))
        yield from is_stored(made, 1)
        if made.attachment_ids:
            answered = search(target, [spell(made)])
            yield refused(answered)
            if spell is _lower_case:
                yield error_named(answered, _MALFORMED)

    # The printed pattern has capitals; of other prefixes nothing is said (C40).
    strength = Strength.SHALL if spell is _lower_case else Strength.OBSERVE
    requirement = "D121" if spell is _lower_case else "D068"
    case = f"dental/search/{name}"
    return Rule(case, title, (requirement,), verify, strength=strength, needs=WRITES)


def _no_control_number() -> AnyRule:
    """Search for 24 characters that are not all hexadecimal: 003 or 018, the table leaves it open."""
    return Rule(
        "dental/search/malformed-control-number",
        "a control number with other letters than a to f is malformed",
        ("D106",),
        lambda target, _: refusal(search(target, [f"CHC#{'g' * 24}"]), _NO_NUMBER, {}),
        strength=Strength.OBSERVE,
    )


def _found_or_not(name: str, title: str, spell: Callable[[Created], str]) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        made = stored(target, uploads(1))
        yield from is_stored(made, 1)
        answered = search(target, [spell(made)])
        # Hexadecimal digits have no case, but the API may well compare texts.
        yield status(answered, 200, 400, 404)
        yield from answered.conforms()

    title = f"{title} either find the files or are refused in order"
    return Rule(
        f"dental/search/{name}", title, ("D067",), verify, strength=Strength.OBSERVE, needs=WRITES
    )


_TYPED: Headers = (("Content-Type", JSON),)
_BODIES: tuple[tuple[str, str, Headers, bytes], ...] = (
    ("empty-body", "without a body", _TYPED, b""),
    ("cut-short", "of JSON that is cut short", _TYPED, _UNKNOWN[:-3]),
    ("not-utf-8", "that is not UTF-8", _TYPED, b'{"attachmentIds":["\xff\xfe"]}'),
    ("nested-deeply", "that is nested very deeply", _TYPED, b"[" * 20_000),
    ("two-values", "of two values", _TYPED, _UNKNOWN + _UNKNOWN),
    ("as-text", "of JSON as text/plain", (("Content-Type", "text/plain"),), _UNKNOWN),
    (
        "as-form",
        "of form fields",
        (("Content-Type", "application/x-www-form-urlencoded"),),
        b"attachmentIds=CHC%23999999000001",
    ),
    ("as-xml", "of XML", (("Content-Type", "application/xml"),), b"<attachmentIds/>"),
    ("no-content-type", "without a content type", (), _UNKNOWN),
)


def _bodies() -> tuple[AnyRule, ...]:
    return tuple(_body(*body) for body in _BODIES)


def _body(name: str, title: str, headers: Headers, content: bytes) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        return refusal(search_body(target, headers, content), (), {})

    title = f"a search {title} is refused"
    return Rule(f"dental/search/envelope/{name}", title, ("D060",), verify)
