"""Show a finished case as Allure is to show it: names, labels, links, steps, and nothing raw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import md5

from harness.events import CasePlanned
from harness.exchange import Exchange
from harness.outcome import Check, Outcome, Status
from harness.report.messages import printable, request_text, response_text, status_line
from harness.report.report_data import milliseconds
from harness.report.wording import LABELS, one_line

# Steps of a case in all.
MAX_STEPS = 20
MAX_PASSED_STEPS = 3
"""A contract case that passed shows a sample: thousands of attachments make the page crawl."""
# Characters of a comparison; the attachment shows the rest.
MAX_COMPARED = 2_000

# Allure has no waived and no observed: labels and categories tell them apart.
_STATUS = {
    Status.PASS: "passed",
    Status.WARN: "passed",
    Status.FAIL: "failed",
    # A waived failure stays one and is marked as known in its details.
    Status.WAIVED: "failed",
    Status.ERROR: "broken",
    Status.SKIP: "skipped",
    Status.OMIT: "skipped",
    Status.REVIEW: "skipped",
    Status.NOT_RUN: "skipped",
}
_SEVERITY = {"SHALL": "critical", "SHOULD": "normal", "OBSERVE": "minor"}
_TAGGED = (Status.WARN, Status.OMIT, Status.WAIVED, Status.REVIEW, Status.NOT_RUN)
_BAD = (Status.FAIL, Status.ERROR)

Attach = Callable[[bytes], str]
"""Write bytes into the results folder and return the name of the file."""


@dataclass(frozen=True, slots=True)
class Label:
    """A word that Allure groups and filters by."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """A place elsewhere that explains a case."""

    name: str
    url: str
    type: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the results folder."""

    name: str
    source: str
    type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Details:
    """Why a case, or a step of it, is not simply passed."""

    message: str
    expected: str = ""
    actual: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One exchange; times are in milliseconds."""

    name: str
    status: str
    start: int
    stop: int
    attachments: tuple[Attachment, ...]
    details: Details | None = None


@dataclass(frozen=True, slots=True)
class AllureCase:
    """A case in the words of Allure; times are in milliseconds."""

    name: str
    identity: str
    path: tuple[str, ...]
    status: str
    details: Details | None
    description: str
    labels: tuple[Label, ...]
    links: tuple[Link, ...]
    steps: tuple[Step, ...]
    start: int
    stop: int
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseView:
    """A finished case with what is known of it."""

    planned: CasePlanned
    outcome: Outcome
    exchanges: tuple[Exchange, ...] = ()
    environment: str = ""
    status: Status | None = None
    """The status that counts, where strength or a waiver changed it."""
    waiver: str = ""
    statements: tuple[tuple[str, str], ...] = ()
    """What its requirements say, by their ids, where that is known."""
    links: tuple[Link, ...] = ()
    cause: str = ""
    """What stands behind it, where it did not pass."""
    has_evidence: bool = True
    """Whether its decisive exchange is attached; of a cause the first cases are enough."""
    printed: str = ""
    """What the program of a client printed."""
    begun: str = ""
    """When its run began, for what has no time of its own: Allure would show 1970."""


def show(view: CaseView, attach: Attach) -> AllureCase:
    """Return a case in the words of Allure, and write what its steps attach."""
    plan, status = view.planned, view.status or view.outcome.status
    begun = milliseconds(view.outcome.started) or milliseconds(view.begun)
    return AllureCase(
        name=plan.case,
        # Allure's history is keyed by it, so that it must not depend on the run.
        identity=md5(plan.case.encode(), usedforsecurity=False).hexdigest(),
        path=(plan.api, plan.group),
        status=_STATUS[status],
        details=_details(view, status),
        description=_description(view),
        labels=_labels(view, status),
        links=view.links,
        steps=tuple(_step(each, view, begun, attach) for each in chosen(view)),
        start=begun,
        stop=begun + round(view.outcome.duration_seconds * 1000),
        attachments=_output(view, status, attach),
    )


def _output(view: CaseView, status: Status, attach: Attach) -> tuple[Attachment, ...]:
    """Attach what a client printed while it did not pass."""
    if not view.printed or status in (Status.PASS, Status.OMIT):
        return ()
    return (_attached("output of the client", printable(view.printed), attach),)


def chosen(view: CaseView) -> Sequence[Exchange]:
    """Return the exchanges that become steps: the first ones, and those that failed a check."""
    passed = view.outcome.status is Status.PASS and view.planned.kind == "contract"
    most = MAX_PASSED_STEPS if passed else MAX_STEPS
    judged = {c.exchange for c in view.outcome.checks if c.status in _BAD}
    # Exchanges that failed a check are kept before any others.
    judged_first = [each for each in view.exchanges if each.id in judged][:most]
    rest = [each for each in view.exchanges if each.id not in judged]
    return sorted(
        judged_first + rest[: most - len(judged_first)],
        key=lambda each: each.id,
    )


def _step(exchange: Exchange, view: CaseView, case_begun: int, attach: Attach) -> Step:
    # An exchange without a stamp is put where its case began.
    begun = milliseconds(exchange.started) or case_begun
    bad = [c for c in view.outcome.checks if c.exchange == exchange.id and c.status in _BAD]
    # Without an answer a step is broken and not failed: nobody was proven wrong.
    silent = "passed" if exchange.response and not bad else "broken"
    failed = any(check.status is Status.FAIL for check in bad)
    shows = view.has_evidence and exchange.id == _decisive(view)
    return Step(
        name=one_line(status_line(exchange)),
        status="failed" if failed else silent,
        start=begun,
        stop=begun + round(exchange.duration_seconds * 1000),
        attachments=(
            (
                _attached("request", request_text(exchange.request), attach),
                _attached("response", response_text(exchange), attach),
            )
            if shows
            else ()
        ),
        details=Details(printable("\n".join(map(_check_line, bad)))) if bad else None,
    )


def _decisive(view: CaseView) -> int:
    """Return the exchange that shows why a case did not pass; 0 of one that passed, or sent nothing.

    It is attached once: two files a step made a page of tens of megabytes.
    """
    if (view.status or view.outcome.status) in (Status.PASS, Status.OMIT):
        return 0
    first = view.outcome.first_bad
    if first is not None and first.exchange:
        return first.exchange
    # Without a bad check the last exchange is where it ended.
    return view.exchanges[-1].id if view.exchanges else 0


def _attached(name: str, text: str, attach: Attach) -> Attachment:
    return Attachment(name, attach(text.encode("utf-8", "replace")))


def _labels(view: CaseView, status: Status) -> tuple[Label, ...]:
    plan = view.planned
    pairs = [
        ("epic", plan.api),
        ("feature", plan.group),
        ("story", plan.title),
        # Allure opens every group in which something failed: a group for each cause holds only that.
        ("part", view.cause or plan.api),
        ("severity", _SEVERITY.get(plan.strength, "normal")),
        ("conformance", plan.strength),
        ("outcome", str(status)),
        ("env", view.environment),
        ("framework", "harness"),
        *(("requirement", name) for name in plan.requirements),
        *((("tag", str(status)),) if status in _TAGGED else ()),
    ]
    return tuple(Label(name, value) for name, value in pairs if value)


def _details(view: CaseView, status: Status) -> Details | None:
    lines = [_check_line(check) for check in view.outcome.checks if check.status is not Status.PASS]
    waived = f"waived {view.waiver}" if view.waiver else ""
    first = view.outcome.first_bad
    # The message of a case is often its first check in words.
    is_repeated = first is not None and view.outcome.message == _compared(first)
    message = "" if is_repeated else view.outcome.message
    text_lines = [line for line in (waived, message, *lines) if line]
    if not text_lines and status is Status.PASS:
        return None
    plain = Details(
        printable("\n".join(text_lines)) or LABELS[status], known=status is Status.WAIVED
    )
    if first is None:
        return plain
    expected, actual = (printable(text)[:MAX_COMPARED] for text in (first.expected, first.actual))
    return replace(plain, expected=expected, actual=actual)


def _check_line(check: Check) -> str:
    where = f" at {check.where}" if check.where else ""
    rule = f" ({check.source})" if check.source else ""
    compared = f"expected {one_line(check.expected)}, got {one_line(check.actual)}"
    return f"{check.name}{where}: {compared}{rule}"


def _compared(check: Check) -> str:
    return f"{check.name}: expected {check.expected}, got {check.actual}"


def _description(view: CaseView) -> str:
    count = len(view.exchanges)
    hidden = count - len(chosen(view))
    said = dict(view.statements)
    lines = [view.planned.title]
    lines += [f"**{name}** {said.get(name, '')}".strip() for name in view.planned.requirements]
    if not view.has_evidence:
        lines.append("Its exchange is not attached: the first cases of the cause show the same.")
    if hidden:
        lines.append(f"{hidden} of {count} exchanges are not shown; record.jsonl holds them all.")
    return "\n\n".join(lines)
