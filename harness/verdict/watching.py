"""Follow causes from run to run: which are new, which are gone, and which come and go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harness.outcome import Status
from harness.verdict.model import Cause, Verdict

MOST_RUNS = 90
"""How long a cause that is gone is remembered, and how far its marks reach back, in runs."""
MOST_CASES = 200
"""Cases by which a cause is known again; of more, these stand for all."""
CALM_RUNS = 3
"""How often what comes and goes must pass in a row before it counts as gone."""

FAILS, PASSES, UNKNOWN = "f", "p", "?"
_UNJUDGED = (Status.ERROR, Status.SKIP, Status.REVIEW, Status.NOT_RUN)
_KEPT = (Status.PASS, Status.WARN, Status.WAIVED)


@dataclass(frozen=True, slots=True)
class Known:
    """A cause that some run has shown, and what became of it since."""

    id: str
    sentence: str
    operation: str
    attribution: str
    cases: tuple[str, ...]
    reach: int
    """How many cases showed it when it was last seen."""
    first: str
    last: str
    """When the runs started that showed it first and last, as RFC 3339."""
    marks: str
    """One mark a run on the present documents: fails, passes, or not known."""
    is_open: bool = True
    idle: int = 0
    """Runs since it was seen."""
    reproduce: str = ""
    """The script that shows it again, by its path in the folder of the last run that showed it."""

    @property
    def is_flaky(self) -> bool:
        """True where it failed, passed, and failed again, all on the same documents."""
        # Stretches of failures that a pass parts: with two of them it came back.
        stretches = self.marks.replace(UNKNOWN, "").split(PASSES)
        return sum(bool(each) for each in stretches) > 1

    @property
    def failures(self) -> int:
        """In how many of the runs on the present documents it showed."""
        return self.marks.count(FAILS)

    @property
    def judged(self) -> int:
        """How many runs on the present documents could judge it."""
        return len(self.marks) - self.marks.count(UNKNOWN)


@dataclass(frozen=True, slots=True)
class RunChanges:
    """What one run changed; a cause that is open stands in exactly one of the first three."""

    opened: tuple[Known, ...] = ()
    still: tuple[Known, ...] = ()
    unclear: tuple[Known, ...] = ()
    """Open, and its cases could not be judged this time."""
    closed: tuple[Known, ...] = ()
    calming: tuple[Known, ...] = ()
    """Comes and goes, passed this time, and is not taken for gone yet."""
    known: tuple[Known, ...] = ()
    """All that is remembered from now on."""

    @property
    def is_news(self) -> bool:
        return bool(self.opened or self.closed)


def follow(known: Sequence[Known], verdict: Verdict, *, same_documents: bool) -> RunChanges:
    """Return what a run says of the causes known so far, and of new ones.

    Where the documents are others, what failed and passed before says nothing of flakes.
    """
    before = tuple(known) if same_documents else tuple(replace(each, marks="") for each in known)
    # What follows from another cause is gone as soon as that one is mended.
    found = [each for each in verdict.causes if each.failed and not each.because]
    matched = _matched(before, found)
    statuses = {each.planned.case: each.status for each in verdict.judged}
    groups: dict[str, list[Known]] = {"opened": [], "still": [], "unclear": []}
    groups |= {"closed": [], "calming": [], "forgotten": []}
    for cause in found:
        earlier = next((each for each in before if matched.get(each.id) is cause), None)
        shown = _shown(cause, earlier, verdict.started)
        groups["still" if earlier and earlier.is_open else "opened"].append(shown)
    for each in before:
        if each.id not in matched:
            group, later = _unseen(each, statuses, is_whole=_is_whole(verdict))
            groups[group].append(later)
    forgotten = groups.pop("forgotten")
    members = {name: tuple(each) for name, each in groups.items()}
    listed = tuple(each for group in members.values() for each in group)
    kept = tuple(each for each in forgotten if each.idle <= MOST_RUNS)
    return RunChanges(**members, known=(*listed, *kept))


def _matched(before: Sequence[Known], found: Sequence[Cause]) -> Mapping[str, Cause]:
    """Return by known id the cause that is the same: by its id, else by most of its cases.

    The id follows the finding that stands for a cause, and that may change with the selection.
    """
    matched: dict[str, Cause] = {}
    ids = {each.id for each in before}
    # Ids first, so that likeness of cases takes no cause that is known by name.
    for cause in found:
        if cause.id in ids:
            matched.setdefault(cause.id, cause)
    taken = {id(each) for each in matched.values()}
    for each in before:
        # A cause that is closed comes back by its id alone: its cases may be anybody's by then.
        if each.id in matched or not each.is_open:
            continue
        rest = [cause for cause in found if id(cause) not in taken]
        best = max(rest, key=lambda cause: _shared(each, cause), default=None)
        # Half of the cases of the smaller one: a selection shows only a part of them.
        if best and 2 * _shared(each, best) >= min(len(each.cases), best.reach):
            matched[each.id] = best
            taken.add(id(best))
    return matched


def _shared(known: Known, cause: Cause) -> int:
    return len({*known.cases} & {*cause.cases})


def _shown(cause: Cause, earlier: Known | None, started: str) -> Known:
    """Return what is known of a cause that this run shows."""
    marks = f"{earlier.marks if earlier else ''}{FAILS}"
    return Known(
        id=earlier.id if earlier else cause.id,
        sentence=cause.finding.sentence or cause.finding.message,
        operation=cause.operation,
        attribution=str(cause.attribution),
        cases=cause.cases[:MOST_CASES],
        reach=cause.reach,
        first=earlier.first if earlier else started,
        last=started,
        marks=marks[-MOST_RUNS:],
        reproduce=cause.reproduce,
    )


def _is_whole(verdict: Verdict) -> bool:
    """Return whether a run got to its end, so that what it does not name is not there any more."""
    return any(each.name == "run_complete" and each.passed for each in verdict.gates)


def _unseen(known: Known, statuses: Mapping[str, Status], *, is_whole: bool) -> tuple[str, Known]:
    """Return where a cause belongs that this run does not show, and what is known of it now."""
    there = [statuses[case] for case in known.cases if case in statuses]
    mark = _mark(there)
    later = replace(known, marks=f"{known.marks}{mark}"[-MOST_RUNS:], idle=known.idle + 1)
    if not known.is_open:
        return "forgotten", later
    # A case fails, though no cause of this run was recognised as this one.
    if mark == FAILS:
        return "still", later
    # Its cases may have been cut off, which says nothing of them.
    if mark == UNKNOWN and (not is_whole or any(each in _UNJUDGED for each in there)):
        return "unclear", later
    # What comes and goes must pass several times before it counts as mended.
    if later.is_flaky and not later.marks.endswith(PASSES * CALM_RUNS):
        return "calming", later
    # What is omitted or has left the suite cannot fail any more, and nobody is to wait for it.
    return "closed", replace(later, is_open=False)


def _mark(statuses: Sequence[Status]) -> str:
    if Status.FAIL in statuses:
        return FAILS
    # A waived case ran and answered as somebody expects, so that it is no failure here.
    is_kept = any(each in _KEPT for each in statuses)
    return PASSES if is_kept and not any(each in _UNJUDGED for each in statuses) else UNKNOWN
