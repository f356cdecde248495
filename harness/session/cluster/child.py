"""`python -m harness.session.cluster.child`: do one order a line, as this machine's own settings allow."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from harness import __version__, limits
from harness.config import Overrides, Settings
from harness.errors import HarnessError
from harness.jsonvalue import Json, items, members, number, text
from harness.plugin.recognise import may_be_our_mock
from harness.products.registry import installed
from harness.session.clock import real_time
from harness.session.cluster.orders import (
    Kind,
    Unfit,
    frame_of_order,
    packed,
    result_told,
    settings_digests,
)
from harness.session.prove.campaign import result_of
from harness.session.prove.tasks import Task
from harness.session.reporting.verdict_inputs import WAIVERS
from harness.session.run.own_rules import joined
from harness.session.run.ready import ready
from harness.session.run.spec_products import with_documents
from harness.session.run.suite_cases import run_suite
from harness.session.run.suite_run import RunOptions, run_and_report
from harness.settings import as_the_mock_knows_it, is_loopback, load, required_credentials
from harness.shard import shard_recorded


def rate_shared(settings: Settings, shard: Mapping[str, Json]) -> Settings:
    """Return the settings of one shard: its cases, and its part of the rate beyond this machine."""
    environment = settings.environment
    at_once = max(1, int(number(shard.get("at_once"), 1)))
    parts = [tuple(map(text, items(part))) for part in items(shard.get("split"))]
    mine = replace(settings, shard=shard_recorded(text(shard.get("shard")), parts))
    if not environment.base_url or is_loopback(environment) or not environment.requests_per_second:
        return mine
    rate = environment.requests_per_second / at_once
    return replace(mine, environment=replace(environment, requests_per_second=rate))


_Told = Mapping[str, Json]


@dataclass
class Child:
    """Keeps the documents of a campaign open, for one order after the other."""

    folder: Path
    stack: ExitStack = field(default_factory=ExitStack)
    settings: Settings | None = None

    def answer(self, order: str) -> dict[str, Json]:
        """Return what an order came to, whatever happens."""
        try:
            return self._done(members(json.loads(order)))
        except Unfit as problem:
            return {"unfit": str(problem)}
        except HarnessError as problem:
            # A worker without the documents or the credentials is refused, and others are not.
            return {"unfit" if self.settings is None else "failed": str(problem)}
        except Exception as problem:  # noqa: BLE001 our own bug must be told where the order came from
            return {"failed": f"the harness failed: {type(problem).__name__}: {problem}"}

    def _done(self, told: _Told) -> dict[str, Json]:
        if told.get("version") != __version__:
            asked = text(told.get("version"))
            raise Unfit(f"it has harness {__version__}, and {asked} is asked for.")
        if self.settings is None:
            self.settings = self._opened(told)
        match Kind(text(told.get("kind"))):
            case Kind.CHECK:
                return {"fits": True}
            case Kind.PROVE:
                return {"result": result_told(result_of(_task(told, self.settings)))}
            case Kind.SHARD:
                return {"archive": str(_shard(told, self.settings, self.folder))}

    def _opened(self, told: _Told) -> Settings:
        """Return this machine's settings for a campaign. Raises where they are not those of the asker."""
        size = int(number(told.get("max_document_bytes")))
        limits.adopt(limits.DEFAULT.at_size(max(size, limits.DEFAULT.size_bytes)))
        settings = load(_overrides(told), folder=Path.cwd(), products=installed())
        if told.get("proves"):
            settings = as_the_mock_knows_it(settings)
        specs = tuple(Path(text(each)) for each in items(told.get("specs")))
        whole = with_documents(settings, specs) if specs else nullcontext(settings)
        opened = self.stack.enter_context(joined(self.stack.enter_context(whole)))
        _check_same(told, opened)
        if not told.get("proves") and not may_be_our_mock(opened.environment):
            required_credentials(opened)
        return opened


def _overrides(told: _Told) -> Overrides:
    return Overrides(
        environment=text(told.get("environment")),
        base_url=text(told.get("base_url")) or None,
        profile=text(told.get("profile")),
        seed=int(number(told.get("seed"))),
        apis=tuple(map(text, items(told.get("apis")))),
        only=text(told.get("only")),
        production_meant=told.get("production_meant") is True,
    )


def _check_same(told: _Told, settings: Settings) -> None:
    """Raise Unfit where what is here would not do what would be done there."""
    campaign = text(told.get("campaign"))
    own = frame_of_order(settings, campaign)
    if own["documents"] != told.get("documents"):
        here = {text(items(each)[0]): each for each in items(own["documents"])}
        asked = {text(items(each)[0]): each for each in items(told.get("documents"))}
        names = sorted(
            name for name in here.keys() | asked.keys() if here.get(name) != asked.get(name)
        )
        raise Unfit(f"its documents are not the same: {', '.join(names)}.")
    digests = members(told.get("settings"))
    here_too = settings_digests(settings.environment, campaign)
    other = sorted(name for name, each in here_too.items() if digests.get(name) != each)
    if own["base_url"] != told.get("base_url"):
        other.append("base_url")
    if other:
        raise Unfit(f"its settings are not the same: {', '.join(other)}.")


def _task(told: _Told, settings: Settings) -> Task:
    task = members(told.get("task"))
    return Task(
        name=text(task.get("name")),
        settings=replace(settings, seed=int(number(task.get("seed")))),
        noisy=frozenset(map(text, items(task.get("noisy")))),
        is_fault=task.get("is_fault") is True,
        whole=task.get("whole") is True,
    )


def _shard(told: _Told, settings: Settings, folder: Path) -> Path:
    """Run a shard as anybody would run it here, and pack what a merge wants of it."""
    shard = members(told.get("shard"))
    faults = tuple(map(text, items(shard.get("faults"))))
    prepared = ready(rate_shared(settings, shard), faults, time=real_time())
    with tempfile.TemporaryDirectory(dir=folder) as place:
        waivers = Path(place) / WAIVERS if "waivers" in shard else None
        if waivers:
            waivers.write_text(text(shard["waivers"]), encoding="utf-8", newline="")
        options = RunOptions(
            faults,
            waivers,
            allure=False,
            min_operation_coverage=number(shard.get("min_operation_coverage")),
            min_keyword_coverage=number(shard.get("min_keyword_coverage")),
        )
        result = run_and_report(
            replace(prepared, reports=Path(place) / "reports"),
            run_suite,
            options,
            time=real_time(),
            listen=lambda _: None,
        )
        return packed(result.folder, folder / f"{result.folder.name}.zip")


@contextmanager
def _own_streams() -> Iterator[int]:
    """Keep the stream of answers apart: whatever prints, prints to the log of the worker."""
    answers = os.dup(1)
    os.dup2(2, 1)
    yield answers
    os.close(answers)


def _lines(queue: "SimpleQueue[str]") -> None:
    """Read orders; where the worker has gone, nobody wants an answer, and no request may be sent."""
    for line in sys.stdin:
        queue.put(line)
    os._exit(1)


def main() -> None:
    """Answer orders until the stream ends."""
    queue: SimpleQueue[str] = SimpleQueue()
    Thread(target=_lines, args=(queue,), daemon=True).start()
    with (
        _own_streams() as answers,
        tempfile.TemporaryDirectory(prefix="harness-cluster-") as folder,
    ):
        child = Child(Path(folder))
        while True:
            told = json.dumps(child.answer(queue.get()), separators=(",", ":"))
            os.write(answers, told.encode() + b"\n")


if __name__ == "__main__":
    main()
