"""Every rule on medical attachments."""

from collections.abc import Iterable

from harness.products.medical.facts import FACTS, STATUS, SUBMISSION
from harness.products.medical.rules import (
    contact,
    details,
    filters,
    foreign,
    lines,
    members,
    metadata,
    naming,
    passing_time,
    retrieval,
    retrieval_refusals,
    retrieval_search,
    status,
    trace,
    troubles,
    upload,
)
from harness.rules.fuzz.protected import fuzz_rules
from harness.rules.part import Exploration, RuleContext, RulePart
from harness.rules.rule import Rule


def _rules(context: RuleContext) -> Iterable[Rule]:
    """Return the rules on upload, status, search and retrieval, and on what time does to a status."""
    if SUBMISSION in context.apis and STATUS in context.apis:
        yield from medical_rules()
    if context.can_advance_time and STATUS in context.apis:
        yield from passing_time.rules()


def medical_rules() -> tuple[Rule, ...]:
    """Return the rules that need nobody to move a clock."""
    return (
        *upload.rules(),
        *members.rules(),
        *lines.rules(),
        *naming.rules(),
        *contact.rules(),
        *status.rules(),
        *details.rules(),
        *trace.rules(),
        *metadata.rules(),
        *filters.rules(),
        *foreign.rules(),
        troubles.upload_rule(),
        *retrieval_search.rules(),
        *retrieval_refusals.rules(),
        *retrieval.rules(),
    )


def _exploring(context: RuleContext, exploration: Exploration) -> Iterable[Rule]:
    return fuzz_rules(FACTS, ("O002",), context, exploration)


PART = RulePart(_rules, _exploring)
