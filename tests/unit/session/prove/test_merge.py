"""Shards of a proof are joined where they make one, and refused with a sentence where they do not."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import ConfigurationError, DocumentError
from harness.report.formats import proof_files
from harness.report.proof import DocumentProved, NotDone, ProofPart, ProofReport, written
from harness.session.prove.merge import merge_proofs
from harness.session.prove.tasks import id_of_result, ids_of_part
from harness.shard import Shard
from tests.unit.report.test_proof import REPORT

CLEAN, LOUD = REPORT.tolerances
WHOLE = replace(REPORT, documents=(DocumentProved("dental", "ab"),), harness_version="1")
PLAN = (id_of_result(LOUD), *map(id_of_result, REPORT.proofs))


def shards(report: ProofReport = WHOLE, count: int = 3) -> list[ProofReport]:
    """Return what the processes that take a part each would have found."""
    found = []
    for index in range(1, count + 1):
        shard = Shard(index, count)
        mine = ids_of_part(PLAN, shard)
        found.append(
            replace(
                report,
                proofs=tuple(each for each in report.proofs if id_of_result(each) in mine),
                tolerances=(
                    report.tolerances[0],
                    *(each for each in report.tolerances[1:] if id_of_result(each) in mine),
                ),
                not_done=tuple(each for each in report.not_done if id_of_result(each) in mine),
                part=ProofPart(str(shard), PLAN),
            )
        )
    return found


def put(parts: Sequence[ProofReport], place: Path) -> list[Path]:
    folders = [place / f"shard-{number}" for number in range(len(parts))]
    for part, folder in zip(parts, folders, strict=True):
        folder.mkdir()
        proof_files.write(part, folder)
    return folders


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_joined_shards_say_what_one_process_says(tmp_path: Path, count: int) -> None:
    folders = put(shards(count=count), tmp_path)

    joined = merge_proofs(folders[::-1])

    assert written(joined) == written(WHOLE)
    assert "part" not in json.dumps(written(joined))


def test_what_one_shard_did_not_try_is_not_tried(tmp_path: Path) -> None:
    lost = NotDone(WHOLE.proofs[0].fault, 1, is_fault=True, reason="its worker was lost.")
    folders = put(shards(replace(WHOLE, proofs=WHOLE.proofs[1:], not_done=(lost,))), tmp_path)

    joined = merge_proofs(folders)

    assert joined.not_done == (lost,)
    assert not joined.is_good


def test_a_missing_shard_is_named(tmp_path: Path) -> None:
    folders = put(shards(), tmp_path)

    with pytest.raises(ConfigurationError, match=r"shard 2 of 3 is missing\. Name all shards"):
        merge_proofs([folders[0], folders[2]])


def test_a_shard_that_is_there_twice_is_named(tmp_path: Path) -> None:
    folders = put(shards(), tmp_path)

    with pytest.raises(ConfigurationError, match="shard 2/3 is there more than once"):
        merge_proofs([*folders, folders[1]])


@pytest.mark.parametrize(
    ("other", "words"),
    [
        pytest.param(replace(WHOLE, seeds=(2,)), "seeds", id="seed"),
        pytest.param(replace(WHOLE, harness_version="2"), "harness version", id="version"),
        pytest.param(
            replace(WHOLE, documents=(DocumentProved("dental", "cd"),)), "documents", id="documents"
        ),
        pytest.param(replace(WHOLE, profile="deep"), "profile", id="profile"),
        pytest.param(replace(WHOLE, selection="dental/a"), "selection", id="selection"),
        pytest.param(
            replace(WHOLE, tolerances=(replace(CLEAN, alarms=LOUD.alarms), LOUD)),
            "what the suite says of the mock without any fault",
            id="clean-mock",
        ),
    ],
)
def test_a_shard_of_another_proof_is_refused(
    tmp_path: Path, other: ProofReport, words: str
) -> None:
    one, _, three = shards()
    folders = put([one, shards(other)[1], three], tmp_path)

    with pytest.raises(ConfigurationError, match=f"they differ in {words}"):
        merge_proofs(folders)


def test_shards_of_different_numbers_are_refused(tmp_path: Path) -> None:
    folders = put([shards(count=3)[0], shards(count=2)[1]], tmp_path)

    with pytest.raises(ConfigurationError, match="they differ in the number of shards"):
        merge_proofs(folders)


def test_shards_of_other_faults_are_refused(tmp_path: Path) -> None:
    other = replace(shards()[1], part=ProofPart("2/3", PLAN[::-1]))
    folders = put([shards()[0], other], tmp_path)

    with pytest.raises(ConfigurationError, match="differ in the faults and tolerances to try"):
        merge_proofs(folders)


def test_a_shard_from_which_a_fault_was_taken_is_refused(tmp_path: Path) -> None:
    less = replace(shards()[1], proofs=shards()[1].proofs[1:])
    folders = put([shards()[0], less, shards()[2]], tmp_path)

    with pytest.raises(ConfigurationError, match="does not hold what shard 2/3 of its proof has"):
        merge_proofs(folders)


def test_a_shard_whose_words_were_changed_is_refused(tmp_path: Path) -> None:
    folders = put(shards(), tmp_path)
    path = folders[0] / "proof.json"
    path.write_text(path.read_text().replace('"detection":"escaped"', '"detection":"failed"'))
    spoilt = [each for each in folders if "escaped" in (each / "proof.json").read_text()]
    target = path if not spoilt else spoilt[0] / "proof.json"
    target.write_text(target.read_text().replace('"good":false', '"good":true'))

    with pytest.raises(DocumentError, match="is not as harness prove wrote it"):
        merge_proofs(folders)


def test_a_whole_proof_is_no_shard(tmp_path: Path) -> None:
    folders = put([WHOLE], tmp_path)

    with pytest.raises(DocumentError, match="is a whole proof, or none, and no shard of one"):
        merge_proofs(folders)
