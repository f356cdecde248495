"""Promises on a metadata search's form: the days it needs, what it lists, and what it refuses."""

from collections.abc import Callable, Mapping

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.jsonvalue import Json, items, members, text
from harness.openapi.requirements import Strength
from harness.products.medical.rules.baseline import WRITES, Payer, payers
from harness.products.medical.rules.checks import (
    accepted,
    in_time,
    judge_states,
    refused_plainly,
    same_details,
    same_states,
)
from harness.products.medical.rules.details import ECHOED
from harness.products.medical.rules.requests import (
    detail,
    found,
    search,
    search_body,
    states,
    summary,
    transaction,
)
from harness.products.medical.rules.search import (
    FIRST_DAY,
    LAST_DAY,
    Own,
    finds,
    finds_not,
    fresh,
    listed,
    own,
    own_submitter,
)
from harness.rules.checks import check, equal, status
from harness.rules.edits import drop
from harness.rules.rule import AnyRule, Checks, Drawn, Rule
from harness.rules.target import Answered, Target, json_body

_DAYS: Mapping[str, Json] = {FIRST_DAY: "2026-01-16", LAST_DAY: "2026-01-17"}
# The compact form of submissions is among them: the two APIs write dates differently (C106).
_NO_DATES: tuple[Json, ...] = ("20260116", "2026-02-30", "01/16/2026", "today", 20260116, ["x"])
_NOBODY = "HARNESSNOBODY"
_READS = ("validates_requests",)
# Far from any upload on either side.
_FUTURE: Mapping[str, Json] = {FIRST_DAY: "2099-01-01", LAST_DAY: "2099-12-31"}
_PAST: Mapping[str, Json] = {FIRST_DAY: "2001-01-01", LAST_DAY: "2001-01-02"}
_SOME_ID = "00000000-0000-4000-8000-000000000000"


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on searches that look for days, and on those that are malformed."""
    return (
        *(_hit(payer) for payer in payers()),
        *(rule for day in (FIRST_DAY, LAST_DAY) for rule in _without_day(day)),
        *_ranges(),
        *_bodies(),
        _rule(
            "nobody",
            "a search that fits nothing gives an empty list",
            ("A066", "O002"),
            _nobody,
            needs=(),
        ),
    )


def _rule(
    name: str,
    title: str,
    requirements: tuple[str, ...],
    verify: Callable[[Target, Drawn], Checks],
    values: SearchStrategy[Drawn] | None = None,
    needs: tuple[str, ...] = WRITES,
) -> AnyRule:
    return Rule(f"medical/metadata/{name}", title, requirements, verify, values, needs=needs)


def _softer(
    name: str, title: str, strength: Strength, verify: Callable[[Target, object], Checks]
) -> AnyRule:
    case = f"medical/metadata/{name}"
    return Rule(case, title, ("A015",), verify, strength=strength, needs=WRITES)


def _hit(payer: Payer) -> AnyRule:
    """Find an upload again, with what was submitted and the statuses of its summary."""

    def verify(target: Target, _: object) -> Checks:
        mine = own(target, fresh(target), payer_id=payer.id)
        yield from accepted(mine.receipt)
        answered = search(target, mine.criteria("memberId"))
        yield status(answered, 200)
        yield from answered.conforms()
        yield listed(answered, mine.trace_id)
        for hit in items(answered.body):
            if text(members(hit).get("traceId")).lower() == mine.trace_id:
                yield from _judge_hit(answered, members(hit), mine, payer)
        # Said three times (summary, detail, hit), a status must be the same each time (C98).
        yield from _as_in_detail(answered, mine, detail(target, mine.trace_id))

    title = f"a search lists an upload for {payer.id} with its trace id and status {payer.code}"
    requirements = (payer.requirement, "A001", "A015", "A017", "O014")
    return _rule(f"hit-{payer.slug}", title, requirements, verify)


def _judge_hit(answered: Answered, hit: Mapping[str, Json], mine: Own, payer: Payer) -> Checks:
    details = members(hit.get("transactionDetails"))
    # A hit shows the same details as a detail does, so the same members are compared.
    for name in (*ECHOED, "submitterId"):
        yield equal(f"details.{name}", answered, mine.fitting[name], details.get(name))
    yield from judge_states(answered, states(hit.get("status")), payer, members(mine.sent))


def _as_in_detail(answered: Answered, mine: Own, whole: Answered) -> Checks:
    """Compare the one hit with the detail of the same transaction."""
    yield equal("hits.own", answered, [mine.trace_id], list(found(answered)))
    expected = transaction(whole.body)
    for hit in map(members, items(answered.body)):
        details = expected.get("transactionDetails")
        yield same_details(answered, details, hit.get("transactionDetails"))
        reported = states(hit.get("status"))
        yield from same_states(answered, states(expected.get("status")), reported)
        yield in_time(answered, members(details), reported)


def _without_day(day: str) -> tuple[AnyRule, ...]:
    slug = "first-day" if day == FIRST_DAY else "last-day"

    def rule(name: str, title: str, criteria: Json) -> AnyRule:
        def verify(target: Target, _: object) -> Checks:
            return _refused(search(target, criteria))

        return _rule(f"{name}-{slug}", title, ("A015",), verify, needs=_READS)

    return (
        rule("missing", f"a search without {day} is refused", drop(_DAYS, day)),
        rule("null", f"a search whose {day} is null is refused", {**_DAYS, day: None}),
        rule("empty", f"a search whose {day} is empty is refused", {**_DAYS, day: ""}),
        _rule(
            f"malformed-{slug}",
            f"a search whose {day} is no date in YYYY-MM-DD is refused",
            ("A015",),
            lambda target, value: _refused(search(target, {**_DAYS, day: value})),
            st.sampled_from(_NO_DATES),
            _READS,
        ),
    )


def _refused(answered: Answered) -> Checks:
    yield status(answered, 400)
    yield from answered.conforms()


def _ranges() -> tuple[AnyRule, ...]:
    return (
        _rule("own-days", "a search by its days finds an upload", ("A015", "A017"), _own_days),
        _rule("other-days", "a search by other days does not", ("A015",), _other_days),
        _softer("one-day", "both days of a range belong to it", Strength.SHOULD, _one_day),
        _softer(
            "inverted-days", "days in the wrong order find nothing", Strength.SHOULD, _inverted
        ),
        _softer(
            "trace-id-as-criterion",
            "whether a trace id as criterion is refused or passed over is recorded",
            Strength.OBSERVE,
            _by_trace_id,
        ),
    )


def _own_days(target: Target, _: object) -> Checks:
    mine = own(target, fresh(target))
    # More than 100 hits on a busy day are an error, so the days alone cannot be searched.
    return finds(target, mine.criteria("memberId"), mine)


def _other_days(target: Target, _: object) -> Checks:
    mine = own(target, fresh(target))
    yield from finds(target, mine.criteria("memberId"), mine)
    for days in (_PAST, _FUTURE):
        yield from finds_not(target, {**mine.criteria("memberId"), **days}, mine)


def _one_day(target: Target, _: object) -> Checks:
    mine = own(target, fresh(target))
    day = received_day(target, mine)
    days = {FIRST_DAY: day, LAST_DAY: day}
    return finds(target, {**mine.criteria("memberId"), **days}, mine)


def received_day(target: Target, mine: Own) -> str:
    """Return the UTC day on which the API says it took a transaction."""
    # By the API's word: our clock may already be in the next day.
    reported = states(summary(target, mine.trace_id).body)
    return text(reported[0].get("statusTimeStamp"))[:10] if reported else ""


def _inverted(target: Target, _: object) -> Checks:
    mine = own(target, fresh(target))
    yield from accepted(mine.receipt)
    given = mine.criteria("memberId")
    answered = search(target, {**given, FIRST_DAY: given[LAST_DAY], LAST_DAY: given[FIRST_DAY]})
    # Nothing found or a refusal: no document says which.
    yield status(answered, 200, 400)
    yield equal("hits", answered, 0, len(found(answered)))
    yield from answered.conforms()


def _by_trace_id(target: Target, _: object) -> Checks:
    mine = own(target, fresh(target))
    yield from accepted(mine.receipt)
    answered = search(target, {**mine.criteria("memberId"), "traceId": _SOME_ID})
    # It is no documented criterion; only to find something else by it would be wrong.
    refused = answered.response.status == 400
    passed_over = mine.trace_id in found(answered)
    actual = "refused" if refused else "passed over" if passed_over else "taken as criterion"
    yield check(
        "trace-id", answered, "refused or passed over", actual, holds=refused or passed_over
    )
    yield from answered.conforms()


def _nobody(target: Target, _: object) -> Checks:
    # With the submitter, since one document wants him in every search.
    answered = search(target, {**_DAYS, **own_submitter(target), "memberId": _NOBODY})
    yield status(answered, 200)
    # An empty list, and not null or an error (A066).
    yield check("hits", answered, "[]", f"{len(found(answered))} hits", holds=answered.body == [])
    yield from answered.conforms()


def _bodies() -> tuple[AnyRule, ...]:
    def rule(name: str, title: str, body: bytes) -> AnyRule:
        def verify(target: Target, _: object) -> Checks:
            headers = (("Content-Type", "application/json"),)
            return refused_plainly(search_body(target, headers, body))

        return _rule(name, title, ("A015",), verify, needs=_READS)

    return (
        rule("no-body", "a search without a body is refused", b""),
        rule("not-json", "a search that is no JSON is refused", b"{transaction"),
        rule("list", "a search that is a list is refused", b"[]"),
        rule("no-criteria", "a search without criteria is refused", b"{}"),
        Rule(
            "medical/metadata/media-type",
            "a search under another media type than JSON is refused",
            ("O020",),
            _media_type,
            strength=Strength.SHOULD,
            needs=_READS,
        ),
    )


def _media_type(target: Target, _: object) -> Checks:
    _, body = json_body({**_DAYS, "memberId": _NOBODY})
    yield from refused_plainly(search_body(target, (("Content-Type", "text/plain"),), body))
