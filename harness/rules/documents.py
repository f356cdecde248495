"""Report what a document in use lacks: a finding of the document, beside the cases left out for it."""

from collections.abc import Iterator

from harness.openapi.model import Absent, Api
from harness.outcome import Attribution, Check, Status
from harness.rules.part import RuleContext
from harness.rules.rule import Checks, Rule
from harness.rules.target import Target


def rules(context: RuleContext) -> Iterator[Rule]:
    """Yield a rule for each operation that a document in use no longer has."""
    seen: set[str] = set()
    for api in context.apis.values():
        owners = [fact.name for fact in context.products.facts if api.name in fact.documents]
        for absent in api.absent if owners else ():
            rule = _rule(owners[0], api, absent)
            if rule.id not in seen:  # a document of tokens may belong to several products
                seen.add(rule.id)
                yield rule


def _rule(owner: str, api: Api, absent: Absent) -> Rule:
    defect, operation = absent.defect, absent.operation

    def verify(_: Target, __: object) -> Checks:
        yield Check(
            "document.operation",
            Status.WARN,
            expected=operation.label,
            actual=f"the document {defect.what.rstrip('.')}",
            where=f"document {api.name}",
            source=str(defect.source),
            attribution=Attribution.DOCUMENT,
        )

    title = f"the document in use describes {operation.id}"
    return Rule(f"{owner}/document/{operation.id}", title, (), verify, needs=())
