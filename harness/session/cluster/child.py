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
    result_as_json,
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
    # Beyond this machine a target has one rate, which all shards share.
    if not environment.base_url or is_loopback(environment) or not environment.requests_per_second:
        return mine
    rate = environment.requests_per_second / at_once
    return replace(mine, environment=replace(environment, requests_per_second=rate))


_Order = Mapping[str, Json]


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
        except Exception as problem:  # noqa: BLE001 our own bug must reach the place where the order came from
            return {"failed": f"the harness failed: {type(problem).__name__}: {problem}"}

    def _done(self, order: _Order) -> dict[str, Json]:
        # Another version may judge otherwise, and its results would be mixed with ours.
        if order.get("version") != __version__:
            asked = text(order.get("version"))
            raise Unfit(f"it has harness {__version__}, and {asked} is asked for.")
        if self.settings is None:
            self.settings = self._opened(order)
        match Kind(text(order.get("kind"))):
            case Kind.CHECK:
                return {"fits": True}
            case Kind.PROVE:
                return {"result": result_as_json(result_of(_task(order, self.settings)))}
            case Kind.SHARD:
                return {"archive": str(_shard(order, self.settings, self.folder))}

    def _opened(self, order: _Order) -> Settings:
        """Return this machine's settings for a campaign. Raises where they are not those of the asker."""
        size = int(number(order.get("max_document_bytes")))
        # Before documents are read, and never below the default, which those that ship need.
        limits.adopt(limits.DEFAULT.at_size(max(size, limits.DEFAULT.size_bytes)))
        settings = load(_overrides(order), folder=Path.cwd(), products=installed())
        if order.get("proves"):
            settings = as_the_mock_knows_it(settings)
        specs = tuple(Path(text(each)) for each in items(order.get("specs")))
        whole = with_documents(settings, specs) if specs else nullcontext(settings)
        # Open until the process ends, for later orders of the campaign use the same folders.
        opened = self.stack.enter_context(joined(self.stack.enter_context(whole)))
        _check_same(order, opened)
        # A proof brings the mock's credentials along; for a run they have to be on this machine.
        if not order.get("proves") and not may_be_our_mock(opened.environment):
            required_credentials(opened)
        return opened


def _overrides(order: _Order) -> Overrides:
    return Overrides(
        environment=text(order.get("environment")),
        base_url=text(order.get("base_url")) or None,
        profile=text(order.get("profile")),
        seed=int(number(order.get("seed"))),
        apis=tuple(map(text, items(order.get("apis")))),
        only=text(order.get("only")),
        production_meant=order.get("production_meant") is True,
    )


def _check_same(order: _Order, settings: Settings) -> None:
    """Raise Unfit where what is here would not do what would be done there."""
    campaign = text(order.get("campaign"))
    own = frame_of_order(settings, campaign)
    if own["documents"] != order.get("documents"):
        here = {text(items(each)[0]): each for each in items(own["documents"])}
        asked = {text(items(each)[0]): each for each in items(order.get("documents"))}
        names = sorted(
            name for name in here.keys() | asked.keys() if here.get(name) != asked.get(name)
        )
        raise Unfit(f"its documents are not the same: {', '.join(names)}.")
    digests = members(order.get("settings"))
    # Digests name what differs, and no value has to be sent.
    here_too = settings_digests(settings.environment, campaign)
    other = sorted(name for name, each in here_too.items() if digests.get(name) != each)
    if own["base_url"] != order.get("base_url"):
        other.append("base_url")
    if other:
        raise Unfit(f"its settings are not the same: {', '.join(other)}.")


def _task(order: _Order, settings: Settings) -> Task:
    task = members(order.get("task"))
    return Task(
        name=text(task.get("name")),
        settings=replace(settings, seed=int(number(task.get("seed")))),
        noisy=frozenset(map(text, items(task.get("noisy")))),
        is_fault=task.get("is_fault") is True,
        whole=task.get("whole") is True,
    )


def _shard(order: _Order, settings: Settings, folder: Path) -> Path:
    """Run a shard as anybody would run it here, and pack what a merge wants of it."""
    shard = members(order.get("shard"))
    faults = tuple(map(text, items(shard.get("faults"))))
    # As for a run that somebody starts here: refused before anything is sent.
    prepared = ready(rate_shared(settings, shard), faults, time=real_time())
    with tempfile.TemporaryDirectory(dir=folder) as place:
        waivers = Path(place) / WAIVERS if "waivers" in shard else None
        if waivers:
            # Line ends as they came, for the digest of the file counts them.
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
    # Descriptor 1 becomes the log before anything can print; its copy stays for answers.
    answers = os.dup(1)
    os.dup2(2, 1)
    yield answers
    os.close(answers)


def _lines(queue: "SimpleQueue[str]") -> None:
    """Read orders; where the worker has gone, nobody wants an answer, and no request may be sent."""
    for line in sys.stdin:
        queue.put(line)
    # At once and without tidying up, for another thread may be about to send.
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
            answer = json.dumps(child.answer(queue.get()), separators=(",", ":"))
            os.write(answers, answer.encode() + b"\n")


if __name__ == "__main__":
    main()
