"""Read the `proof.json` of a shard back, so that the shards of a proof can be joined."""

from collections.abc import Iterator, Mapping, Sequence

from harness.document import Document
from harness.errors import DocumentError
from harness.jsonvalue import Json, items, members, number, text
from harness.report.proof import (
    Alarm,
    Detection,
    DocumentProved,
    NotDone,
    OutOfScope,
    Proof,
    ProofPart,
    ProofReport,
    ToleranceResult,
    written,
)


def read_part(document: Document) -> ProofReport:
    """Return the shard of a proof. Raises DocumentError where it is none, or was changed."""
    whole = members(document.data)
    # A whole proof has nothing to be joined with.
    if "part" not in whole:
        raise DocumentError(
            "is a whole proof, or none, and no shard of one.",
            source=document.source(""),
            advice="Name folders that harness prove --shard I/N has written.",
        )
    try:
        report = _report(whole)
    # A place beyond the list of cases, or two lists of different length.
    except (IndexError, ValueError):
        raise _spoilt(document) from None
    # What is read must say the same again: nothing of a changed file finds its way into a proof.
    if written(report) != whole:
        raise _spoilt(document)
    return report


def _spoilt(document: Document) -> DocumentError:
    return DocumentError(
        "is not as harness prove wrote it.",
        source=document.source(""),
        advice="Prove this shard again.",
    )


def _report(whole: Mapping[str, Json]) -> ProofReport:
    cases = _texts(whole.get("cases"))
    part = members(whole.get("part"))
    # The matrix only counts the cases tried; a shard keeps which they were, to be joined.
    tried = [_cases(each, cases) for each in items(part.get("tried"))]
    rows = [members(each) for each in items(whole.get("matrix"))]
    return ProofReport(
        seeds=tuple(map(_whole_number, items(whole.get("seeds")))),
        cases=cases,
        proofs=tuple(_proof(row, cases, each) for row, each in zip(rows, tried, strict=True)),
        # The file keeps its first name for tolerances: other programs read it.
        tolerances=tuple(_tolerance(members(each)) for each in items(whole.get("liberties"))),
        seconds=number(whole.get("seconds")),
        out_of_scope=tuple(_out_of_scope(whole)),
        selection=text(whole.get("selection")),
        started=text(whole.get("started")),
        harness_version=text(whole.get("harness_version")),
        subject=text(whole.get("subject")),
        profile=text(whole.get("profile")),
        documents=tuple(_documents(whole)),
        not_done=tuple(_not_done(members(each)) for each in items(whole.get("not_done"))),
        part=ProofPart(text(part.get("shard")), _texts(part.get("plan"))),
    )


def _proof(row: Mapping[str, Json], cases: Sequence[str], tried: tuple[str, ...]) -> Proof:
    return Proof(
        fault=text(row.get("fault")),
        area=text(row.get("area")),
        breaks=text(row.get("breaks")),
        sentence=text(row.get("sentence")),
        seed=_whole_number(row.get("seed")),
        failed=_cases(row.get("failed"), cases),
        observed=_cases(row.get("observed"), cases),
        unsure=_cases(row.get("unsure"), cases),
        names_requirement=row.get("names_requirement") is True,
        tried=tried,
        requests=_whole_number(row.get("requests")),
        requests_to_catch=_whole_number(row.get("requests_to_catch")),
        seconds=number(row.get("seconds")),
        # The flag itself is not written; only a fault that has it can end so.
        may_be_unsure=row.get("detection") == Detection.INCONCLUSIVE.value,
        unobservable=text(row.get("reason")),
    )


def _tolerance(row: Mapping[str, Json]) -> ToleranceResult:
    alarms = [members(each) for each in items(row.get("alarms"))]
    return ToleranceResult(
        id=text(row.get("id")),
        sentence=text(row.get("sentence")),
        seed=_whole_number(row.get("seed")),
        alarms=tuple(
            Alarm(text(each.get("case")), text(each.get("status")), text(each.get("message")))
            for each in alarms
        ),
        cases=_whole_number(row.get("cases")),
        requests=_whole_number(row.get("requests")),
        seconds=number(row.get("seconds")),
    )


def _out_of_scope(whole: Mapping[str, Json]) -> Iterator[OutOfScope]:
    for row in map(members, items(whole.get("out_of_scope"))):
        yield OutOfScope(
            text(row.get("fault")),
            text(row.get("area")),
            text(row.get("breaks")),
            text(row.get("sentence")),
        )


def _documents(whole: Mapping[str, Json]) -> Iterator[DocumentProved]:
    for row in map(members, items(whole.get("documents"))):
        yield DocumentProved(text(row.get("name")), text(row.get("sha256")))


def _not_done(row: Mapping[str, Json]) -> NotDone:
    return NotDone(
        text(row.get("name")),
        _whole_number(row.get("seed")),
        row.get("kind") == "fault",
        text(row.get("reason")),
    )


def _cases(places: object, cases: Sequence[str]) -> tuple[str, ...]:
    return tuple(cases[_whole_number(each)] for each in items(places))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(text, items(value)))


def _whole_number(value: object) -> int:
    return int(number(value))
