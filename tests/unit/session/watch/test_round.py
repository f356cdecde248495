"""Rounds of a watch on made-up runs, with a fault that comes and goes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from harness.client.http import Time
from harness.config import Credentials, Environment, Settings
from harness.errors import ConfigurationError
from harness.events import RunFinished
from harness.outcome import Status
from harness.report import watch_report
from harness.session.reporting.reports import Result
from harness.session.reporting.verdict_inputs import conclude, load_inputs
from harness.session.run.journal import Listen
from harness.session.run.suite_run import RunOptions
from harness.session.watch import memory
from harness.session.watch.round import ISSUES, MESSAGE, PAGE, Round, Watch, one_round
from harness.session.watch.webhook import Webhook
from tests.fakes import FakeClock
from tests.unit.session.folders import CASES, END, NPI, run_folder
from tests.unit.session.watch.test_webhook import receiving

SETTINGS = Settings(Environment("mock", ""), Credentials("someone", "a-secret-of-41"))
BROKEN = {**CASES, NPI: Status.FAIL}
SILENT = dict.fromkeys(CASES, Status.ERROR)


@dataclass
class Watcher:
    """Does one round after the other in one folder, each on a run of made-up cases."""

    watch: Watch
    baselines: list[str] = field(default_factory=list)

    def round(
        self,
        cases: Mapping[str, Status | None] = CASES,
        settings: Settings = SETTINGS,
        end: RunFinished = END,
        version: str = "0.2.0",
    ) -> Round:
        number = len(self.baselines) + 1
        name, started = f"202611{number:02}T030000Z-regression", f"2026-11-{number:02}T03:00:00Z"

        def run(asked: Settings, wishes: RunOptions, time: Time, listen: Listen) -> Result:  # noqa: ARG001 the signature of a run
            self.baselines.append(wishes.baseline.name if wishes.baseline else "")
            folder = run_folder(
                asked.reports / name,
                cases,
                end=end,
                leaks=None,
                profile="regression",
                started=started,
                harness_version=version,
            )
            verdict = conclude(load_inputs(folder), leaks=0)
            for file in ("verdict.json", "report.html"):
                (folder / file).touch()
            return Result(verdict, verdict.reason, folder, interrupted=end.interrupted)

        return one_round(
            self.watch,
            settings,
            RunOptions(),
            run,
            time=FakeClock().time(),
            listen=lambda _: None,
        )

    def told(self, *rounds: Mapping[str, Status | None]) -> list[list[str]]:
        """Return the words with which the lines of each round begin."""
        found = [self.round(each).watched for each in rounds]
        return [[line.kind for line in watch_report.lines(each)] for each in found if each]

    def issues(self) -> dict[str, list[str]]:
        found = json.loads((self.watch.folder / ISSUES).read_text())
        return {
            kind: [each["cases"][0] for each in found[kind]]
            for kind in ("opened", "still", "closed")
        }


@pytest.fixture
def watcher(tmp_path: Path) -> Watcher:
    return Watcher(Watch(tmp_path / "watch", keep=2))


def test_a_fault_that_comes_and_goes_is_told_by_what_changed(watcher: Watcher) -> None:
    told = watcher.told(CASES, BROKEN, BROKEN, CASES, BROKEN)

    assert told == [[], ["new"], ["still"], ["gone"], ["new"]]
    assert "comes and goes: 3 of the last 4 runs" in (watcher.watch.folder / MESSAGE).read_text()


def test_issues_are_opened_and_closed_once(watcher: Watcher) -> None:
    seen = []
    for cases in (BROKEN, BROKEN, CASES, CASES):
        watcher.round(cases)
        seen.append(watcher.issues())

    none: dict[str, list[str]] = {"opened": [], "still": [], "closed": []}
    assert seen == [
        {**none, "opened": [NPI]},
        {**none, "still": [NPI]},
        {**none, "closed": [NPI]},
        none,
    ]


def test_runs_are_compared_with_the_last_good_one_which_stays(watcher: Watcher) -> None:
    for cases in (CASES, BROKEN, BROKEN, BROKEN):
        watcher.round(cases)

    kept = sorted(each.name[6:8] for each in (watcher.watch.folder / "runs").glob("2*"))
    assert [each[6:8] for each in watcher.baselines] == ["", "01", "01", "01"]
    assert kept == ["01", "03", "04"]


def test_the_page_shows_every_run_and_links_those_that_are_kept(watcher: Watcher) -> None:
    watcher.told(CASES, CASES, BROKEN, BROKEN)

    page = (watcher.watch.folder / PAGE).read_text()
    assert "The last 4 runs" in page
    assert page.count("/report.html") == 3


def test_cases_that_could_not_be_judged_are_news_when_it_begins_and_ends(watcher: Watcher) -> None:
    rounds = [watcher.round(each).watched for each in (BROKEN, SILENT, SILENT, BROKEN)]

    assert [each.is_news for each in rounds if each] == [True, True, False, True]
    assert watcher.issues()["still"] == [NPI]


def test_a_test_that_is_gone_is_told_once(watcher: Watcher) -> None:
    fewer = {case: status for case, status in CASES.items() if case != NPI}

    assert watcher.told(CASES, fewer, fewer) == [[], ["removed"], []]


def test_other_documents_are_told_and_what_failed_on_the_former_is_no_flake(
    watcher: Watcher,
) -> None:
    watcher.told(BROKEN, CASES)

    found = watcher.round(BROKEN, version="0.3.0").watched

    assert found is not None
    assert [each.is_flaky for each in found.turn.opened] == [False]
    assert "has changed since the run before" in "".join(found.documents)


def test_a_folder_is_for_one_target(watcher: Watcher) -> None:
    watcher.round()
    other = replace(SETTINGS, environment=Environment("sandbox", "https://sandbox.example"))

    with pytest.raises(ConfigurationError, match=r"watches mock .* and not sandbox"):
        watcher.round(settings=other)


def test_an_interrupted_run_is_not_remembered(watcher: Watcher) -> None:
    watcher.round()
    before = memory.read(watcher.watch.folder)

    done = watcher.round(BROKEN, end=replace(END, interrupted=True))

    assert (done.watched, memory.read(watcher.watch.folder)) == (None, before)


def test_a_message_is_posted_where_something_changed_and_again_where_it_did_not_arrive(
    watcher: Watcher,
) -> None:
    with receiving() as received:
        watcher.watch = replace(watcher.watch, webhook=Webhook(received.url, "json"))
        watcher.told(CASES, BROKEN, BROKEN)
        received.status = 500
        failing = watcher.round(CASES)
        received.status = 200
        watcher.round(CASES)
        watcher.round(CASES)

    texts = [json.loads(each)["text"].split("\n")[1:] for each in received.bodies]
    kinds = [[line[:4].strip() for line in each] for each in texts]
    assert kinds == [["new"], ["gone"], ["earl", "mock", "gone"]]
    assert (
        failing.warning == "the message did not reach the webhook: it answered with the status 500"
    )


def test_with_always_each_run_is_posted(watcher: Watcher) -> None:
    with receiving() as received:
        hook = Webhook(received.url, "json")
        watcher.watch = replace(watcher.watch, webhook=hook, always=True)
        watcher.told(CASES, CASES)

    assert len(received.bodies) == 2
