"""What travels: names, settings as digests, results; no secret, no value of a setting, no file of others."""

import json
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from harness.config import Credentials, Environment, Overrides, Settings
from harness.jsonvalue import items, members
from harness.report.proof import Alarm
from harness.session.cluster.child import Child, rate_shared
from harness.session.cluster.orders import (
    BadShard,
    Kind,
    frame_of_order,
    order,
    packed,
    result_as_json,
    result_from_json,
    settings_digests,
    unpacked,
)
from tests.products import load
from tests.unit.report.test_proof import CAUGHT, LOUD, UNSURE

SECRETS = ("synthetic-id", "synthetic-secret", "synthetic-pass", "proxyuser", "synthetic-tenant")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    loaded = load(Overrides(apis=("dental",)), folder=tmp_path, environ={})
    environment = replace(
        loaded.environment,
        proxy="http://proxyuser:synthetic-pass@proxy:1",
        client_key_passphrase="synthetic-pass",
        tenant_id="synthetic-tenant",
    )
    credentials = Credentials("synthetic-id", "synthetic-secret")
    variables = {"HARNESS_CLIENT_SECRET": "synthetic-secret"}
    return replace(loaded, environment=environment, credentials=credentials, variables=variables)


def test_an_order_holds_no_secret_and_no_value_of_a_setting(settings: Settings) -> None:
    told = order(Kind.SHARD, "run-1 shard 1", frame_of_order(settings, "run-1"), {})

    assert [each for each in SECRETS if each in told.text + told.name] == []
    assert json.loads(told.text)["documents"][0][0] == "dental"


def test_a_setting_that_is_another_has_another_digest() -> None:
    environment = Environment("mock", "")
    before = settings_digests(environment, "run-1")
    after = settings_digests(replace(environment, tenant_id="other", proxy="http://p:1"), "run-1")

    assert [name for name in before if before[name] != after[name]] == ["tenant_id"]


@pytest.mark.parametrize("result", [CAUGHT, UNSURE], ids=["caught", "unsure"])
def test_a_proof_comes_back_as_it_was(result: object) -> None:
    proof = CAUGHT if result is CAUGHT else UNSURE

    assert result_from_json(result_as_json(proof), is_fault=True) == proof


def test_a_tolerance_comes_back_as_it_was() -> None:
    loud = replace(LOUD, alarms=(Alarm("dental/a", "fail", "expected 200"),))

    assert result_from_json(result_as_json(loud), is_fault=False) == loud


def asked(settings: Settings, **changed: object) -> dict[str, object]:
    return {"kind": "check", **frame_of_order(settings, "run-1"), "proves": True, **changed}


def test_a_worker_of_another_version_says_so(tmp_path: Path, settings: Settings) -> None:
    answer = Child(tmp_path).answer(json.dumps(asked(settings, version="0.0.1")))

    assert "and 0.0.1 is asked for" in str(answer["unfit"])


def test_a_worker_with_another_document_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = load(Overrides(apis=("dental",)), folder=tmp_path, environ={})
    told = asked(loaded)
    documents = [items(each) for each in items(told["documents"])]
    told["documents"] = [[each[0], "0" * 64] for each in documents]
    child = Child(tmp_path)

    answer = child.answer(json.dumps(told))
    child.stack.close()

    assert "its documents are not the same: dental" in str(answer["unfit"])


def test_a_worker_without_the_document_is_unfit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = load(Overrides(apis=("dental",)), folder=tmp_path, environ={})
    child = Child(tmp_path)

    answer = child.answer(json.dumps(asked(loaded, specs=["absent.yaml"])))
    child.stack.close()

    assert "absent.yaml is no file" in str(answer["unfit"])


def test_a_worker_with_other_settings_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = load(Overrides(apis=("dental",)), folder=tmp_path, environ={})
    told = asked(loaded)
    told["settings"] = {**members(told["settings"]), "trace_header": "0"}
    child = Child(tmp_path)

    answer = child.answer(json.dumps(told))
    child.stack.close()

    assert answer["unfit"] == "its settings are not the same: trace_header."


def test_a_worker_without_credentials_is_unfit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HARNESS_CLIENT_ID", raising=False)
    monkeypatch.delenv("HARNESS_CLIENT_SECRET", raising=False)
    loaded = load(Overrides(environment="sandbox", apis=("dental",)), folder=tmp_path, environ={})
    child = Child(tmp_path)

    answer = child.answer(json.dumps(asked(loaded, proves=False)))
    child.stack.close()

    assert "no credentials for environment 'sandbox'" in str(answer["unfit"])


def test_production_that_was_not_meant_is_refused_on_a_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = load(Overrides(apis=("dental",)), folder=tmp_path, environ={})
    told = asked(loaded, environment="production", base_url="", proves=False)

    answer = Child(tmp_path).answer(json.dumps(told))

    assert "production" in str(answer["unfit"])
    assert "--i-mean-production" in str(answer["unfit"])


def test_a_bug_of_ours_is_told_as_one(tmp_path: Path) -> None:
    assert str(Child(tmp_path).answer("[")["failed"]).startswith("the harness failed: JSONDecode")


@pytest.mark.parametrize(
    ("url", "rate", "expected"),
    [
        pytest.param("https://api.example.com", 6.0, 2.0, id="shared"),
        pytest.param("https://api.example.com", 0.0, 0.0, id="no-limit"),
        pytest.param("http://127.0.0.1:8080", 6.0, 6.0, id="own-machine"),
        pytest.param("", 6.0, 6.0, id="own-mock"),
        pytest.param("https://sandbox-apigw.optum.com", 0.0, 5.0 / 3, id="sandbox"),
    ],
)
def test_shards_share_the_rate_of_a_host_beyond_this_machine(
    url: str, rate: float, expected: float
) -> None:
    environment = Environment("custom", url, requests_per_second=rate)

    shared = rate_shared(Settings(environment, None), {"shard": "2/3", "at_once": 3})

    assert shared.environment.requests_per_second == expected
    assert str(shared.shard) == "2/3"


def archive(*names: str) -> bytes:
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w") as files:
        for name in names:
            files.writestr(name, "synthetic")
    return raw.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "../record.jsonl", "/record.jsonl", "requirements/../x.yaml", "requirements/a/b/c.yaml",
        "verdict.json", "requirements/..\\a/x.yaml",
    ],
)  # fmt: skip
def test_a_file_that_belongs_to_no_shard_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadShard):
        unpacked(archive(name), tmp_path / "shard")

    assert not (tmp_path / "record.jsonl").exists()


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadShard, match="no archive"):
        unpacked(b"synthetic", tmp_path)


def test_a_shard_comes_out_as_it_went_in(tmp_path: Path) -> None:
    run = tmp_path / "run"
    (run / "requirements" / "dental").mkdir(parents=True)
    for name in ("record.jsonl", "waivers.yaml", "requirements/dental/requirements.yaml"):
        (run / name).write_text(name)
    (run / "report.html").write_text("made again from the record")

    place = unpacked(packed(run, tmp_path / "run.zip").read_bytes(), tmp_path / "there")

    found = sorted(each.relative_to(place).as_posix() for each in place.rglob("*.*"))
    assert found == ["record.jsonl", "requirements/dental/requirements.yaml", "waivers.yaml"]
