"""Schemathesis is fed what the API can accept, its findings are ours, and its silence needs evidence."""

import json
import signal
from collections.abc import Mapping
from dataclasses import replace

import pytest

from harness.client.multipart import Part
from harness.exchange import Exchange, Request
from harness.jsonvalue import Json, lookup
from harness.outcome import Check, Status, worst
from harness.products.dental.rules.fuzzing import fuzz_rules, parts_of
from harness.rules.fuzz.engine import PLAIN_TEXT, REQUESTS_AN_EXAMPLE, fuzz, prepared
from harness.rules.fuzz.second_opinion import on_answers
from harness.rules.trial import Effort
from tests.unit.products.dental.rules.bench import APIS, dental_bench

EFFORT = Effort(examples=10, seed=1, shrink=False)


def document(properties: Mapping[str, Json]) -> dict[str, Json]:
    return {"components": {"schemas": {"T": {"properties": properties}}}}


def prepared_property(schema: Json, fixed: Mapping[str, Json] | None = None) -> object:
    copy = prepared(document({"a": schema}), fixed or {}, {"npi"})
    return lookup(copy, "/components/schemas/T/properties/a")


def test_a_pattern_beside_a_known_format_is_dropped() -> None:
    schema: Json = {"type": "string", "format": "npi", "pattern": "^[0-9]{10}$"}

    assert prepared_property(schema) == {"type": "string", "format": "npi"}


def test_a_pattern_without_a_format_stays() -> None:
    assert prepared_property({"type": "string", "pattern": "x"}) == {
        "type": "string",
        "pattern": "x",
    }


def test_free_text_becomes_plain() -> None:
    assert prepared_property({"type": "string", "maxLength": 5}) == {
        "type": "string",
        "maxLength": 5,
        "format": PLAIN_TEXT,
    }


def test_a_fixed_member_lists_its_only_values() -> None:
    assert prepared_property({"type": "string"}, {"a": ["x"]}) == {"type": "string", "enum": ["x"]}


def test_the_loaded_document_stays_as_it_was() -> None:
    root = document({"a": {"format": "npi", "pattern": "x"}})

    prepared(root, {}, {"npi"})

    assert root == document({"a": {"format": "npi", "pattern": "x"}})


def names(parts: tuple[Part, ...] | None) -> list[str]:
    return [part.name for part in parts or ()]


def test_a_valid_form_gets_a_real_file_for_each_entry_under_its_name() -> None:
    entries: list[Json] = [{"fileName": "a", "mimeType": "b"}, {"fileName": "c", "mimeType": "d"}]
    body = {"request": {}, "files": [b"noise"], "fileMetadata": entries}

    parts = parts_of(body, is_valid=True)

    assert parts is not None
    assert names(parts) == ["request", "fileMetadata", "files", "files"]
    assert json.loads(parts[1].content)[1] == {
        "fileName": "harness-02.txt",
        "mimeType": "text/plain",
    }
    assert parts[3].filename == "harness-02.txt"


def test_an_invalid_form_keeps_its_number_of_files() -> None:
    assert names(parts_of({"request": {}, "files": []}, is_valid=False)) == ["request"]


@pytest.mark.parametrize(
    "body",
    [{}, {"request": {}}, {"files": [b""]}, {"request": {}, "files": [7]}, [], None],
    ids=["empty", "no-files", "no-request", "number-as-file", "list", "none"],
)
def test_a_form_of_another_shape_is_left_as_it_was_generated(body: object) -> None:
    assert parts_of(body, is_valid=False) is None


@pytest.mark.slow
def test_ctrl_c_ends_the_run_although_schemathesis_catches_it() -> None:
    sent: list[Request] = []

    def interrupt(request: Request) -> Exchange:
        sent.append(request)
        # Once only: the engine sends from a thread, and a second one would end the test itself.
        if len(sent) == 1:
            signal.raise_signal(signal.SIGINT)
        return bench.target.send(request)

    with dental_bench() as bench:
        rule = next(
            each for each in fuzz_rules(APIS, EFFORT) if each.id.endswith("/checkDentalHealth")
        )
        target = replace(bench.target, send=interrupt)

        with pytest.raises(KeyboardInterrupt):
            tuple(rule.once(target))


def run(operation_id: str, *faults: str) -> dict[str, Check]:
    with dental_bench(*faults) as bench:
        rule = next(
            each for each in fuzz_rules(APIS, EFFORT) if each.id.endswith(f"/{operation_id}")
        )
        return {each.name: each for each in bench.verify(rule)}


@pytest.mark.slow
@pytest.mark.parametrize("operation_id", [each.id for each in APIS["dental"].operations])
def test_nothing_is_found_on_the_clean_mock_and_valid_requests_are_accepted(
    operation_id: str,
) -> None:
    checks = run(operation_id)

    assert worst(each.status for each in checks.values()) is Status.PASS
    assert not checks["fuzz.accepted"].actual.startswith("0 ")


@pytest.mark.slow
def test_an_undocumented_media_type_is_found() -> None:
    checks = run("createAttachments", "created-as-text")

    assert checks["fuzz.content_type_conformance"].status is Status.FAIL
    assert checks["fuzz.content_type_conformance"].exchange > 0


@pytest.mark.slow
def test_a_target_that_accepts_nothing_fails_although_nothing_else_is_found() -> None:
    checks = run("createAttachments", "txt-refused")

    assert checks["fuzz.accepted"].status is Status.FAIL
    assert checks["fuzz.accepted"].expected == "at least one valid request accepted"


@pytest.mark.slow
def test_what_a_check_derives_from_another_case_is_sent_and_recorded_like_that_case() -> None:
    with dental_bench("missing-token-accepted") as bench:
        rule = next(
            each for each in fuzz_rules(APIS, EFFORT) if each.id.endswith("/createAttachments")
        )
        checks = bench.verify(rule)

    sent = {each.id: each.request for each in bench.sent}
    found = [each for each in checks if each.name == "fuzz.ignored_auth"]
    assert found
    for each in found:
        assert "boundary=harness-" in dict(sent[each.exchange].headers)["Content-Type"]


@pytest.mark.slow
def test_a_crash_is_found() -> None:
    checks = run("searchAttachments", "wrong-media-type-crashes")

    assert checks["fuzz.not_a_server_error"].status is Status.FAIL


@pytest.mark.slow
@pytest.mark.parametrize("status", [404, 501])
def test_an_unknown_method_may_be_refused_as_not_found_or_not_implemented(status: int) -> None:
    with dental_bench() as bench:
        plain = bench.target

        def send(request: Request) -> Exchange:
            exchange = plain.send(request)
            response = exchange.response
            if response is None or response.status != 405:
                return exchange
            return replace(exchange, response=replace(response, status=status))

        rule = next(
            each for each in fuzz_rules(APIS, EFFORT) if each.id.endswith("/checkDentalHealth")
        )
        checks = tuple(rule.once(replace(plain, send=send)))

    assert worst(each.status for each in checks) is Status.PASS


@pytest.mark.slow
def test_an_operation_gets_so_many_requests_and_the_end_is_no_interruption() -> None:
    with dental_bench() as bench:
        operation = bench.target.operation("dental", "searchAttachments")
        fuzzed = fuzz(bench.target, on_answers(operation, "dental"), Effort(examples=1, seed=1))

    sent = fuzzed.accepted + fuzzed.refused
    assert 0 < sent <= REQUESTS_AN_EXAMPLE
