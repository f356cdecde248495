"""The state of one workflow under way, and what its expressions can see of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from harness.outcome import Check
from harness.workflow.document.inputs import optional
from harness.workflow.document.model import Book, Workflow
from harness.workflow.engine.attempt import take_outputs
from harness.workflow.engine.budget import Budget
from harness.workflow.engine.reports import Result, StepReport
from harness.workflow.language.scope import Scope, Values


@dataclass(slots=True)
class Course:
    """What has happened in a workflow so far."""

    book: Book
    workflow: Workflow
    inputs: Values
    budget: Budget
    steps: dict[str, Values] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    reports: list[StepReport] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)
    last: Scope = field(default_factory=Scope)
    """What the step before saw: its request and response."""
    renew_at: float | None = None

    def take(self, result: Result) -> None:
        """Add what another workflow came to."""
        self.checks += result.checks
        self.reports += result.steps
        self.recovered += result.recovered

    def scope(self) -> Scope:
        """Return what a step can refer to now."""
        seen = Scope(
            inputs=self.inputs,
            optional=optional(self.book, self.workflow),
            steps=dict(self.steps),
            workflows=self._workflows(),
            descriptions={
                description.name: {
                    "name": description.name,
                    "url": description.url,
                    "type": description.kind,
                }
                for description in self.book.descriptions
            },
            components=self.book.components,
            self_uri=self.book.self_uri,
        )
        if "$outputs" not in self.book.document.text:
            return seen
        outputs, _ = take_outputs(self.workflow.outputs, seen, has_selectors=self.book.minor > 0)
        return replace(seen, outputs=outputs)

    def result(self, *, completed: bool) -> Result:
        """Return what the workflow has come to."""
        selectors = self.book.minor > 0
        outputs, _ = take_outputs(self.workflow.outputs, self.scope(), has_selectors=selectors)
        return Result(
            workflow=self.workflow.id,
            checks=tuple(self.checks),
            steps=tuple(self.reports),
            inputs=self.inputs,
            outputs=outputs,
            recovered=tuple(self.recovered),
            completed=completed,
            last=self.last,
            renew_at=self.renew_at,
        )

    def _workflows(self) -> dict[str, Mapping[str, Values]]:
        done = {
            name: {"inputs": result.inputs, "outputs": result.outputs}
            for (_, name), result in self.budget.finished.items()
        }
        return {**done, self.workflow.id: {"inputs": self.inputs}}
