"""Do one round of a watch: run, compare with what is remembered, and write what changed."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from harness.client.http import Time
from harness.config import Settings
from harness.errors import ConfigurationError
from harness.outcome import Status
from harness.record import Record
from harness.report import trend, watch_report
from harness.report.html import pages
from harness.report.watch_report import Watched
from harness.session.download import download
from harness.session.reporting.reports import Result
from harness.session.reporting.verdict_inputs import VerdictInputs, conclude, load_inputs
from harness.session.run.folder import prune
from harness.session.run.journal import Listen
from harness.session.run.ready import ready
from harness.session.run.suite_cases import run_suite
from harness.session.run.suite_run import RunOptions, run_and_report
from harness.session.watch import memory as memories
from harness.session.watch.memory import Memory, put, remembered
from harness.session.watch.published import Looked, Published, look
from harness.session.watch.webhook import Webhook, post, redactor_of
from harness.verdict.compare import Comparison, compare
from harness.verdict.model import Verdict
from harness.verdict.watching import RunChanges, follow

RUNS = "runs"
PAGE = "index.html"
ISSUES = "issues.json"
MESSAGE = "message.txt"
_UNJUDGED = (Status.ERROR, Status.SKIP, Status.REVIEW, Status.NOT_RUN)
_ONCE = "removed_cases_vs_baseline"
"""A gate that a run fails once: were it compared with the same good run for ever, no run would be good again."""

Run = Callable[[Settings, RunOptions, Time, Listen], Result]


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched, and who hears of it."""

    folder: Path
    keep: int
    """How many runs stay, besides the last good one."""
    documents: tuple[Published, ...] = ()
    webhook: Webhook | None = None
    always: bool = False
    """Post after each run, and not only where something changed."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a round came to."""

    result: Result
    watched: Watched | None
    """None where the run was interrupted, of which nothing is remembered."""
    warning: str = ""
    has_earlier: bool = True
    """There was a run before this one."""


def suite(
    settings: Settings, options: RunOptions, time: Time, listen: Listen, jobs: int = 1
) -> Result:
    """Run the suite as `harness run` does."""
    settings = ready(settings, options.faults, time=time)
    cases = partial(run_suite, jobs=jobs, exit_first=False)
    return run_and_report(settings, cases, options, time=time, listen=listen)


def one_round(
    watch: Watch, settings: Settings, options: RunOptions, run: Run, *, time: Time, listen: Listen
) -> Round:
    """Run once, and report what changed. Raises where the folder holds the memory of something else."""
    before = memories.read(watch.folder)
    subject = _subject(settings)
    if before.subject and before.subject != subject:
        raise ConfigurationError(
            f"{watch.folder} watches {before.subject}, and not {subject}.",
            advice="Name another folder with --folder.",
        )
    good = watch.folder / RUNS / before.last_good
    # A folder that was removed by hand is no baseline.
    baseline = good if before.last_good and good.is_dir() else None
    settings = replace(settings, reports=watch.folder / RUNS)
    # Before the run, so that its round knows of the change.
    looked = _look(watch, settings, before, time)
    result = run(settings, replace(options, baseline=baseline, allure=False), time, listen)
    # Of a run that was cut off nothing is remembered.
    if result.interrupted:
        return Round(result, None)
    return _concluded(watch, settings, replace(before, subject=subject), looked, result, time)


def _look(watch: Watch, settings: Settings, before: Memory, time: Time) -> Looked:
    return look(
        watch.documents,
        watch.folder,
        before.published,
        fetch=lambda url: download(url, settings.environment, time=time),
        now=time.now,
    )


def _concluded(
    watch: Watch, settings: Settings, before: Memory, looked: Looked, result: Result, time: Time
) -> Round:
    inputs = load_inputs(result.folder)
    verdict = result.verdict
    documents = _judged_by(inputs.record)
    # A first round has nothing to differ from.
    is_same = before.documents in ("", documents)
    turn = follow(before.known, verdict, same_documents=is_same)
    changes = _changes(watch, before, inputs, verdict)
    watched = _watched(result, turn, changes, looked, before, is_same=is_same)
    redactor = redactor_of(settings, watch.webhook)
    after = replace(
        before,
        last_good=result.folder.name if _is_good(verdict) else before.last_good,
        documents=documents,
        known=turn.known,
        runs=remembered(before, trend.of(verdict, verdict.run_id, verdict.started)),
        published=looked.problems or {},
        is_blocked=watched.unjudged > 0,
    )
    # Masked once more, since it is made of many runs and goes to others.
    put(watch.folder / ISSUES, redactor.text(watch_report.issues(watched)))
    put(watch.folder / MESSAGE, redactor.text(watch_report.message(watched)) + "\n")
    warning = _posted(watch, settings, before, watched, time)
    # What did not arrive is remembered, and said with the next message.
    after = replace(after, unsaid=watch_report.message(watched) if warning else "")
    # Before tidying, so that the run remembered as the last good one is spared.
    memories.write(after, watch.folder)
    _tidy(watch, after)
    put(watch.folder / PAGE, redactor.text(_page(watch, after, watched)))
    return Round(result, watched, warning, has_earlier=bool(before.runs))


def _posted(watch: Watch, settings: Settings, before: Memory, watched: Watched, time: Time) -> str:
    """Post what changed; return why it did not arrive, or nothing."""
    if watch.webhook is None or not (watched.is_news or watch.always or before.unsaid):
        return ""
    problem = post(watch.webhook, watch_report.payload(watched), settings, time=time)
    return f"the message did not reach the webhook: {problem}" if problem else ""


def _watched(
    result: Result,
    turn: RunChanges,
    changes: Comparison,
    looked: Looked,
    before: Memory,
    *,
    is_same: bool,
) -> Watched:
    verdict = result.verdict
    # A run without any case has judged nothing either.
    unjudged = verdict.cases.of(*_UNJUDGED) or int(not verdict.cases.planned)
    # Causes without a failure are what kept cases from being judged.
    obstacles = [each for each in verdict.causes if not each.failed and not each.because]
    news = list(looked.news)
    if not is_same:
        news.append(
            "what runs are judged by has changed since the run before: documents, requirements, "
            "settings of the run or the program. What is new may come from that."
        )
    is_blocked = unjudged > 0
    return Watched(
        run=verdict.run_id,
        environment=verdict.environment,
        started=verdict.started,
        conclusion=result.summary.rstrip("\n").rpartition("\n")[2] or verdict.reason,
        verdict=str(verdict.conclusion),
        exit_code=verdict.exit_code,
        turn=turn,
        documents=tuple(news),
        removed=changes.test_removed,
        unjudged=unjudged,
        obstacle=obstacles[0].finding.sentence if obstacles else result.error,
        slower=_slower(changes),
        unsaid=before.unsaid,
        is_news=turn.is_news
        or bool(news or changes.test_removed)
        or is_blocked != before.is_blocked,
    )


def _slower(changes: Comparison) -> tuple[str, ...]:
    return tuple(
        f"{each.operation}: p95 {each.base_p95 * 1000:.0f} ms to {each.head_p95 * 1000:.0f} ms"
        for each in changes.slower
    )


def _changes(watch: Watch, before: Memory, inputs: VerdictInputs, verdict: Verdict) -> Comparison:
    """Compare with the last good run; where there is none, nothing is known to be otherwise."""
    folder = watch.folder / RUNS / before.last_good
    if not before.last_good or not folder.is_dir():
        return Comparison()
    good = load_inputs(folder)
    return compare(
        good.record,
        inputs.record,
        base_statuses={each.planned.case: each.status for each in conclude(good).judged},
        head_statuses={each.planned.case: each.status for each in verdict.judged},
    )


def _is_good(verdict: Verdict) -> bool:
    # A comparison with the same good run would fail this one gate for ever.
    unmet = {gate.name for gate in verdict.gates if not gate.passed}
    return verdict.conclusion.startswith("CONFORMANT") and unmet <= {_ONCE}


def _tidy(watch: Watch, after: Memory) -> None:
    spared = (watch.folder / RUNS / after.last_good,) if after.last_good else ()
    prune(watch.folder / RUNS, watch.keep, spared=spared)


def _page(watch: Watch, after: Memory, watched: Watched) -> str:
    # Runs that were pruned are listed without a link.
    kept = [each.parent.name for each in (watch.folder / RUNS).glob("*/report.html")]
    listed = {each.id for each in watched.turn.closed}
    gone = [each for each in after.known if not each.is_open and each.id not in listed]
    return pages.render_watch(watched, after.runs, kept, gone)


def _subject(settings: Settings) -> str:
    """Say what is watched, so that two targets are never taken for one."""
    environment = settings.environment
    place = f" at {environment.base_url}" if environment.base_url else ""
    selection = f", only {settings.only}" if settings.only else ""
    return f"{environment.name}{place} ({', '.join(settings.apis)}{selection})"


def _judged_by(record: Record) -> str:
    """Return a digest of all that a failure may come from besides the target."""
    run = record.run
    parts = (
        run.harness_version,
        str(run.seed),
        run.waivers,
        *(f"{each.api} {each.sha256}" for each in run.documents),
        *(f"{each.name} {each.sha256}" for each in run.sets),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


_UNITS = {"m": 60.0, "h": 3600.0, "d": 86400.0}
_MOST_SECONDS = 31 * 86400.0


def seconds_of(text: str) -> float:
    """Read `30m`, `24h` or `1d`. Raises ConfigurationError."""
    found = re.fullmatch(r"([1-9]\d{0,5})([mhd])", text)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0.0
    if not 0 < seconds <= _MOST_SECONDS:
        raise ConfigurationError(
            f"--every {text} is not a distance of time.",
            advice="Write it as 30m, 24h or 1d, up to 31d.",
        )
    return seconds


def every(
    seconds: float, do_round: Callable[[], bool], *, time: Time, wait: Callable[[float], None]
) -> None:
    """Do a round now and one at each further mark; a round that takes longer lets marks pass.

    Ends where a round says that it was interrupted; in a pause KeyboardInterrupt ends it.
    """
    begun = time.monotonic()
    while do_round():
        spent = time.monotonic() - begun
        wait(seconds - spent % seconds)
