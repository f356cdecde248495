"""`harness watch`: run again and again, and tell what changed."""

import sys
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import click

from harness.cli.console import Level, say, say_problem
from harness.cli.live import watching
from harness.cli.options import jobs_option, overrides_from, suite_options, watched_options
from harness.cli.outcome import last_line
from harness.client.http import Time
from harness.config import Settings
from harness.errors import StorageError, TargetError
from harness.products.registry import installed
from harness.report import watch_report
from harness.session.clock import real_time
from harness.session.reporting.verdict_inputs import Settled
from harness.session.run.spec_products import with_documents
from harness.session.run.suite_run import RunOptions
from harness.session.watch.memory import locked
from harness.session.watch.published import published_at
from harness.session.watch.round import PAGE, Round, Watch, every, one_round, seconds_of, suite
from harness.session.watch.webhook import FORMS, webhook_of
from harness.settings import load

PROFILE = "regression"


@click.command("watch")
@watched_options
@click.option(
    "--every",
    "distance",
    default="",
    metavar="TIME",
    help="Go on for good, a run every 30m, 24h or 1d; without it, one run, as cron and CI want it.",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("watch"),
    show_default=True,
    metavar="DIR",
    help="Where runs, their memory and the page are kept; one folder for each target.",
)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=14,
    show_default=True,
    metavar="N",
    help="How many runs are kept, besides the last good one; the page tells of the last 90.",
)
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="URL",
    help="Tell when this published document changes; NAME=URL for an API of your own; repeatable.",
)
@click.option(
    "--webhook",
    "form",
    type=click.Choice(FORMS),
    default=FORMS[0],
    show_default=True,
    help="The form of what is posted to HARNESS_WEBHOOK_URL; auto tells it by the host.",
)
@click.option(
    "--always", is_flag=True, help="Post after each run, and not only where something changed."
)
@suite_options
@click.option("-v", "--verbose", is_flag=True, help="Print the run as `harness run` does.")
@jobs_option
def command(
    *,
    distance: str,
    folder: Path,
    keep: int,
    documents: tuple[str, ...],
    form: str,
    always: bool,
    specs: tuple[Path, ...],
    faults: tuple[str, ...],
    waivers: Path | None,
    verbose: bool,
    jobs: int,
    **target: object,
) -> None:
    """Run under the profile regression, and tell what changed since the last good run, by cause.

    The folder remembers: causes that are new, still there or gone, what comes and goes on the same
    documents, and the last 90 runs. DIR/index.html shows it, DIR/issues.json says which issues to
    open and close, and HARNESS_WEBHOOK_URL gets a short message. Exit codes are those of `run`.

    \b
    Examples:
      harness watch
      harness watch --env sandbox --every 24h
      harness watch --base-url http://127.0.0.1:8080 --api dental --keep 30
      harness watch --document https://developer.example/openapi.yaml
    """
    seconds = seconds_of(distance) if distance else 0.0
    given = {**target, "profile": PROFILE, "reports": None}
    settings = load(overrides_from(given), folder=Path.cwd(), products=installed())
    webhook = webhook_of(settings, form)
    watch = Watch(folder, keep, tuple(map(published_at, documents)), webhook, always)
    shown = Level.NORMAL if verbose else Level.QUIET
    with (
        # First, so that nothing is read of a folder at which another watch is at work.
        locked(folder),
        with_documents(settings, specs) if specs else nullcontext(settings) as chosen,
    ):
        rounds = _Rounds(watch, chosen, RunOptions(faults, waivers), jobs, shown)
        if seconds:
            # Ctrl-C between two rounds is how a watch is ended.
            with suppress(KeyboardInterrupt):
                every(seconds, rounds.do_or_report, time=rounds.time, wait=rounds.time.sleep)
        else:
            rounds.do()
    sys.exit(rounds.code)


@dataclass
class _Rounds:
    """Does one round after the other, reports each, and knows how the last one ended."""

    watch: Watch
    settings: Settings
    options: RunOptions
    jobs: int
    level: Level
    time: Time = field(default_factory=real_time)
    code: int = 0

    def do(self) -> bool:
        """Do one round; return False where it was interrupted."""
        self.code = TargetError.exit_code  # what a round is worth that is cut off
        run = partial(suite, jobs=self.jobs)
        with watching(self.level, Settled(self.options.waivers)) as progress:
            done = one_round(
                self.watch, self.settings, self.options, run, time=self.time, listen=progress
            )
        self.code = done.result.verdict.exit_code
        _report(done, self.watch)
        return done.watched is not None

    def do_or_report(self) -> bool:
        """Do one round, and report why it could not be done where that may be otherwise next time."""
        try:
            return self.do()
        except (TargetError, StorageError) as problem:
            # A target or a disk may be back for the next round.
            say_problem(problem)
            self.code = problem.exit_code
            return True


def _report(done: Round, watch: Watch) -> None:
    """Print what changed, and the verdict as the last line."""
    summary = done.result.summary.rstrip("\n").rpartition("\n")[2]
    if done.watched is None:
        say("interrupted: this run is not remembered")
        say(summary)
        return
    lines = watch_report.lines(done.watched)
    for each in lines:
        say(each)
    if not lines:
        say(
            "nothing changed"
            if done.has_earlier
            else "the first run: there is nothing to compare with yet"
        )
    if done.warning:
        say(f"warning: {done.warning}", err=True)
    say(f"report    {done.result.folder / 'report.html'}")
    say(f"page      {watch.folder / PAGE}")
    say(last_line(summary, done.result.verdict.exit_code))
