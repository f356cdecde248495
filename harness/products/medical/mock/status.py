"""Write a transaction's status in the three forms: summary, detail and metadata hit."""

from datetime import datetime, timedelta

from harness.jsonvalue import Json, members
from harness.mock.fault import ActiveFaults
from harness.products.medical.mock.sandbox import RECEIVED, TestPayer, Verdict, payers
from harness.products.medical.mock.store import SentDocument, Transaction

_FAX_FAILED = "14"
_ATTEMPTS, _REDIALLED_AFTER = 3, timedelta(hours=8)
"""The facility dials three times a day."""


def summary(transaction: Transaction, now: datetime, faults: ActiveFaults) -> Json:
    """Return the array of statuses: one, and of a fax that fails one for each attempt so far."""
    payer = payers().get(transaction.payer_id)
    # Any other payer id is taken, and goes no further (A018 speaks of real payers only).
    verdict = payer.verdict if payer else RECEIVED
    if f"wrong-status-{transaction.payer_id}" in faults:
        verdict = Verdict("99", "UNKNOWN")
    # 23 hours, so that a rule that waits a day is sure to see it.
    if "status-forgotten" in faults and now - transaction.received >= timedelta(hours=23):
        verdict = RECEIVED
    failed_fax = verdict.code == _FAX_FAILED and "fax-attempts-untold" not in faults
    tries = _attempts(now - transaction.received) if failed_fax else 1
    return [
        _state(transaction, verdict, transaction.received + number * _REDIALLED_AFTER, faults)
        for number in range(tries)
    ]


def _attempts(elapsed: timedelta) -> int:
    # The first attempt is made at once, hence one more than the intervals that have passed.
    return min(elapsed // _REDIALLED_AFTER + 1, _ATTEMPTS)


def _state(
    transaction: Transaction, verdict: Verdict, moment: datetime, faults: ActiveFaults
) -> Json:
    # Dated by the attempt and not by the question, so that two forms agree on it (A064).
    payer, time = payers().get(transaction.payer_id), stamp(moment)
    status: Json = {
        "statusCode": verdict.code,
        "statusMessage": verdict.message,
        "statusTimeStamp": time,
        "documents": [
            _document(document, _own_verdict(payer, index), time, faults)
            for index, document in enumerate(transaction.documents)
        ],
    }
    return faults.changed_value("medical.status", status)


def detail(transaction: Transaction, now: datetime, faults: ActiveFaults) -> Json:
    """Return the transaction's details with its statuses."""
    statuses = summary(transaction, now, faults)
    if "detail-differs-from-summary" in faults:
        statuses = []
    return {"transactionDetails": _details(transaction, faults), "status": statuses}


def hit(transaction: Transaction, now: datetime, faults: ActiveFaults) -> Json:
    """Return the transaction as a metadata search lists it."""
    found: Json = {
        "traceId": transaction.trace_id,
        "transactionDetails": _details(transaction, faults),
        "status": summary(transaction, now, faults),
    }
    return faults.changed_value("medical.hit", found)


def stamp(time: datetime) -> str:
    """Return a time as the status API writes it: UTC, to the minute."""
    return f"{time:%Y-%m-%dT%H:%MZ}"


def _details(transaction: Transaction, faults: ActiveFaults) -> Json:
    payer = payers().get(transaction.payer_id)
    details: Json = {
        **transaction.details,
        "transactionSubmittedDate": stamp(transaction.received),
        "rejectionInformation": payer.rejection if payer else None,
    }
    return faults.changed_value("medical.details", details)


def _own_verdict(payer: TestPayer | None, index: int) -> Verdict | None:
    if payer is None or not payer.documents:
        return None
    # In turn: with two documents or more both verdicts occur (A038).
    return payer.documents[index % len(payer.documents)]


def _document(
    document: SentDocument, verdict: Verdict | None, time: str, faults: ActiveFaults
) -> Json:
    named: dict[str, Json] = {
        "documentName": document.name,
        "controlNumber": document.control_number,
    }
    if verdict is not None:
        own: Json = {
            "statusCode": verdict.code,
            "statusMessage": verdict.message,
            "statusTimeStamp": time,
        }
        named |= members(faults.changed_value("medical.document-status", own))
    return faults.changed_value("medical.document", named)
