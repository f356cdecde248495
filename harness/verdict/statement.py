"""Word a certificate as an in-toto statement: what was tested, with what, and how it ended."""

from collections.abc import Mapping, Sequence

from harness.jsonvalue import Json, items, members, text
from harness.outcome import Status
from harness.verdict.certificate import CERTIFICATE, REPORT
from harness.verdict.model import Judged

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"

_CLAIMED = (
    *(
        "kind",
        "certified",
        "conformant",
        "serial",
        "issuer",
        "signed_by",
        "subject",
        "judged",
        "verdict",
        "reason",
    ),
    *("scope", "profile", "started", "issued", "expires", "harness_version"),
)
_FAILED = (Status.FAIL, Status.ERROR, Status.SKIP, Status.REVIEW, Status.NOT_RUN)


def statement(
    certificate: Mapping[str, Json], judged: Sequence[Judged], digests: Mapping[str, str]
) -> dict[str, object]:
    """Return the statement over the named files (in-toto test-result v0.1)."""
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": name, "digest": {"sha256": digest}} for name, digest in digests.items()
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "result": result(certificate),
            "configuration": _configuration(certificate),
            "certificate": claims(certificate),
            "passedTests": _names(judged, Status.PASS),
            "warnedTests": _names(judged, Status.WARN, Status.WAIVED),
            "failedTests": _names(judged, *_FAILED),
        },
    }


def result(certificate: Mapping[str, Json]) -> str:
    """Return PASSED, WARNED for a specimen and where it rests on waivers, else FAILED.

    What is unclear has not passed, and whoever reads nothing but this word must not take a run
    against our own mock for one against a server.
    """
    if certificate["conformant"] is not True or certificate["kind"] == REPORT:
        return "FAILED"
    is_plain = certificate["kind"] == CERTIFICATE and certificate["verdict"] == "CONFORMANT"
    return "PASSED" if is_plain else "WARNED"


def claims(certificate: Mapping[str, Json]) -> dict[str, object]:
    """Return what the signature vouches for in words; `harness verify` prints nothing else."""
    return {name: certificate[name] for name in _CLAIMED}


def _configuration(certificate: Mapping[str, Json]) -> list[object]:
    documents = [members(item) for item in items(certificate["documents"])]
    sets = [members(item) for item in items(certificate["requirement_sets"])]
    named = [
        *((f"openapi/{text(document['api'])}", document) for document in documents),
        *((f"requirements/{text(other['name'])}", other) for other in sets),
    ]
    return [{"name": name, "digest": {"sha256": item["sha256"]}} for name, item in named]


def _names(judged: Sequence[Judged], *statuses: Status) -> list[str]:
    return [candidate.planned.case for candidate in judged if candidate.status in statuses]
