"""Promises on the criteria of a metadata search: each narrows it, and all of them hold together."""

from collections.abc import Callable, Mapping

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.jsonvalue import Json
from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.products.medical.rules.baseline import WRITES, documents
from harness.products.medical.rules.checks import accepted
from harness.products.medical.rules.fields import slug_of
from harness.products.medical.rules.requests import found, search, upload
from harness.products.medical.rules.search import (
    FILTERS,
    SHARED,
    SUBMITTER,
    Own,
    beside,
    finds,
    finds_not,
    fresh,
    listed,
    marked,
    own,
    unfit,
)
from harness.rules.checks import check, equal, refused, status
from harness.rules.edits import drop
from harness.rules.rule import AnyRule, Checks, Drawn, Rule
from harness.rules.target import Answered, Target

_MOST_HITS = 100
_NARROW = "memberId"

# A set and no list: criteria are members of an object, without order or repetition.
_SUBSETS = st.sets(st.sampled_from(FILTERS))


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on criteria."""
    return (
        *(_alone(name) for name in FILTERS),
        *(_wrong(name) for name in FILTERS),
        *_combined(),
        Rule(
            "medical/metadata/without-submitter",
            "whether a search has to name the submitter is recorded",
            ("A015",),
            _without_submitter,
            strength=Strength.OBSERVE,
            needs=WRITES,
        ),
        Rule(
            "medical/metadata/100-hits",
            "100 hits are listed, and one more gets an error that asks for narrower criteria",
            ("A068",),
            _hundred_hits,
            needs=("writes_allowed", "load_allowed"),
        ),
    )


def _combined() -> tuple[AnyRule, ...]:
    """Return the rules on criteria that are given together."""
    return (
        _rule(
            "together",
            "an upload is found by any combination of criteria that fit it",
            "A066",
            _together,
            _SUBSETS,
        ),
        _rule(
            "one-wrong",
            "one criterion that does not fit hides an upload, whatever else fits",
            "A066",
            _one_wrong,
            st.tuples(_SUBSETS, st.sampled_from(FILTERS)),
        ),
        _rule(
            "narrower",
            "a further criterion never enlarges the result",
            "A067",
            _narrower,
            st.tuples(_SUBSETS, st.sampled_from(FILTERS), st.booleans()),
        ),
    )


def _rule(
    name: str,
    title: str,
    requirement: str,
    verify: Callable[[Target, Drawn], Checks],
    values: SearchStrategy[Drawn] | None = None,
) -> AnyRule:
    return Rule(f"medical/metadata/{name}", title, (requirement,), verify, values, needs=WRITES)


def _alone(name: str) -> AnyRule:
    # On a busy day the values that others share would find more than can be listed.
    also = (_NARROW,) if name in SHARED else ()

    def verify(target: Target, _: object) -> Checks:
        # An upload of its own with a token of its own, so that no other case's uploads are found.
        mine = own(target, fresh(target))
        return finds(target, mine.criteria(name, *also), mine)

    title = f"an upload is found by its days and its {name}"
    return _rule(f"by-{slug_of(name)}", title, "A066", verify)


def _wrong(name: str) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        mine = own(target, fresh(target))
        yield from _hides(target, mine, mine.criteria(_NARROW), name)
        # A filter that counts alone may be forgotten in company.
        yield from _hides(target, mine, mine.criteria(_NARROW, *beside(FILTERS, name)), name)

    title = f"an upload is found no more once the search has another {name}"
    return _rule(f"by-other-{slug_of(name)}", title, "A066", verify)


def _hides(target: Target, mine: Own, fitting: Mapping[str, Json], name: str) -> Checks:
    """Search with and without one wrong value; a search that finds nothing at all would not do."""
    yield from finds(target, fitting, mine)
    yield from finds_not(target, {**fitting, name: unfit(name)}, mine)


def _together(target: Target, names: set[str]) -> Checks:
    mine = own(target, fresh(target))
    return finds(target, mine.criteria(_NARROW, *sorted(names)), mine)


def _one_wrong(target: Target, drawn: tuple[set[str], str]) -> Checks:
    names, name = drawn
    mine = own(target, fresh(target))
    return _hides(target, mine, mine.criteria(_NARROW, *beside(names, name)), name)


def _narrower(target: Target, drawn: tuple[set[str], str, bool]) -> Checks:
    """Search among two uploads that differ by payer, before and after one criterion is added."""
    names, name, is_wrong = drawn
    token = fresh(target)
    # One token for both: they are alike in all but what follows from the payer.
    other, mine = own(target, token, payer_id="TESTEP02"), own(target, token)
    for each in (other, mine):
        yield from accepted(each.receipt)
    wide = mine.criteria(_NARROW, *(beside(names, name) if is_wrong else sorted(names)))
    narrow = {**wide, name: unfit(name) if is_wrong else mine.fitting[name]}
    before, after = search(target, wide), search(target, narrow)
    for answered in (before, after):
        yield status(answered, 200)
        yield from answered.conforms()
    yield listed(before, mine.trace_id)
    # Both searches ask for the same days, so that a newcomer is the search's doing.
    more = set(found(after)) - set(found(before))
    actual = f"{len(more)} that were not" if more else "none that was not"
    yield check("hits.narrower", after, "none that was not there before", actual, holds=not more)


def _without_submitter(target: Target, _: object) -> Checks:
    mine = own(target, fresh(target))
    return finds(target, drop(mine.criteria(_NARROW), SUBMITTER), mine)


def _hundred_hits(target: Target, _: object) -> Checks:
    token = fresh(target)
    mine = own(target, token)
    yield from accepted(mine.receipt)
    # 101 uploads in all: hence the need of `load_allowed`.
    for _number in range(_MOST_HITS - 1):
        upload(target, marked(token), documents(1))
    criteria = mine.criteria(_NARROW)
    full = search(target, criteria)
    yield status(full, 200)
    yield _count(full, _MOST_HITS)
    yield from full.conforms()
    upload(target, marked(token), documents(1))
    over = search(target, criteria)
    yield from _asks_for_narrower(over)


def _count(answered: Answered, expected: int) -> Check:
    return equal("hits", answered, expected, len(set(found(answered))))


def _asks_for_narrower(answered: Answered) -> Checks:
    """Judge an error of which the message is published, and the HTTP status is not (C104)."""
    yield refused(answered)
    said = answered.response.body.decode("utf-8", "replace")
    # Printed is "There are more than 100 records found."; the wording may change (C104).
    asks = "criteria" in said.lower() or str(_MOST_HITS) in said
    yield check("error.message", answered, "asks for other criteria", said, holds=asks)
    yield from answered.conforms()
