import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import DocumentError
from harness.outcome import Status
from harness.session.certify.bundle import read
from harness.session.certify.certificate import ENVELOPE, MANIFEST
from harness.session.certify.keys import TrustedKey, public_pem
from harness.session.certify.verify import verify, verify_files
from harness.verdict.statement import manifest_of, seal, sha256
from tests.unit.session.bundles import NOW, archive, bundle, key
from tests.unit.session.folders import CASES, NPI, WAIVER

LATER = NOW + timedelta(days=30)
FAILING = {**CASES, NPI: Status.FAIL}


def broken(path: Path, *, now: datetime = LATER) -> list[str]:
    return [line.name for line in verify(path, now=now).lines if not line.holds]


def broken_files(files: Mapping[str, bytes]) -> list[str]:
    return [line.name for line in verify_files(files, now=LATER).lines if not line.holds]


@pytest.mark.parametrize(
    ("papers", "run"),
    [
        pytest.param(False, {}, id="plain"),
        pytest.param(True, {}, id="with_papers"),
        pytest.param(False, {"cases": FAILING, "waivers": WAIVER}, id="with_waivers"),
    ],
)
def test_a_bundle_holds_as_a_folder_and_as_an_archive(
    tmp_path: Path, papers: bool, run: dict[str, object]
) -> None:
    folder = bundle(tmp_path, papers=papers, **run)

    assert broken(folder) == []
    assert broken(archive(folder)) == []
    assert verify(folder, now=LATER).title == "Gateway 4.2 of Sample Payer"


def test_a_report_of_a_failure_is_authentic_and_no_certificate(tmp_path: Path) -> None:
    assert broken(bundle(tmp_path, cases=FAILING)) == ["result"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundle(tmp_path_factory.mktemp("sound"), papers=True)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_byte_of_any_file_is_caught(sound: Path, data: st.DataObject) -> None:
    files = dict(read(sound))
    name = data.draw(st.sampled_from(sorted(files)))
    at = data.draw(st.integers(0, len(files[name]) - 1))
    changed = bytearray(files[name])
    changed[at] ^= data.draw(st.integers(1, 255))

    assert broken_files({**files, name: bytes(changed)}) != []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_byte_of_the_archive_is_caught(sound: Path, data: st.DataObject) -> None:
    raw = bytearray(archive(sound).read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    path = sound.parent / "changed.zip"
    path.write_bytes(bytes(raw))

    try:
        found = broken(path)
    except DocumentError:
        return
    assert found != []


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 500_000))
def test_a_truncated_archive_is_refused(sound: Path, length: int) -> None:
    raw = archive(sound).read_bytes()
    path = sound.parent / "short.zip"
    path.write_bytes(raw[: min(length, len(raw) - 1)])

    with pytest.raises(DocumentError):
        verify(path, now=LATER)


@pytest.mark.parametrize(
    "name", sorted(["record.jsonl", "certificate.json", "waivers.yaml", MANIFEST])
)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = bundle(tmp_path, cases=FAILING, waivers=WAIVER)
    (folder / name).unlink()

    line = verify(folder, now=LATER).lines[0]

    assert not line.holds
    assert name in line.says


def test_an_added_file_is_named(tmp_path: Path) -> None:
    folder = bundle(tmp_path)
    (folder / "waivers.yaml").write_text(WAIVER)

    assert verify(folder, now=LATER).lines[0].says == "waivers.yaml was added"


def resealed(files: dict[str, bytes], by: Ed25519PrivateKey) -> dict[str, bytes]:
    """Do what a forger can: list the files anew and sign with a key of his own."""
    rest = {name: raw for name, raw in files.items() if name not in (MANIFEST, ENVELOPE)}
    rest["public-key.pem"] = public_pem(by)
    listed = manifest_of(rest)
    statement = json.loads(base64.b64decode(json.loads(files[ENVELOPE])["payload"]))
    for subject in statement["subject"]:
        raw = listed if subject["name"] == MANIFEST else rest[subject["name"]]
        subject["digest"]["sha256"] = sha256(raw)
    payload = json.dumps(statement, ensure_ascii=False, separators=(",", ":")).encode()
    return {**rest, MANIFEST: listed, ENVELOPE: seal(payload, by)}


def forged_verdict(files: dict[str, bytes]) -> dict[str, bytes]:
    told = files["certificate.json"].replace(b'"NON_CONFORMANT"', b'"CONFORMANT"')
    told = told.replace(b'"certified": false', b'"certified": true')
    return {**files, "certificate.json": told}


def forged_page(files: dict[str, bytes]) -> dict[str, bytes]:
    page = files["certificate.html"].replace(b"Not conformant", b"Conformant")
    return {**files, "certificate.html": page}


def dropped_failure(files: dict[str, bytes]) -> dict[str, bytes]:
    lines = files["record.jsonl"].splitlines(keepends=True)
    kept = [line for line in lines if b'"status":"fail"' not in line]
    return {**files, "record.jsonl": b"".join(kept)}


def longer_life(files: dict[str, bytes]) -> dict[str, bytes]:
    told = files["certificate.json"].replace(b'"expires": "2027-02-20"', b'"expires": "2037-02-20"')
    return {**files, "certificate.json": told}


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(forged_verdict, id="verdict"),
        pytest.param(forged_page, id="page"),
        pytest.param(dropped_failure, id="record"),
        pytest.param(longer_life, id="expiry"),
        pytest.param(lambda files: files, id="key_alone"),
    ],
)
def test_a_forger_with_a_key_of_his_own_is_caught_by_judging_again(
    tmp_path: Path, forge: Callable[[dict[str, bytes]], dict[str, bytes]]
) -> None:
    files = dict(read(bundle(tmp_path, cases=FAILING)))
    own = Ed25519PrivateKey.from_private_bytes(b"\x09" * 32)

    forged = resealed(forge(files), own)

    assert "verdict" in broken_files(forged)


def test_a_pinned_key_must_be_the_one(tmp_path: Path) -> None:
    folder = bundle(tmp_path)
    other = Ed25519PrivateKey.from_private_bytes(b"\x09" * 32).public_key()

    ours = TrustedKey("Sample Board", key().public_key())
    good = verify(folder, now=LATER, trusted=(TrustedKey("Another", other), ours))
    bad = verify(folder, now=LATER, trusted=(TrustedKey("Another", other),))

    assert (good.holds, good.signer) == (True, "Sample Board")
    assert [line.name for line in bad.lines if not line.holds] == ["signer"]


@pytest.mark.parametrize(
    ("now", "says"),
    [
        pytest.param(datetime(2027, 2, 21, tzinfo=UTC), "it ended on 2027-02-20", id="expired"),
        pytest.param(datetime(2026, 11, 1, tzinfo=UTC), "yet to come", id="clock_set_back"),
    ],
)
def test_a_certificate_holds_for_its_period(tmp_path: Path, now: datetime, says: str) -> None:
    found = verify(bundle(tmp_path), now=now)

    bad = [line for line in found.lines if not line.holds]
    assert [line.name for line in bad] == ["period"]
    assert says in bad[0].says


def test_the_last_day_still_counts(tmp_path: Path) -> None:
    assert broken(bundle(tmp_path), now=datetime(2027, 2, 20, 23, 59, tzinfo=UTC)) == []


def test_pages_of_another_harness_are_not_compared_but_its_verdict_is(tmp_path: Path) -> None:
    files = dict(read(bundle(tmp_path)))
    statement = json.loads(base64.b64decode(json.loads(files[ENVELOPE])["payload"]))
    statement["predicate"]["certificate"]["harness_version"] = "9.9.9"
    payload = json.dumps(statement, ensure_ascii=False, separators=(",", ":")).encode()

    found = verify_files({**files, ENVELOPE: seal(payload, key())}, now=LATER)

    assert found.holds
    assert "made by harness 9.9.9 and not compared" in found.lines[2].says


def test_an_empty_folder_is_no_bundle(tmp_path: Path) -> None:
    assert "files" in broken(tmp_path)


def test_a_path_that_leads_nowhere_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        verify(tmp_path / "none.zip", now=LATER)
