import re

from hypothesis import given
from hypothesis import strategies as st

from harness.client.matcher import any_of, beginning_any_of

WORDS = st.sets(st.text(alphabet="ab.\\\x00ÿ", min_size=3, max_size=3), max_size=12)


@given(words=WORDS, text=st.text(alphabet="ab.\\\x00ÿ", max_size=20))
def test_a_pattern_finds_a_word_where_one_stands(words: set[str], text: str) -> None:
    found = re.search(any_of(words), text)

    places = [text.find(each) for each in words if each in text]
    assert (found.start() if found else None) == min(places, default=None)


@given(words=WORDS, text=st.text(alphabet="ab.\\\x00ÿ", max_size=20))
def test_a_pattern_of_beginnings_finds_words_that_overlap(words: set[str], text: str) -> None:
    content = text.encode("latin-1")
    pattern = re.compile(beginning_any_of(words).encode("latin-1"))

    found = {content[each.start() : each.start() + 3] for each in pattern.finditer(content)}

    assert found == {raw for each in words if (raw := each.encode("latin-1")) in content}
