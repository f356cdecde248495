import json

import pytest

from harness import document
from harness.errors import DocumentError
from harness.report.proof import Proof as Row
from harness.report.proof import ProofReport, written
from harness.verdict.certificate import Proof, read_proof

MATRIX = [
    {"fault": "a", "seed": 1, "detection": "failed", "failed": [0]},
    {"fault": "a", "seed": 2, "detection": "observed", "observed": [1]},
    {"fault": "b", "seed": 1, "detection": "failed", "failed": [0]},
    {"fault": "b", "seed": 2, "detection": "escaped", "failed": []},
    {"fault": "c", "seed": 1, "detection": "inconclusive", "unsure": [2]},
]
SENTENCE = "The suite detects 2 of 3 injected faults."


def told(**changed: object) -> document.Document:
    whole = {"version": 1, "sentence": SENTENCE, "matrix": MATRIX, **changed}
    return document.parse(json.dumps(whole), "proof.json")


def test_a_fault_is_caught_where_no_seed_lets_it_escape() -> None:
    proof = read_proof(told())

    assert proof == Proof(3, 2)
    assert str(proof) == SENTENCE


def test_what_prove_writes_is_read() -> None:
    row = Row("f", "dental", "D001", "s", 1, ("dental/a",), (), (), True, ("dental/a",), 3, 1, 0.1)
    report = ProofReport((1,), ("dental/a",), (row,), (), 1.0)

    proof = read_proof(document.parse(json.dumps(written(report)), "proof.json"))

    assert proof == Proof(1, 1)
    assert str(proof) == report.sentence


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"sentence": "The suite detects 3 of 3 injected faults."}, id="sentence"),
        pytest.param({"matrix": []}, id="nothing"),
        pytest.param({"matrix": "all"}, id="no_list"),
        pytest.param({"matrix": [{**row, "detection": "failed"} for row in MATRIX]}, id="no_case"),
        pytest.param({"matrix": MATRIX[:2]}, id="rows_gone"),
    ],
)
def test_a_sentence_that_is_not_that_of_the_matrix_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(DocumentError, match="its sentence is not that of its matrix"):
        read_proof(told(**changed))


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"part": {"shard": "1/2", "plan": [], "tried": []}}, id="shard"),
        pytest.param({"not_done": [{"kind": "fault", "name": "d", "seed": 1}]}, id="not-done"),
    ],
)
def test_what_is_not_all_of_a_proof_stands_for_none(changed: dict[str, object]) -> None:
    with pytest.raises(DocumentError, match="is not a whole proof: it is a shard, or some"):
        read_proof(told(**changed))
