"""Every rule on medical attachments."""

from collections.abc import Iterable

from harness.products.medical.facts import FACTS, STATUS, SUBMISSION
from harness.products.medical.rules import (
    contact,
    details,
    filters,
    lines,
    members,
    metadata,
    naming,
    retrieval,
    retrieval_search,
    status,
    trace,
    upload,
)
from harness.rules.fuzz.second_opinion import fuzz_rules
from harness.rules.part import Exploration, RuleContext, RulePart
from harness.rules.rule import AnyRule


def _rules(context: RuleContext) -> Iterable[AnyRule]:
    """Return the rules on upload, status, search and retrieval, and on what time does to a status."""
    # Nearly every rule sends by one and looks by the other.
    if SUBMISSION in context.apis and STATUS in context.apis:
        yield from medical_rules()
    # Only the mock has a clock that can be moved.
    if context.can_advance_time and STATUS in context.apis:
        yield from status.passing_time_rules()


def medical_rules() -> tuple[AnyRule, ...]:
    """Return the rules that need nobody to move a clock."""
    return (
        *upload.rules(),
        *members.rules(),
        *lines.rules(),
        *naming.rules(),
        *contact.rules(),
        *status.status_rules(),
        *details.rules(),
        *trace.trace_rules(),
        *metadata.rules(),
        *filters.rules(),
        *trace.foreign_rules(),
        # The drawn submissions come after all fixed ones, whose failures are easier to read.
        upload.upload_rule(),
        *retrieval_search.search_rules(),
        *retrieval_search.refusal_rules(),
        *retrieval.rules(),
    )


def _exploring(context: RuleContext, exploration: Exploration) -> Iterable[AnyRule]:
    return fuzz_rules(FACTS, ("O002",), context, exploration)


PART = RulePart(_rules, _exploring)
