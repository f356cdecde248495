"""Promises on what belongs to others: nobody learns of another organisation's transactions."""

from harness.jsonvalue import text
from harness.outcome import Check
from harness.products.medical.rules.baseline import WRITES
from harness.products.medical.rules.requests import detail, search, summary
from harness.products.medical.rules.search import Own, finds, fresh, own, unlisted
from harness.rules.checks import check
from harness.rules.rule import Checks, Rule
from harness.rules.target import Answered, Target

_FOREIGN = "foreign"


def rules() -> tuple[Rule, ...]:
    """Return the rules on strangers, which take a stranger's credentials."""
    return (
        Rule(
            "medical/status/foreign-trace-id",
            "another organisation's transaction is not told by its trace id",
            ("O003", "A073"),
            _status,
            needs=WRITES,
            role=_FOREIGN,
        ),
        Rule(
            "medical/metadata/foreign-transaction",
            "another organisation's transaction is not found by its data",
            ("O003", "O014"),
            _search,
            needs=WRITES,
            role=_FOREIGN,
        ),
    )


def _status(target: Target, _: object) -> Checks:
    mine = own(target, fresh(target))
    yield from finds(target, mine.criteria("memberId"), mine)
    stranger = target.acting_as(_FOREIGN)
    for ask in (summary, detail):
        answered = ask(stranger, mine.trace_id)
        code = answered.response.status
        # Not to know of it is as good an answer as not to be allowed to know.
        holds = 400 <= code <= 499 or (code == 200 and answered.body == [])
        yield check("foreign", answered, "4xx or an empty list", str(code), holds=holds)
        yield _silent(answered, mine)
        yield from answered.conforms()


def _search(target: Target, _: object) -> Checks:
    mine = own(target, fresh(target))
    yield from finds(target, mine.criteria("memberId"), mine)
    answered = search(target.acting_as(_FOREIGN), mine.criteria("memberId"))
    code = answered.response.status
    yield check(
        "status", answered, "200 or 4xx", str(code), holds=code == 200 or 400 <= code <= 499
    )
    yield unlisted(answered, mine.trace_id)
    yield _silent(answered, mine)
    yield from answered.conforms()


def _silent(answered: Answered, mine: Own) -> Check:
    is_told = text(mine.fitting["memberId"]) in answered.response.body.decode("utf-8", "replace")
    actual = "the member id" if is_told else "nothing"
    return check("body", answered, "nothing of the transaction", actual, holds=not is_told)
