import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harness.document import parse
from harness.errors import ConfigurationError, DocumentError, UnknownName
from harness.jsonvalue import MISSING, Json, compact, items, lookup, members
from harness.openapi.bundled import document_names
from harness.openapi.diff import diff
from harness.openapi.effective import corrected, effective
from harness.openapi.imports import Imported, import_document, recognise
from harness.openapi.load import build_api
from harness.openapi.model import Api
from harness.openapi.overlay import Origin
from harness.products.document import document_at, imported_documents
from harness.resources import shipped
from tests.work import at_most

TOKEN = "openapi: 3.1.0\ninfo: {title: T, version: '9'}\npaths: {/apip/auth/v2/token: {post: {}}}\n"
SCHEMAS = f"{TOKEN}components:\n  schemas:\n"
URL = "https://user:secret@vendor.example/token.yaml?key=secret"


def fetched(text: str | bytes, folder: Path, name: str | None = None) -> Imported:
    content = text.encode() if isinstance(text, str) else text
    return import_document(URL, folder=folder, fetch=lambda _: content, now=moment, name=name)


def moment() -> datetime:
    return datetime(2026, 1, 16, 10, 0, tzinfo=UTC)


def never(url: str) -> bytes:
    raise AssertionError(url)


def refusal(text: str | bytes, folder: Path) -> str:
    with pytest.raises(DocumentError) as caught:
        fetched(text, folder)
    return str(caught.value)


def test_document_is_stored_with_its_origin(tmp_path: Path) -> None:
    imported = fetched(TOKEN, tmp_path)

    assert imported.api.name == "token-v2"
    assert json.loads((tmp_path / "token-v2.json").read_text()) == imported.api.root
    assert json.loads((tmp_path / "token-v2.source.json").read_text()) == {
        "source": "https://vendor.example/token.yaml",
        "imported": "2026-01-16T10:00:00Z",
        "sha256": "b88180873612868b2986da934779a4e8ba81b809ddb7141ae759a16d7ab7445c",
        "title": "T",
        "version": "9",
        "openapi": "3.1.0",
    }


@pytest.mark.parametrize("name", document_names())
def test_our_own_document_is_recognised_and_does_not_drift(name: str, tmp_path: Path) -> None:
    path = shipped("specs") / name / "openapi.yaml"

    imported = import_document(str(path), folder=tmp_path, fetch=never, now=moment)

    assert imported.api.name == name
    assert diff(effective(name).api, imported.api) == ()


def test_given_name_outranks_the_paths(tmp_path: Path) -> None:
    imported = fetched(TOKEN, tmp_path, name="dental")

    assert imported.path == tmp_path / "dental.json"


def test_unknown_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'dental'"):
        fetched(TOKEN, tmp_path, name="dentl")


def test_an_api_of_ones_own_is_kept_under_its_name(tmp_path: Path) -> None:
    imported = fetched("openapi: 3.1.0\npaths: {/mine: {get: {}}}", tmp_path, name="petstore")

    assert imported.path == tmp_path / "petstore.json"
    assert imported_documents(tmp_path) == {"petstore": tmp_path / "petstore.json"}
    assert document_at(Path("petstore"), tmp_path) == tmp_path / "petstore.json"


@pytest.mark.parametrize("name", ["../x", "Pet", "9lives", "a" * 41, ""])
def test_a_name_that_is_no_file_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be the name of a document"):
        fetched("openapi: 3.1.0\npaths: {/mine: {get: {}}}", tmp_path, name=name)


def test_a_document_without_operations_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="has no operation that could be tried"):
        fetched("openapi: 3.1.0\npaths: {}", tmp_path, name="empty")

    assert list(tmp_path.iterdir()) == []


def test_a_document_that_is_neither_file_nor_name_says_what_there_is(tmp_path: Path) -> None:
    fetched("openapi: 3.1.0\npaths: {/mine: {get: {}}}", tmp_path, name="petstore")

    with pytest.raises(DocumentError, match="Imported are: petstore"):
        document_at(Path("petshop"), tmp_path)


def test_json_escapes_outside_the_basic_plane_are_read(tmp_path: Path) -> None:
    title = r'"\ud83d\ude00 \\ud83d\/"'
    text = f'{{"openapi": "3.1.0", "info": {{"title": {title}}}, "paths": {{"/apip/auth/v2/token": {{"post": {{}}}}}}}}'

    imported = fetched(text, tmp_path)

    assert lookup(imported.api.root, "/info/title") == "\N{GRINNING FACE} \\ud83d/"


CYCLE = "{{allOf: [{{$ref: '#/components/schemas/{0}'}}]}}"
TEN = ", ".join(["{{$ref: '#/components/schemas/A{0}'}}"] * 10)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"{SCHEMAS}    A: {{pattern: '^(a+)+$'}}",
            "https://vendor.example/token.yaml:6:18: is a pattern that can take exponential time "
            "(^(a+)+$). Correct it in the file.",
            id="exponential-pattern",
        ),
        pytest.param(
            f"{SCHEMAS}    A: {{$ref: '#/components/schemas/A'}}",
            "https://vendor.example/token.yaml:6:8: is a schema that leads back to itself for the same "
            "value. Let schemas refer to themselves through members or items only, and keep them few.",
            id="reference-to-itself",
        ),
        pytest.param(
            f"{SCHEMAS}    A: {CYCLE.format('B')}\n    B: {CYCLE.format('A')}",
            "https://vendor.example/token.yaml:6:8: is a schema that "
            "leads back to itself for the same value. "
            "Let schemas refer to themselves through members or items only, and keep them few.",
            id="cycle",
        ),
        pytest.param(
            SCHEMAS
            + "".join(f"    A{n}: {{allOf: [{TEN.format(n + 1)}]}}\n" for n in range(9))
            + "    A9: {}",
            "https://vendor.example/token.yaml:11:9: is a schema that "
            "multiplies into more than 10,000 others. "
            "Let schemas refer to themselves through members or items only, and keep them few.",
            id="reference-bomb",
        ),
        pytest.param(
            SCHEMAS
            + "".join(f"    A{n}: {CYCLE.format(f'A{n + 1}')}\n" for n in range(3000))
            + "    A3000: {}",
            "https://vendor.example/token.yaml:36:19: is a schema that "
            "hangs on a chain of more than 60 schemas. "
            "Let schemas refer to themselves through members or items only, and keep them few.",
            id="long-chain",
        ),
        pytest.param(
            "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
            + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)),
            "https://vendor.example/token.yaml:6:20: holds more than 400,000 values. Where you "
            "trust it, raise the limit: --max-size 100MiB, or max_document_size in harness.yaml.",
            id="alias-bomb",
        ),
        pytest.param(
            "[" * 10_000,
            "https://vendor.example/token.yaml:1:101: is nested more than 100 deep.",
            id="deep",
        ),
        pytest.param(
            f"{SCHEMAS}    A: {{type: strin}}",
            "https://vendor.example/token.yaml:6:15: is not a schema: "
            "'strin' is not valid under any of the given schemas.",
            id="no-schema",
        ),
        pytest.param(
            "openapi: 3.1.0\npaths: {/mine: {get: {}}}",
            "https://vendor.example/token.yaml: has not most of the operations of any of the "
            "known APIs. Name the API it stands for with --as: dental, medical-retrieval, medical-status, "
            "medical-submission, prior-auth, token-sntl, token-v2; or give an API of your own another "
            "name with --as.",
            id="stranger",
        ),
        pytest.param(
            b"\xff\xfe",
            "https://vendor.example/token.yaml: is not UTF-8 (byte 0). Save the file as UTF-8.",
            id="utf-16",
        ),
        pytest.param(
            b" " * (20 * 1024 * 1024 + 1),
            "https://vendor.example/token.yaml: is larger than 20,971,520 bytes. Where you "
            "trust it, raise the limit: --max-size 100MiB, or max_document_size in harness.yaml.",
            id="large",
        ),
    ],
)
def test_hostile_document_is_refused_before_it_makes_much_work(
    text: str | bytes, expected: str, tmp_path: Path
) -> None:
    with at_most(calls=4_000_000):
        message = refusal(text, tmp_path)

    assert message == expected
    assert list(tmp_path.iterdir()) == []


def test_schema_that_refers_to_itself_through_a_member_is_taken(tmp_path: Path) -> None:
    text = f"{SCHEMAS}    A: {{properties: {{a: {{$ref: '#/components/schemas/A'}}}}}}"

    assert fetched(text, tmp_path).api.name == "token-v2"


def test_member_may_be_refused_in_place(tmp_path: Path) -> None:
    text = f"{SCHEMAS}    A: {{not: {{type: string}}, if: {{}}, then: {{}}}}"

    assert fetched(text, tmp_path).api.name == "token-v2"


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read") as caught:
        import_document(str(tmp_path / "no.json"), folder=tmp_path, fetch=never, now=moment)

    assert caught.value.advice == "Check the path."


def test_vendor_document_is_recognised_and_corrected(
    vendor_file: tuple[str, Path], tmp_path: Path
) -> None:
    name, path = vendor_file

    imported = import_document(str(path), folder=tmp_path, fetch=never, now=moment)
    found = effective(name, tmp_path)

    assert imported.api.name == name
    assert found.origin is Origin.VENDOR
    assert {operation.id for operation in found.api.operations} == {
        operation.id for operation in effective(name).api.operations
    }


def test_document_of_several_files_is_stored_as_one(tmp_path: Path) -> None:
    site = {
        URL: f"{SCHEMAS}    A: {{$ref: 'a.yaml#/A'}}",
        "https://user:secret@vendor.example/a.yaml": "A: {type: string}",
    }

    imported = import_document(
        URL, folder=tmp_path, fetch=lambda url: site[url].encode(), now=moment
    )

    origin = json.loads((tmp_path / "token-v2.source.json").read_text())
    assert lookup(imported.api.root, "/components/schemas") == {"A": {"type": "string"}}
    assert imported.files == 2
    assert list(origin["files"]) == [
        "https://vendor.example/token.yaml",
        "https://vendor.example/a.yaml",
    ]
    assert origin["files"]["https://vendor.example/token.yaml"] == imported.sha256


def test_fault_in_another_file_is_told_at_its_place_and_nothing_is_stored(tmp_path: Path) -> None:
    site = {
        URL: f"{SCHEMAS}    A: {{$ref: 'a.yaml#/A'}}",
        "https://user:secret@vendor.example/a.yaml": "A:\n  pattern: '^(a+)+$'",
    }

    with pytest.raises(DocumentError) as caught:
        import_document(URL, folder=tmp_path, fetch=lambda url: site[url].encode(), now=moment)

    assert str(caught.value).startswith(
        "https://vendor.example/a.yaml:2:12: is a pattern that can take exponential time"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        pytest.param({"/apip/auth/v2/token": "post"}, "token-v2", id="token-alone"),
        pytest.param(
            {
                "/dental/attachments/v1/attachments/documents": "post",
                "/dental/attachments/v1/attachments/documents/search": "post",
                "/apip/auth/v2/token": "post",
            },
            "dental",
            id="most-beside-a-token",
        ),
        pytest.param(
            {"/v9/attachments/documents": "post", "/v9/attachments/documents/search": "post"},
            "dental",
            id="below-another-server",
        ),
    ],
)
def test_document_is_recognised_by_most_of_its_operations(
    paths: dict[str, str], expected: str
) -> None:
    server = "/v9" if expected == "dental" and "/v9/attachments/documents" in paths else ""
    listed: Json = {path.removeprefix(server): {method: {}} for path, method in paths.items()}
    servers: Json = [{"url": f"https://a.example{server}"}] if server else []
    data: Json = {"openapi": "3.1.0", "paths": listed, "servers": servers}

    assert recognise(build_api(parse(compact(data), "a.json"), "a")) == expected


def test_token_beside_unknown_operations_decides_nothing() -> None:
    listed: Json = {path: {"post": {}} for path in ("/apip/auth/v2/token", "/mine", "/yours")}
    api = build_api(parse(compact({"openapi": "3.1.0", "paths": listed}), "a.json"), "a")

    with pytest.raises(DocumentError, match="has not most of the operations"):
        recognise(api)


def test_import_keeps_the_one_before_it_for_comparison(tmp_path: Path) -> None:
    first = fetched(TOKEN, tmp_path)
    second = fetched(TOKEN.replace("post: {}", "post: {deprecated: true}"), tmp_path)

    assert first.before is None
    assert second.before is not None
    assert second.before.imported == "2026-01-16T10:00:00Z"
    assert [each.id for each in diff(second.before.api, second.api)] == ["deprecation-changed"]


def test_import_before_that_cannot_be_read_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "token-v2.json").write_text("{")

    assert fetched(TOKEN, tmp_path).before is None


def changed_claim(vendor: Path, change: Callable[[dict[str, Any]], None]) -> Api:
    """Return the vendor's dental document as tests use it, with its form fields changed."""
    data = json.loads((vendor / "optum-real-dental-attachments-api.json").read_text())
    for path in ("/attachments/documents", "/attachments/documents/image-intelligence"):
        body = data["paths"][path]["post"]["requestBody"]
        change(body["content"]["multipart/form-data"]["schema"])
    return corrected("dental", parse(json.dumps(data), "d.json"), is_downloaded=True).api


def test_fields_and_limits_of_the_vendor_reach_the_run_through_the_overlay(vendor: Path) -> None:
    def narrow(form: dict[str, Any]) -> None:
        form["properties"]["practiceName"] = {"type": "string"}
        form["required"].append("practiceName")
        form["properties"]["claimId"]["maxLength"] = 5
        form["properties"]["npi"] = form["properties"].pop("providerNPI")

    api = changed_claim(vendor, narrow)

    for name in ("Claim", "ImageIntelligenceClaim"):
        claim = lookup(api.root, f"/components/schemas/{name}")
        assert "practiceName" in items(members(claim)["required"])
        assert lookup(claim, "/properties/claimId/maxLength") == 5
        assert lookup(claim, "/properties/npi/pattern") == "^[0-9]{10}$"
        assert lookup(claim, "/properties/files") is MISSING
