"""Run workflows with arazzo-runner, one for each line of JSON on standard input; say green or red.

Started by the scoreboard with the Python of the environment that has arazzo-runner; it must not
import anything of ours.
"""

import contextlib
import importlib
import io
import json
import signal
import sys


class TooLong(BaseException):
    """The run takes too long; no `except Exception` of the runner may swallow it."""


def main() -> None:
    """Answer each line with one word."""
    runner = importlib.import_module("arazzo_runner").ArazzoRunner
    signal.signal(signal.SIGALRM, _give_up)
    answers = sys.stdout
    for line in sys.stdin:
        asked = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, float(sys.argv[1]), 1.0)
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                made = runner.from_arazzo_path(asked["path"])
                result = made.execute_workflow(asked["workflow"], asked["inputs"])
                is_green = str(result.status) == "workflow_complete"
            except (Exception, SystemExit, TooLong):  # noqa: BLE001 whatever it raises, it is not green
                is_green = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write("green\n" if is_green else "red\n")
        answers.flush()


def _give_up(*_: object) -> None:
    raise TooLong


if __name__ == "__main__":
    main()
