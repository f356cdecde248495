"""Promises on a search for documents: what it finds, how its criteria narrow it, and what it refuses."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.jsonvalue import Json
from harness.openapi.requirements import Strength
from harness.products.medical.facts import RETRIEVES
from harness.products.medical.rules.fields import slug_of
from harness.products.medical.rules.retrieval_requests import (
    DEFAULT,
    FILTERS,
    FIRST,
    LAST,
    LIVE,
    READS,
    TEST,
    WRITES,
    Sent,
    found,
    lists,
    lists_not,
    look_for,
    look_for_body,
    numbers_of,
    refused_with,
    send_in,
)
from harness.products.medical.rules.search import beside, unfit
from harness.rules.checks import check, equal
from harness.rules.edits import drop
from harness.rules.rule import AnyRule, Checks, Drawn, Rule
from harness.rules.target import Target, json_body

_DAYS: dict[str, Json] = {FIRST: "2026-01-16", LAST: "2026-01-17"}
_NOBODY = "HARNESSNOBODY"
_NARROW = "memberId"
# Long before and long after any upload.
_OTHER_DAYS = ({FIRST: "2001-01-01", LAST: "2001-01-02"}, {FIRST: "2099-01-01", LAST: "2099-12-31"})
_SUBSETS = st.sets(st.sampled_from(FILTERS))


def search_rules() -> tuple[AnyRule, ...]:
    """Return the rules on what a search finds."""
    return (
        *(_alone(name) for name in FILTERS),
        # Finding alone proves little: a search that ignores a filter finds everything.
        *(_wrong(name) for name in FILTERS),
        *_found(),
        _mode("live", "test documents are not among the live ones", LIVE),
        # What is uploaded for a test payer is a test document, which only testMode=true finds.
        _mode("no-mode", "without a mode, live documents are searched", DEFAULT),
    )


def _rule(
    name: str,
    title: str,
    requirement: str,
    verify: Callable[[Target, Drawn], Checks],
    values: SearchStrategy[Drawn] | None = None,
    needs: tuple[str, ...] = WRITES,
) -> AnyRule:
    case = f"medical/retrieval/search/{name}"
    return Rule(case, title, (requirement,), verify, values, needs=needs)


def _alone(name: str) -> AnyRule:
    # Others' documents have claims of the same days.
    also = (_NARROW,) if name.endswith("Date") else ()

    def verify(target: Target, _: object) -> Checks:
        sent = send_in(target)
        return lists(target, sent.criteria(name, *also), sent)

    return _rule(f"by-{slug_of(name)}", f"a document is found by its {name}", "A066", verify)


def _wrong(name: str) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = send_in(target)
        return _hides(target, sent, sent.criteria(_NARROW), name)

    title = f"a document is found no more once the search has another {name}"
    return _rule(f"by-other-{slug_of(name)}", title, "A066", verify)


def _hides(target: Target, sent: Sent, fitting: dict[str, Json], name: str) -> Checks:
    """Search with and without one wrong value; a search that finds nothing at all would not do."""
    yield from lists(target, fitting, sent)
    yield from lists_not(target, {**fitting, name: unfit(name)}, sent)


def _found() -> tuple[AnyRule, ...]:
    return (
        _rule(
            "together", "criteria that fit find a document together", "A066", _together, _SUBSETS
        ),
        _rule(
            "one-wrong",
            "one criterion that does not fit hides a document, whatever else fits",
            "A067",
            _one_wrong,
            st.tuples(_SUBSETS, st.sampled_from(FILTERS)),
        ),
        _rule("size", "no more documents are listed than asked for", "A067", _size),
        _rule("other-days", "a search by other days does not find a document", "A015", _other_days),
        _rule("times", "a day is searched from its first moment to its last", "A015", _times),
        _rule(
            "nobody", "a search that fits nothing finds nothing", "A066", _nobody, needs=RETRIEVES
        ),
        Rule(
            "medical/retrieval/search/inverted-days",
            "days in the wrong order find nothing",
            ("A015",),
            _inverted,
            strength=Strength.SHOULD,
            needs=WRITES,
        ),
    )


def _together(target: Target, names: set[str]) -> Checks:
    sent = send_in(target)
    return lists(target, sent.criteria(_NARROW, *sorted(names)), sent)


def _one_wrong(target: Target, drawn: tuple[set[str], str]) -> Checks:
    names, name = drawn
    sent = send_in(target)
    return _hides(target, sent, sent.criteria(_NARROW, *beside(names, name)), name)


def _size(target: Target, _: object) -> Checks:
    sent = send_in(target, 2)
    criteria = sent.criteria(_NARROW)
    yield from lists(target, criteria, sent)
    # More than there are changes nothing; fewer cuts the list.
    yield from lists(target, {**criteria, "size": 10}, sent)
    answered = look_for(target, {**criteria, "size": 1})
    # Which of the two is listed is left to the API.
    yield equal("hits", answered, 1, len(found(answered)))
    yield from answered.conforms()


def _other_days(target: Target, _: object) -> Checks:
    sent = send_in(target)
    criteria = sent.criteria(_NARROW)
    yield from lists(target, criteria, sent)
    for days in _OTHER_DAYS:
        yield from lists_not(target, {**criteria, **days}, sent)


def _times(target: Target, _: object) -> Checks:
    sent = send_in(target)
    criteria = sent.criteria(_NARROW)
    first, last = f"{criteria[FIRST]}T00:00:00.000Z", f"{criteria[LAST]}T23:59:59.999Z"
    yield from lists(target, {**criteria, FIRST: first, LAST: last}, sent)
    # The day after the upload begins with this moment; before it, that day holds nothing.
    yield from lists_not(target, {**criteria, FIRST: last, LAST: last}, sent)


def _nobody(target: Target, _: object) -> Checks:
    answered = look_for(target, {**_DAYS, _NARROW: _NOBODY})
    code, hits = answered.response.status, len(found(answered))
    # The document has a 404 for a search too.
    holds = code == 404 or (code == 200 and answered.body == [])
    yield check("hits", answered, "[] or 404", f"{code}, {hits} hits", holds=holds)
    yield from answered.conforms()


def _inverted(target: Target, _: object) -> Checks:
    sent = send_in(target)
    criteria = sent.criteria(_NARROW)
    yield from lists(target, criteria, sent)
    answered = look_for(target, {**criteria, FIRST: criteria[LAST], LAST: criteria[FIRST]})
    code = answered.response.status
    yield check("status", answered, "200, 400 or 404", str(code), holds=code in (200, 400, 404))
    yield equal("hits", answered, 0, len(numbers_of(answered)))
    yield from answered.conforms()


def _mode(name: str, title: str, mode: str) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = send_in(target)
        criteria = sent.criteria(_NARROW)
        yield from lists(target, criteria, sent)
        yield from lists_not(target, criteria, sent, mode)

    return _rule(name, title, "A066", verify)


_NO_DATES: tuple[Json, ...] = ("20260116", "2026-02-30", "01/16/2026", "today", 20260116, ["x"])
# A number for every text, a word for the one number.
_MISTYPED: dict[str, Json] = {**dict.fromkeys(FILTERS, 7), "size": "ten"}


def refusal_rules() -> tuple[AnyRule, ...]:
    """Return the rules on searches that are refused."""
    return (
        *(rule for day in (FIRST, LAST) for rule in _without(day)),
        *(_mistyped(name, value) for name, value in _MISTYPED.items()),
        _refusal_rule("other-mode", "a mode is true or false", _other_mode),
        *_bodies(),
    )


def _refusal_rule(
    name: str,
    title: str,
    verify: Callable[[Target, Drawn], Checks],
    values: SearchStrategy[Drawn] | None = None,
) -> AnyRule:
    return _rule(name, title, "A015", verify, values, READS)


def _without(day: str) -> tuple[AnyRule, ...]:
    slug = "first-day" if day == FIRST else "last-day"

    def rule(name: str, title: str, criteria: Json) -> AnyRule:
        def verify(target: Target, _: object) -> Checks:
            return refused_with(look_for(target, criteria), 400)

        return _refusal_rule(f"{name}-{slug}", title, verify)

    return (
        rule("missing", f"a search without {day} is refused", drop(_DAYS, day)),
        rule("null", f"a search whose {day} is null is refused", {**_DAYS, day: None}),
        rule("empty", f"a search whose {day} is empty is refused", {**_DAYS, day: ""}),
        _refusal_rule(
            f"malformed-{slug}",
            f"a search whose {day} is no date is refused",
            lambda target, value: refused_with(look_for(target, {**_DAYS, day: value}), 400),
            st.sampled_from(_NO_DATES),
        ),
    )


def _mistyped(name: str, value: Json) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        return refused_with(look_for(target, {**_DAYS, name: value}), 400)

    title = f"a search whose {name} is of another type is refused"
    return _refusal_rule(f"mistyped-{slug_of(name)}", title, verify)


def _other_mode(target: Target, _: object) -> Checks:
    return refused_with(look_for(target, _DAYS, "?testMode=maybe"), 400)


def _bodies() -> tuple[AnyRule, ...]:
    def rule(name: str, title: str, body: bytes) -> AnyRule:
        def verify(target: Target, _: object) -> Checks:
            headers = (("Content-Type", "application/json"),)
            return refused_with(look_for_body(target, headers, body), 400)

        return _refusal_rule(name, title, verify)

    return (
        rule("no-body", "a search without a body is refused", b""),
        rule("not-json", "a search that is no JSON is refused", b"{start"),
        rule("list", "a search that is a list is refused", b"[]"),
        rule("no-criteria", "a search without criteria is refused", b"{}"),
        Rule(
            "medical/retrieval/search/media-type",
            "a search under another media type than JSON is refused",
            ("O020",),
            _media_type,
            strength=Strength.SHOULD,
            needs=READS,
        ),
    )


def _media_type(target: Target, _: object) -> Checks:
    _, body = json_body(_DAYS)
    answered = look_for_body(target, (("Content-Type", "text/plain"),), body, TEST)
    # 415 is the exact status (RFC 9110, 15.5.16), 400 the general one.
    return refused_with(answered, 400, 415)
