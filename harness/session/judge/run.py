"""Judge a client: start it once a scenario, observe what it sends, and record all of it."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from harness import __version__
from harness.client.http import Time
from harness.client.redaction import Redactor
from harness.config import Settings
from harness.errors import ConfigurationError, HarnessError
from harness.events import (
    CaseFinished,
    CasePlanned,
    CasesCounted,
    CaseStarted,
    ClientPrinted,
    Event,
    RunFinished,
    RunStarted,
    SetUsed,
)
from harness.jsonvalue import compact
from harness.judge.app import Judge
from harness.judge.calls import Call, exchange_of
from harness.judge.evidence import ClientEnd, Evidence
from harness.judge.judgement import judged
from harness.judge.observe import Clocks
from harness.judge.privacy import MOST_PRINTED, Given, given, printed, private
from harness.judge.product import Inputs, inputs_of
from harness.judge.scenario import Scenario, control_of
from harness.judge.session import Session
from harness.openapi.effective import effective
from harness.outcome import Outcome, Status
from harness.record import FILE_NAME, RecordWriter
from harness.scratch import made
from harness.session.judge.expected import ExpectedFailure, with_expected_failures
from harness.session.judge.products import Judged
from harness.session.judge.program import (
    Asked,
    Attachment,
    Children,
    Program,
    attended,
    is_quiet,
    leaked,
    read_result,
    run_program,
    write_context,
)
from harness.session.judge.server import Places, mock_for, places
from harness.session.reporting.reports import Result, write_reports
from harness.session.reporting.verdict_inputs import snapshot
from harness.session.run.documents import documents_used
from harness.session.run.folder import job_of, open_folder, point_latest
from harness.session.run.journal import Journal, Listen
from harness.session.run.lifecycle import CompletedRun, RunEnd
from harness.verdict.scope import CLIENT, SCENARIOS

ENVIRONMENT = "judge"
SILENT_SECONDS = 20.0
"""How long a client may be silent from its start before it is ended."""


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """What may be asked of a judgement besides its settings."""

    program: Program | None
    """What starts the client; None where it is a service that learns of each context."""
    products: tuple[Judged, ...]
    jobs: int = 1
    seed: int = 1
    waivers: Path | None = None
    expected_failures: tuple[ExpectedFailure, ...] = ()
    profile: str = "ci"
    allure: bool = True
    selection: str = ""
    """The patterns of the scenarios, where not all of them are judged."""
    attachment: Attachment | None = None
    """How a service learns of it, where there is no program."""
    scenarios_total: int = 0
    """All scenarios of the products, whatever is selected of them."""


@dataclass(frozen=True)
class _RunContext:
    options: JudgeOptions
    settings: Settings
    judge: Judge
    places: Places
    journal: Journal
    redactor: Redactor
    time: Time
    scratch: Path

    @property
    def url(self) -> str:
        return self.places.url


def judge_client(
    settings: Settings, options: JudgeOptions, *, time: Time, listen: Listen
) -> Result:
    """Judge a client by every scenario, record it, and write the verdict and the reports."""
    folder = open_folder(settings.reports, now=time.now(), label=f"judge-{options.profile}")
    point_latest(folder)
    # First of all, so that what the run is judged by cannot change under it.
    digests = snapshot(folder, waiver_file=options.waivers, baseline=None, role="client")
    writer = RecordWriter(folder / FILE_NAME)
    journal = Journal(writer, listen)
    redactor = Redactor(settings.environment.masked_names)
    begun = time.monotonic()
    judge = Judge(Clocks(time.now, time.monotonic))
    ended = RunEnd()
    try:
        with places(judge) as at, made("judge") as scratch:
            context = _RunContext(options, settings, judge, at, journal, redactor, time, scratch)
            journal.write(_started(context, folder.name, digests.sets, digests.waivers))
            ended = _run(context)
        spent = round(time.monotonic() - begun, 3)
        journal.write(
            RunFinished(
                _stamp(time),
                spent,
                ended.interrupted,
                redactor.text(ended.error),
                ended.exit_code or 0,
            )
        )
    finally:
        writer.close()
    return write_reports(
        CompletedRun(folder, ended, redactor.secrets, redactor.pieces), allure=options.allure
    )


def outcomes_of(settings: Settings, options: JudgeOptions, *, time: Time) -> Mapping[str, Outcome]:
    """Judge a client and return what each scenario came to, without a folder of reports."""
    found: dict[str, Outcome] = {}

    def listen(event: Event) -> None:
        if isinstance(event, CaseFinished):
            found[event.outcome.case] = event.outcome

    judge = Judge(Clocks(time.now, time.monotonic))
    redactor = Redactor(settings.environment.masked_names)
    with places(judge) as at, made("judge") as scratch:
        journal = Journal(None, listen)
        context = _RunContext(options, settings, judge, at, journal, redactor, time, scratch)
        ended = _run(context)
    # Without a record an error has nowhere else to show.
    if ended.error:
        raise ConfigurationError(ended.error)
    return found


def _run(context: _RunContext) -> RunEnd:
    cases = [(each, scenario) for each in context.options.products for scenario in each.scenarios]
    # A selection must not hide how many scenarios there are.
    context.journal.write(CasesCounted(max(context.options.scenarios_total, len(cases))))
    for product, scenario in cases:
        context.journal.write(planned(product, scenario))
    try:
        # Each scenario has a session of its own, so that they may run side by side.
        with ThreadPoolExecutor(context.options.jobs) as pool:
            jobs = [pool.submit(_judge_one, context, *each) for each in cases]
            try:
                # In the order of the plan, whichever ends first.
                for job in jobs:
                    context.journal.write(CaseFinished(job.result()))
            except BaseException:
                # What has not begun is dropped; the end of the block waits for the rest.
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    except HarnessError as problem:
        return RunEnd(str(problem), problem.exit_code)
    except KeyboardInterrupt:
        return RunEnd("interrupted", interrupted=True)
    return RunEnd()


def planned(product: Judged, scenario: Scenario) -> CasePlanned:
    """Return a scenario as a case of the record."""
    return CasePlanned(
        case=scenario.id,
        title=scenario.title,
        api=product.product.name,
        group=scenario.id.split("/")[1],
        requirements=scenario.verifies,
        strength=_strength(scenario),
        kind="client",
    )


def _strength(scenario: Scenario) -> str:
    strengths = {each.strength for each in scenario.expect}
    # The strongest of its expectations, for one SHALL makes the whole scenario binding.
    return next((each for each in ("SHALL", "SHOULD", "OBSERVE") if each in strengths), "SHALL")


def _judge_one(context: _RunContext, product: Judged, scenario: Scenario) -> Outcome:
    started = _stamp(context.time)
    context.journal.write(CaseStarted(scenario.id, started))
    session = context.judge.open(product.routes, mock_for)
    # Before the client runs, so that nothing which it prints can show it.
    context.redactor.learn_credential(session.credentials.client_secret)
    context.redactor.allow(session.credentials.client_id)
    try:
        outcome = _observed(context, product, scenario, session)
    finally:
        context.judge.close(session)
    expected = with_expected_failures(outcome, context.options.expected_failures)
    return replace(expected, started=started)


def _observed(
    context: _RunContext, product: Judged, scenario: Scenario, session: Session
) -> Outcome:
    begun = context.time.monotonic()
    folder = context.scratch / scenario.id.replace("/", "_")
    control: tuple[Call, ...] = ()
    inputs_given: tuple[Inputs, ...] = ()
    before = ClientEnd()  # how the client ended with the control
    if scenario.control is not None:
        first = control_of(scenario, scenario.control)
        session.begin(first)
        before, told = _act(context, product, first, session, folder / "control")
        inputs_given = (told,)
        control = session.calls
    session.begin(scenario)
    end, inputs = _act(context, product, scenario, session, folder / "scenario")
    known = given_to(product, (*inputs_given, inputs))
    before, end = (printed(each, context.redactor, known) for each in (before, end))
    _record_output(context, scenario.id, before, end)
    evidence = Evidence(
        scenario=scenario,
        calls=session.calls,
        inputs=inputs.values,
        files=inputs.files,
        credentials=(session.credentials.client_secret, *session.tokens),
        control=control,
        end=end,
    )
    numbers = {
        call.number: _recorded(context, private(call, context.redactor, known), scenario.id)
        for call in (*control, *session.calls)
    }
    outcome = redacted(judged(evidence, product.always, numbers), context.redactor)
    misses = session.nearest_misses()
    # A call that fits no operation often explains what is missing.
    if misses and outcome.status is not Status.PASS:
        outcome = replace(outcome, message=f"{outcome.message}; {misses[0]}")
    spent = round(context.time.monotonic() - begun, 3)
    return replace(outcome, duration_seconds=spent, message=context.redactor.text(outcome.message))


def given_to(product: Judged, told: Sequence[Inputs]) -> Given:
    """Return what the client was given, which is synthetic and may be recorded."""
    files = [file for each in told for file in each.files]
    values = [product.product.common_inputs, *(each.values for each in told)]
    names = [{"file": each.name} for each in files]
    return given([*values, *names], [each.content for each in files])


def redacted(outcome: Outcome, redactor: Redactor) -> Outcome:
    """Return an outcome whose words repeat no secret and no patient that a call held."""
    text = redactor.text
    checks = tuple(
        replace(each, expected=text(each.expected), actual=redactor.words(each.actual))
        for each in outcome.checks
    )
    return replace(outcome, checks=checks, message=redactor.words(outcome.message))


def _act(
    context: _RunContext, product: Judged, scenario: Scenario, session: Session, folder: Path
) -> tuple[ClientEnd, Inputs]:
    inputs = inputs_of(scenario, product.product.generators, context.options.seed)
    asked = Asked(scenario.id, scenario.action, inputs, scenario.repeat, folder)
    at = context.places.at(scenario.certificate)
    path = write_context(asked, product.product, session, at.url, at.authority)
    base = f"{at.url}{session.prefix}"
    # Our own variables may hold credentials of a real target, which no client under test gets.
    variables = {
        **{k: v for k, v in context.settings.variables.items() if not k.startswith("HARNESS_")},
        **at.variables,
        "HARNESS_JUDGE_URL": base,
        "HARNESS_JUDGE_SCENARIO": scenario.id,
        "HARNESS_JUDGE_CONTEXT": str(path),
        "HARNESS_CLIENT_ID": session.credentials.client_id,
        "HARNESS_CLIENT_SECRET": session.credentials.client_secret,
    }
    values = {"url": base, "token_url": f"{base}{product.product.token_path}"}
    end = _end_of_client(
        context, session, scenario, path, {**values, "scenario": scenario.id}, variables
    )
    # A client may end without waiting for its last answer.
    session.settle(context.time.sleep)
    # The mock has issued them meanwhile; what is printed and recorded must not show them.
    for token in session.tokens:
        context.redactor.learn_credential(token)
    result = read_result(folder)
    said = f"{end.output}\n{compact(result)}"
    leaks = leaked(said, session.credentials.client_secret, session.tokens)
    return replace(end, leaks=leaks, result=result), inputs


def _end_of_client(
    context: _RunContext,
    session: Session,
    scenario: Scenario,
    path: Path,
    values: Mapping[str, str],
    variables: Mapping[str, str],
) -> ClientEnd:
    """Start the client and wait for its end, or announce to a service and wait until it is quiet."""
    program, attachment = context.options.program, context.options.attachment
    begun = context.time.monotonic()

    def is_enough() -> bool:
        # A client that never calls is not waited for until its limit.
        is_silent = context.time.monotonic() - begun > SILENT_SECONDS and not session.has_called
        return is_silent or session.arrived >= scenario.most_calls

    def is_over(seconds: float) -> bool:
        now = context.time.monotonic()
        return is_quiet(session, scenario, now, now - seconds)

    if program is not None:
        words, limit = program.filled(values), scenario.limit_seconds
        children = Children(f"HARNESS_JUDGE_CONTEXT={path}", is_over, context.time.sleep)
        return run_program(words, variables, limit, is_enough, children)
    if attachment is None:
        raise ConfigurationError(
            "neither a command nor a service is to be judged.", advice="Give --command or --attach."
        )
    attachment.announce(str(path))
    return attended(
        session,
        scenario,
        lambda: read_result(path.parent),
        attachment.wait_seconds,
        context.time,
    )


def _record_output(context: _RunContext, case: str, control: ClientEnd, end: ClientEnd) -> None:
    """Record what a client printed, redacted: the one place where a maker finds its own messages again."""
    shown = end.shown
    if control.shown:
        shown = f"{control.shown.rstrip()}\n[the control has ended; now the scenario]\n{shown}"
    if shown:
        size = control.printed_bytes + end.printed_bytes
        context.journal.write(ClientPrinted(case, shown[-MOST_PRINTED:], size))


def _recorded(context: _RunContext, call: Call, case: str) -> int:
    """Write a call to the record, redacted, and return its id there."""
    journal = context.journal
    exchange = exchange_of(call, context.url, number=journal.next_exchange(), case=case)
    journal.exchange(context.redactor.exchange(exchange))
    return exchange.id


def _started(
    context: _RunContext, run_id: str, sets: Sequence[SetUsed], waivers: str
) -> RunStarted:
    products = context.options.products
    names = dict.fromkeys(name for each in products for name in each.product.documents)
    return RunStarted(
        run_id=run_id,
        started=_stamp(context.time),
        harness_version=__version__,
        environment=ENVIRONMENT,
        base_url=context.url,
        profile=context.options.profile,
        seed=context.options.seed,
        apis=tuple(each.product.name for each in products),
        documents=documents_used(effective(name, context.settings.downloaded) for name in names),
        sets=tuple(sets),
        waivers=waivers,
        embedded=True,
        job=job_of(context.settings.variables),
        role=CLIENT,
        suite=SCENARIOS,
        selection=context.options.selection,
        expected_failures=tuple(each.scenario for each in context.options.expected_failures),
    )


def _stamp(time: Time) -> str:
    return time.now().strftime("%Y-%m-%dT%H:%M:%SZ")
