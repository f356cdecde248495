"""Render the Allure HTML report with an installed generator, and take its tracking out."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.report.allure.generator import Generator
from harness.report.wording import one_line

TIMEOUT_SECONDS = 180.0
# The labels by which the tree of the page is grouped.
GROUPS = "part,feature"

# Two elements that Allure writes next to each other: one loads the tracker, one starts it.
_ANALYTICS = re.compile(
    r'<script async src="https://www\.googletagmanager\.com/.*?</script>\s*'
    r"<script>\s*window\.dataLayer.*?</script>",
    re.DOTALL,
)
_EXTERNAL = re.compile(
    r"<(?:script|link|img|iframe)\b[^>]{0,500}?\b(?:src|href)\s*=\s*[\"']?(?:https?:)?//",
    re.IGNORECASE,
)
_TRACKER = "googletagmanager.com"
_VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'


def render(
    generator: Generator,
    results: Path,
    output: Path,
    config: Mapping[str, object],
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> str:
    """Write `index.html` below the output folder; return why it could not be, or nothing."""
    # A home of its own, so that the generator neither reads nor leaves settings.
    with TemporaryDirectory() as home:
        settings = Path(home) / "allurerc.json"
        settings.write_text(json.dumps(config), encoding="utf-8")
        command = [
            *(str(generator.node), str(generator.script), "awesome", "--single-file"),
            *("-c", str(settings), "-g", GROUPS),
            *("-o", str(output.resolve()), str(results.resolve())),
        ]
        # Nothing of ours is handed over: the generator needs no variable, and it is third-party code.
        environment = {
            # Node has to find itself and the basic tools, nothing else.
            "PATH": f"{generator.node.parent}:{os.defpath}",
            "HOME": home,
            "ALLURE_NO_ANALYTICS": "1",
        }
        problem = _run(command, home, environment, timeout_seconds)
    return problem or _clean(output / "index.html")


def fitting(page: str) -> str:
    """Return a page that a telephone shows in its own width; Allure leaves that out."""
    return page if 'name="viewport"' in page else page.replace("<head>", f"<head>{_VIEWPORT}", 1)


def without_tracking(page: str) -> str:
    """Return a page without the analytics that Allure 3 puts into every report."""
    return _ANALYTICS.sub("", page)


def is_self_contained(page: str) -> bool:
    """Return whether a page loads nothing from elsewhere (looked for in its markup, not its data)."""
    return _EXTERNAL.search(page) is None and _TRACKER not in page


def _run(
    command: Sequence[str], folder: str, environment: Mapping[str, str], timeout_seconds: float
) -> str:
    try:
        process = subprocess.Popen(  # noqa: S603 the command is ours; nothing in it comes from a target
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A session of its own, so that its children can be ended with it.
            start_new_session=True,
        )
    except OSError as problem:
        return f"Allure could not be started ({problem.strerror})"
    try:
        output, _ = process.communicate(timeout=timeout_seconds)
    except subprocess.TimeoutExpired:
        return f"Allure did not end within {timeout_seconds:g} seconds"
    finally:
        _end(process)
    if process.returncode:
        return f"Allure ended with {process.returncode}: {_reason(output)}"
    return ""


def _reason(output: bytes) -> str:
    """Return the line that names the error, not the trace below it."""
    lines = output.decode("utf-8", "replace").strip().splitlines() or ["no message"]
    named = [line for line in lines if "error" in line.lower()]
    return one_line((named or lines[-1:])[0])


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing running, whether the time ran out or somebody pressed Ctrl-C."""
    if process.poll() is None:
        # The generator starts processes, which would outlive it.
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _clean(page: Path) -> str:
    try:
        cleaned = fitting(without_tracking(page.read_text(encoding="utf-8")))
    except OSError:
        return "Allure wrote no index.html"
    if not is_self_contained(cleaned):
        # Not left behind, where somebody might open it.
        page.unlink()
        return "Allure's report would load something from elsewhere; it was removed"
    page.write_text(cleaned, encoding="utf-8")
    return ""
