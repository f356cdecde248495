import os
import subprocess
import sys
from pathlib import Path

from harness import scratch


def dead() -> int:
    """Return the number of a process that is no more."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_what_killed_processes_left_is_cleared_away(tmp_path: Path) -> None:
    left = tmp_path / f"harness-drawing-{dead()}-abc"
    kept = [
        tmp_path / f"harness-drawing-{os.getpid()}-abc",
        tmp_path / "harness-of-mine",
        tmp_path / "a",
    ]
    for each in (left, *kept):
        (each / "below").mkdir(parents=True)

    scratch.sweep(tmp_path)

    assert sorted(tmp_path.iterdir()) == sorted(kept)


def test_a_folder_is_gone_after_its_use() -> None:
    with scratch.made("test") as folder:
        assert folder.is_dir()
        assert f"-{os.getpid()}-" in folder.name

    assert not folder.exists()
