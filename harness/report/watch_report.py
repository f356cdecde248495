"""Describe what changed since the last good run: as lines, as a short message, and as issues to keep."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.report.wording import one_line, plural

MOST_SIGNS = 999
"""Of a message: chats cut what is longer, or hide it behind a link."""
MOST_LISTED = 5
"""Lines of one kind that are listed; the page has them all."""
# Characters of one line, so that one finding cannot fill the message.
_LINE = 220


class KnownView(Protocol):
    """A cause and what became of it from run to run."""

    @property
    def id(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def operation(self) -> str: ...
    @property
    def attribution(self) -> str: ...
    @property
    def cases(self) -> Sequence[str]: ...
    @property
    def reach(self) -> int: ...
    @property
    def first(self) -> str: ...
    @property
    def last(self) -> str: ...
    @property
    def marks(self) -> str: ...
    @property
    def is_flaky(self) -> bool: ...
    @property
    def failures(self) -> int: ...
    @property
    def judged(self) -> int: ...
    @property
    def reproduce(self) -> str: ...


class RunChangesView(Protocol):
    """What one run changed of the causes."""

    @property
    def opened(self) -> Sequence[KnownView]: ...
    @property
    def still(self) -> Sequence[KnownView]: ...
    @property
    def unclear(self) -> Sequence[KnownView]: ...
    @property
    def closed(self) -> Sequence[KnownView]: ...
    @property
    def calming(self) -> Sequence[KnownView]: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to report, by the word that it begins with."""

    kind: str
    words: str

    def __str__(self) -> str:
        return f"{self.kind:<10}{self.words}"


@dataclass(frozen=True, slots=True)
class Watched:
    """A run as whoever watches sees it."""

    run: str
    environment: str
    started: str
    conclusion: str
    """The verdict in one sentence, with its scope."""
    verdict: str
    exit_code: int
    turn: RunChangesView
    documents: tuple[str, ...] = ()
    """What became of documents that were published or are in use, each in one sentence."""
    removed: tuple[str, ...] = ()
    """Cases of the last good run that are gone."""
    unjudged: int = 0
    """Cases that could be judged in the last good run, or never, and not now."""
    obstacle: str = ""
    """What kept the cases from being judged, where something did."""
    slower: tuple[str, ...] = ()
    unsaid: str = ""
    """An earlier message that did not arrive."""
    is_news: bool = False
    """Something is otherwise than in the run before."""


def lines(watched: Watched) -> tuple[Line, ...]:
    """Return what changed, the worst first; what goes on is counted, not listed."""
    turn = watched.turn
    return (
        # In the order in which somebody has to act.
        *_cut("new", [_described(each) for each in turn.opened]),
        *_cut("unjudged", _obstacles(watched)),
        *_cut("removed", list(watched.removed)),
        *_cut("document", list(watched.documents)),
        *_cut("gone", [_described(each) for each in turn.closed]),
        *_cut("slower", list(watched.slower)),
        # What goes on is counted in one line, so that news is not lost among it.
        *_going_on(turn),
    )


def message(watched: Watched) -> str:
    """Return the lines with a head and the verdict, in less than a thousand characters."""
    head = one_line(f"{watched.environment}, {_minute(watched.started)}: {watched.verdict}")
    text = head
    entries = [*map(str, lines(watched)), *(["earlier:"] if watched.unsaid else [])]
    entries += watched.unsaid.split("\n") if watched.unsaid else []
    for number, each in enumerate(entries):
        line = one_line(each, _LINE)
        # Room is kept for the last line, which says how much does not fit.
        rest = f"\nand {len(entries) - number} more"
        if len(text) + len(line) + len(rest) + 1 > MOST_SIGNS:
            return text + rest
        text += f"\n{line}"
    return text


def issues(watched: Watched) -> str:
    """Return what a CI job opens and closes: one issue a cause; keys are a promise, more may join them."""
    turn = watched.turn
    document = {
        "version": 1,
        "run": watched.run,
        "environment": watched.environment,
        "started": watched.started,
        "verdict": watched.verdict,
        "opened": [_issue(each) for each in turn.opened],
        # What is unclear or passes for now stays open: an issue is closed when its cause is.
        "still": [_issue(each) for each in (*turn.still, *turn.unclear, *turn.calming)],
        "closed": [_issue(each) for each in turn.closed],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def payload(watched: Watched) -> Mapping[str, object]:
    """Return the message with what a program wants to know of it."""
    turn = watched.turn
    return {
        "text": message(watched),
        "environment": watched.environment,
        "run": watched.run,
        "verdict": watched.verdict,
        "exit_code": watched.exit_code,
        # Few ids are enough for a program to link to; the page has them all.
        "opened": [each.id for each in turn.opened][:MOST_LISTED],
        "closed": [each.id for each in turn.closed][:MOST_LISTED],
        "open": len(turn.opened) + len(turn.still) + len(turn.unclear) + len(turn.calming),
    }


def day(stamp: str) -> str:
    """Return the day of a time of RFC 3339."""
    return stamp[:10]


def rate(known: KnownView) -> str:
    """Say how often a cause has shown, where it comes and goes."""
    return f"comes and goes: {known.failures} of the last {plural(known.judged, 'run')} on the same documents"


def _minute(stamp: str) -> str:
    return f"{stamp[:16].replace('T', ' ')} UTC"


def _described(known: KnownView) -> str:
    place = f"{known.operation}: " if known.operation else ""
    flaky = f"; {rate(known)}" if known.is_flaky else ""
    return one_line(f"{place}{known.sentence} ({plural(known.reach, 'case')}{flaky})", 400)


def _obstacles(watched: Watched) -> list[str]:
    if not watched.unjudged:
        return []
    why = f": {watched.obstacle}" if watched.obstacle else ""
    return [f"{plural(watched.unjudged, 'case')}{why}"]


def _cut(kind: str, entries: list[str]) -> Iterable[Line]:
    yield from (Line(kind, one_line(each, 400)) for each in entries[:MOST_LISTED])
    if len(entries) > MOST_LISTED:
        yield Line(kind, f"and {len(entries) - MOST_LISTED:,} more")


def _going_on(turn: RunChangesView) -> Iterable[Line]:
    for kind, found in (("still", turn.still), ("unclear", turn.unclear)):
        if found:
            # The oldest one: it says how long nobody has mended it.
            since = min(day(each.first) for each in found)
            flaky = sum(each.is_flaky for each in found)
            more = f", of which {flaky} failed and passed on the same documents" if flaky else ""
            yield Line(kind, f"{plural(len(found), 'cause')} since {since}{more}")
    if turn.calming:
        yield Line("passing", f"{plural(len(turn.calming), 'cause')} that came and went before")


def _issue(known: KnownView) -> dict[str, object]:
    """Return one cause; the text is ours, what came from outside stands in one line each."""
    # One line each, so that nothing from outside can begin a block of Markdown.
    shown = [one_line(each) for each in known.cases[:MOST_LISTED]]
    return {
        "id": known.id,
        "title": one_line(f"{known.operation}: {known.sentence}".removeprefix(": "), 180),
        "sentence": one_line(known.sentence, 400),
        "operation": one_line(known.operation),
        "attribution": known.attribution,
        "cases": shown,
        "reach": known.reach,
        "first": known.first,
        "last": known.last,
        "flaky": known.is_flaky,
        "rate": rate(known) if known.is_flaky else "",
        "replay": f"harness replay {shown[0]}" if shown else "",
    }
