from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.session.watch.memory import locked


def test_a_folder_has_one_watch_at_a_time(tmp_path: Path) -> None:
    second = locked(tmp_path)

    with locked(tmp_path), pytest.raises(ConfigurationError, match="another watch is at work"):
        second.__enter__()


def test_it_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with locked(tmp_path):
            assert (tmp_path / ".lock").exists()
