"""Do a run under load: prepare, start the mock where it is needed, run the users, judge, report."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from harness.client.http import Time
from harness.errors import ConfigurationError
from harness.report.html.load_page import render
from harness.report.load_report import LoadRun, as_json
from harness.session.load.load_options import LoadOptions, Role
from harness.session.load.load_report_data import load_run, setup_of
from harness.session.load.prepare import Prepared
from harness.session.load.process import Hear, LoadResult, run_in_process
from harness.session.run.folder import open_folder
from harness.session.run.mock_process import running_mock
from harness.verdict.load.judgement import Circumstances, Judgement, judge
from harness.verdict.load.limits import Limits
from harness.verdict.load.tally import tally_from

LABEL = "load"
JSON_NAME, PAGE_NAME = "load.json", "load.html"
EXTRA = "contract-harness[load]"


@dataclass(frozen=True, slots=True)
class Finished:
    """What a run under load came to, and where its report lies."""

    folder: Path
    run: LoadRun
    exit_code: int


def refuse_without_locust(look: Callable[[str], object] = find_spec) -> None:
    """Raise ConfigurationError where Locust is not installed; it is looked for, and not imported."""
    try:
        found = look("locust")
    except ValueError:  # something stands in its place that is no module
        found = None
    if found is None:
        raise ConfigurationError(f"a run under load needs Locust: pip install '{EXTRA}'.")


def run_load(
    options: LoadOptions, prepared: Prepared, limits: Limits, *, time: Time, hear: Hear
) -> Finished:
    """Run the users here, or have workers run them; judge and report what they did.

    Raises where nothing could be begun: what was begun is reported.
    """
    _refuse_own_mocks(options, prepared)
    settings = prepared.settings
    folder = open_folder(settings.reports, now=time.now(), label=LABEL)
    started = time.now()
    try:
        with _target(prepared) as url:
            told = run_in_process(replace(options, run=folder.name, mock_url=url), hear)
    except BaseException:
        folder.rmdir()  # nothing was begun, so that nothing is in it
        raise
    tally = tally_from(told.line["tally"])
    circumstances = _circumstances(options, told)
    judgement = judge(tally, limits, circumstances)
    run = load_run(
        tally,
        judgement,
        told,
        setup_of(options, prepared),
        run=folder.name,
        started=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    _write(folder, run)
    return Finished(folder, run, _exit_code(judgement, told))


def run_worker(options: LoadOptions, prepared: Prepared, *, hear: Hear) -> LoadResult:
    """Send what a master asks for; the master judges and reports."""
    _refuse_own_mocks(options, prepared)
    return run_in_process(options, hear)


def _refuse_own_mocks(options: LoadOptions, prepared: Prepared) -> None:
    if options.role != Role.SOLO and prepared.needs_mock:
        raise ConfigurationError(
            "each worker would start a mock of its own.",
            advice="Say where all of them send: start harness mock, and give --base-url URL.",
        )


@contextmanager
def _target(prepared: Prepared) -> Iterator[str]:
    """Yield the URL of a mock started for the run; an empty one where the target is another."""
    if not prepared.needs_mock:
        yield ""
        return
    with running_mock() as url:
        yield url


def _circumstances(options: LoadOptions, told: LoadResult) -> Circumstances:
    return Circumstances(
        users=options.users,
        started=int(told.line["started"]),
        problem=str(told.line["problem"]),
        is_interrupted=told.is_interrupted,
    )


def _exit_code(judgement: Judgement, told: LoadResult) -> int:
    """Return the code; what our own program could not do, or was refused, has a code of its own."""
    own = int(told.line["exit_code"])
    return own if own and judgement.conclusion.exit_code == 3 else judgement.conclusion.exit_code


def _write(folder: Path, run: LoadRun) -> None:
    (folder / JSON_NAME).write_text(as_json(run), encoding="utf-8")
    (folder / PAGE_NAME).write_text(render(run), encoding="utf-8", errors="replace")
