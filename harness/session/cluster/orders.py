"""What travels to a worker and back: names and settings as JSON, and nothing that runs or is secret."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import Enum
from io import BytesIO
from pathlib import Path

from harness import __version__, limits
from harness.config import Environment, Settings
from harness.errors import HarnessError, TargetError
from harness.jsonvalue import Json, items, members, number, text
from harness.record import FILE_NAME
from harness.report.proof import Alarm, Proof, ToleranceResult
from harness.session.prove.tasks import Task
from harness.session.reporting.verdict_inputs import REQUIREMENTS, WAIVERS
from harness.session.run.documents import chosen, own_documents

_NOT_SENT = frozenset(
    (
        *("proxy", "ca_file", "logins", "base_url", "allowed_hosts", "name", "settings_of"),
        *("client_certificate", "client_key", "client_key_passphrase", "is_production_meant"),
    )
)
"""What each machine has for itself, what is secret, and what an order names in clear."""


class Kind(Enum):
    """What a worker is asked for."""

    CHECK = "check"
    """Whether it has the same version, documents and settings."""
    PROVE = "prove"
    SHARD = "shard"


class Unfit(HarnessError):
    """The worker is not like the machine that asks; it is asked no more."""


@dataclass(frozen=True, slots=True)
class Order:
    """One piece of work: a name for people and keys, and its JSON."""

    name: str
    text: str


def frame_of_order(settings: Settings, campaign: str) -> dict[str, Json]:
    """Return what all orders of a proof or a run have in common."""
    environment = settings.environment
    # As this machine has them: a worker must come to the same.
    documents = [(each.api.name, each.api.sha256) for each in chosen(settings)]
    documents += [(each.api, each.sha256) for each in own_documents(settings)]
    return {
        "version": __version__,
        "campaign": campaign,
        "environment": environment.settings_of or environment.name,
        "base_url": environment.base_url,
        "production_meant": environment.is_production_meant,
        "profile": settings.profile,
        "seed": settings.seed,
        # Products that are made from documents exist only where the documents are read.
        "apis": [] if settings.specs else list(settings.apis),
        "only": settings.only,
        "specs": [str(each) for each in settings.specs],
        "documents": [list(each) for each in documents],
        "settings": dict(settings_digests(environment, campaign)),
        "max_document_bytes": limits.current().size_bytes,
    }


def settings_digests(environment: Environment, campaign: str) -> Mapping[str, Json]:
    """Return a digest of each setting that must be the same everywhere; the values stay at home."""
    values = {
        each.name: repr(getattr(environment, each.name))
        for each in fields(Environment)
        if each.name not in _NOT_SENT
    }
    # With the campaign in it, so that a digest that was seen once says nothing of a later one.
    return {
        name: hashlib.sha256(f"{campaign} {name} {value}".encode()).hexdigest()[:16]
        for name, value in values.items()
    }


def order(kind: Kind, name: str, frame: Mapping[str, Json], more: Mapping[str, Json]) -> Order:
    """Return an order as it is sent."""
    return Order(name, json.dumps({"kind": kind.value, **frame, **more}, separators=(",", ":")))


def task_as_json(task: Task) -> dict[str, Json]:
    """Return what an order says of a task of a proof; its seed stands in place of the first."""
    return {
        "name": task.name,
        "seed": task.settings.seed,
        "noisy": sorted(task.noisy),
        "is_fault": task.is_fault,
        "whole": task.whole,
    }


def result_as_json(result: Proof | ToleranceResult) -> dict[str, Json]:
    """Return a result as JSON."""
    # Through JSON, which makes lists of tuples: just what the other side will read.
    written: dict[str, Json] = json.loads(json.dumps(asdict(result)))
    return written


def result_from_json(result: Mapping[str, Json], *, is_fault: bool) -> Proof | ToleranceResult:
    """Read what a worker found."""
    return _proof(result) if is_fault else _tolerance(result)


def _proof(result: Mapping[str, Json]) -> Proof:
    return Proof(
        fault=text(result.get("fault")),
        area=text(result.get("area")),
        breaks=text(result.get("breaks")),
        sentence=text(result.get("sentence")),
        seed=int(number(result.get("seed"))),
        failed=_texts(result.get("failed")),
        observed=_texts(result.get("observed")),
        unsure=_texts(result.get("unsure")),
        names_requirement=result.get("names_requirement") is True,
        tried=_texts(result.get("tried")),
        requests=int(number(result.get("requests"))),
        requests_to_catch=int(number(result.get("requests_to_catch"))),
        seconds=number(result.get("seconds")),
        may_be_unsure=result.get("may_be_unsure") is True,
        unobservable=text(result.get("unobservable")),
    )


def _tolerance(result: Mapping[str, Json]) -> ToleranceResult:
    alarms = (members(each) for each in items(result.get("alarms")))
    return ToleranceResult(
        id=text(result.get("id")),
        sentence=text(result.get("sentence")),
        seed=int(number(result.get("seed"))),
        alarms=tuple(
            Alarm(text(each.get("case")), text(each.get("status")), text(each.get("message")))
            for each in alarms
        ),
        cases=int(number(result.get("cases"))),
        requests=int(number(result.get("requests"))),
        seconds=number(result.get("seconds")),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(text, items(value)))


_MOST_BYTES = 2 * 1024**3
_MOST_FILES = 1000


class BadShard(TargetError):
    """What a worker sent is not the files of a shard: trust it with nothing more."""


def packed(run: Path, archive: Path) -> Path:
    """Put the record and what its verdict rests on into one file; it was searched for secrets already."""
    kept = [run / FILE_NAME, *sorted((run / REQUIREMENTS).rglob("*.yaml")), run / WAIVERS]
    # Compressed, since records are text and travel over the network.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        for path in kept:
            if path.is_file():
                files.write(path, path.relative_to(run).as_posix())
    return archive


def unpacked(raw: bytes, place: Path) -> Path:
    """Write the files of a shard below a folder, and no other. Raises BadShard."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as files:
            entries = files.infolist()
            # By the sizes that are announced, before anything is unpacked.
            size = sum(each.file_size for each in entries)
            if len(entries) > _MOST_FILES or size > _MOST_BYTES:
                raise BadShard("a worker sent more than a shard holds.")
            for each in entries:
                target = place / _checked(each.filename)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(files.read(each))
    except zipfile.BadZipFile:
        raise BadShard("a worker sent no archive of a shard.") from None
    return place


def _checked(name: str) -> str:
    parts = name.split("/")
    # Three parts: the folder of the sets, the name of one, and its file.
    is_set = len(parts) == 3 and parts[0] == REQUIREMENTS and name.endswith(".yaml")
    is_plain = all(part not in ("", ".", "..") and "\\" not in part for part in parts)
    if name in (FILE_NAME, WAIVERS) or (is_set and is_plain):
        return name
    raise BadShard(f"a worker sent the file {name!r}, which belongs to no shard.")
