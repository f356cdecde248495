"""The pictures of the site: small, and each of them shown."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURES = sorted((ROOT / "docs" / "pictures").iterdir())
PAGES = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
MOST_BYTES = 300_000
MOST_LINES = 160
"""Of the README: two screens of prose, and what is shown beside it."""


def test_pictures_are_small_all_together() -> None:
    assert 0 < sum(each.stat().st_size for each in PICTURES) < MOST_BYTES


def test_every_picture_is_shown_with_words_for_who_cannot_see_it() -> None:
    shown = {
        (page.parent / place).resolve()
        for page in PAGES
        for words, place in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.read_text())
        if len(words) > 20
    }

    assert set(PICTURES) == shown


def test_the_readme_stays_short_and_shows_one() -> None:
    text = (ROOT / "README.md").read_text()

    assert len(text.splitlines()) <= MOST_LINES
    assert text.count("![") == 1
