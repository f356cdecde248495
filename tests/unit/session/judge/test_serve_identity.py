from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.session.judge.serve.guard import load_or_make


def test_a_session_has_the_same_address_after_a_restart_and_no_other_has_it(tmp_path: Path) -> None:
    first = load_or_make(tmp_path / "judge-key").identity("run-1")

    again = load_or_make(tmp_path / "judge-key")

    assert again.identity("run-1") == first
    assert again.identity("run-2").key != first.key
    assert again.identity("run-2").credentials != first.credentials
    assert load_or_make(tmp_path / "other").identity("run-1").key != first.key


def test_the_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    load_or_make(tmp_path / "judge-key")

    assert (tmp_path / "judge-key").stat().st_mode & 0o777 == 0o600


def test_what_is_no_key_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "judge-key").write_text("hello")

    with pytest.raises(ConfigurationError, match="is no key of a judge"):
        load_or_make(tmp_path / "judge-key")


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    key = load_or_make(tmp_path / "judge-key")

    assert key.raw.hex() not in repr(key)
    identity = key.identity("run-1")
    assert identity.key not in repr(identity)
    assert identity.credentials.client_secret not in repr(identity)
