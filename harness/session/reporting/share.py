"""Pack what somebody needs to mend what a run found: causes, scripts, masked evidence and a page."""

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harness.errors import ConfigurationError, StorageError
from harness.outcome import Attribution
from harness.record import Record
from harness.report.formats import har
from harness.report.html import pages
from harness.report.html.evidence import CauseCard, cause_cards
from harness.report.report_data import ReportData, report_data
from harness.report.wording import culprit
from harness.scratch import made
from harness.session.reporting import reports
from harness.session.reporting.verdict_inputs import conclude, load_inputs
from harness.verdict.model import Cause
from harness.verdict.write import cause_to_json

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The same run gives the same bytes: an archive's own times say nothing of a run."""


def share(run: Path, target: Path, whose: Sequence[Attribution] = ()) -> Mapping[str, int]:
    """Write the archive of a run, a folder for each that is at fault; return how many causes each has.

    Raises ConfigurationError where there is nothing to share.
    """
    inputs = load_inputs(run)
    verdict = conclude(inputs)
    data = report_data(inputs.record, verdict)
    groups: dict[Attribution, list[CauseCard]] = {}
    for card in cause_cards(data):
        if not whose or card.cause.attribution in whose:
            groups.setdefault(card.cause.attribution, []).append(card)
    if not groups:
        wanted = f" at fault: {', '.join(whose)}" if whose else ""
        raise ConfigurationError(
            f"{run} has no cause{wanted}.", advice="There is nothing to mend, or to share."
        )
    with made("share") as place:
        reports.write_scripts(verdict, inputs.record, place)
        files = {
            f"{name}/{path}": body
            for name, cards in groups.items()
            for path, body in _files(data, cards, name, place, verdict.causes)
        }
    _pack(target, files)
    return {str(name): len(cards) for name, cards in groups.items()}


def _files(
    data: ReportData,
    cards: Sequence[CauseCard],
    whose: Attribution,
    place: Path,
    causes: Sequence[Cause],
) -> Iterator[tuple[str, bytes]]:
    is_client = data.verdict.scope.is_client
    page = pages.render_share(data, cards, culprit(whose, is_client=is_client))
    yield "index.html", page.encode("utf-8", "replace")
    # Only what this side has to mend.
    ids = {card.cause.id for card in cards}
    shared = [cause_to_json(each) for each in causes if each.id in ids]
    yield "causes.json", f"{json.dumps(shared, ensure_ascii=False, indent=2)}\n".encode()
    yield "evidence.har", har.render(_evidence(data, cards)).encode("utf-8", "replace")
    for card in cards:
        name = card.cause.reproduce
        if name and (place / name).is_file():
            yield name, (place / name).read_bytes()
            # The bodies that a script sends lie in a folder of its name.
            bodies = (place / name).with_suffix("")
            for path in sorted(each for each in bodies.rglob("*") if each.is_file()):
                yield path.relative_to(place).as_posix(), path.read_bytes()


def _evidence(data: ReportData, cards: Sequence[CauseCard]) -> Record:
    """Return the record with the exchanges of the case that stands for each cause."""
    # One case stands for its cause; the others show the same.
    cases = {card.cause.finding.case for card in cards}
    kept = tuple(each for each in data.record.exchanges if each.case in cases)
    return replace(data.record, exchanges=kept)


def _pack(target: Path, files: Mapping[str, bytes]) -> None:
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, body in sorted(files.items()):
                entry = zipfile.ZipInfo(name, _MOMENT)
                # An entry of one's own forgets the compression of its archive.
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
                archive.writestr(entry, body)
    except OSError as problem:
        raise StorageError(target, problem) from None
