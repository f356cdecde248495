"""Take the pictures of the site anew, from real runs.

`python docs/pictures.py` wants harness and a headless Chromium on the PATH. Nothing is fetched; what is shown is the mock.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

PICTURES = Path(__file__).parent / "pictures"
MOST_BYTES = 300_000
"""Of all of them together."""
BROKEN = ("--fault", "npi-checksum-unchecked", "--fault", "health-down")
CASES = ("--api", "dental", "--only", "dental/create,dental/health")
QUIET = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # A page reaches nothing beyond this machine, whatever it asks for.
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=4000"),
)


def harness(place: Path, *words: str) -> None:
    """Run a command that may well end with 1, since what it runs against is broken."""
    found = subprocess.run([sys.executable, "-m", "harness", *words], cwd=place, check=False)
    if found.returncode not in (0, 1):
        sys.exit(f"harness {' '.join(words)} ended with {found.returncode}")


def picture(browser: str, page: Path, name: str, height: int) -> None:
    """Take a picture of the beginning of a page."""
    with TemporaryDirectory() as profile:
        subprocess.run(
            [
                *(browser, *QUIET, f"--user-data-dir={profile}", f"--window-size=1080,{height}"),
                *(f"--screenshot={PICTURES / name}", page.resolve().as_uri()),
            ],
            check=True,
            capture_output=True,
            timeout=300,
        )


def main() -> None:
    """Bring about what is shown, and take the pictures."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        sys.exit("no chromium on the PATH: the pictures stay as they are")
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        place = Path(folder)
        harness(place, "run", *CASES, *BROKEN, "--no-allure")
        for faults in ((), BROKEN[:2], BROKEN):
            harness(place, "watch", *CASES, *faults)
        picture(browser, place / "reports" / "latest" / "report.html", "report.png", 760)
        picture(browser, place / "watch" / "index.html", "watch.png", 900)
    total = sum(each.stat().st_size for each in PICTURES.iterdir())
    print(f"{total:,} bytes of pictures in {PICTURES}")
    if total > MOST_BYTES:
        sys.exit(f"that is more than {MOST_BYTES:,}: make them smaller")


if __name__ == "__main__":
    main()
