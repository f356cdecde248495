"""Find the keywords of a text that say again what others beside them say."""

from collections.abc import Iterator, Mapping, Sequence

from harness.jsonvalue import Json, items, number, text
from harness.openapi.containment.atoms import Kind, Pattern, Size
from harness.openapi.containment.evaluate import keeps_text
from harness.openapi.containment.facts import Missing
from harness.openapi.containment.scalars import Texts
from harness.openapi.merged import Merged
from harness.openapi.patterns import PatternError

_TOLD_LAST = ("minLength", "maxLength", "pattern")
"""In this order they are dropped: of a length and a pattern that say the same, the pattern stays."""
_FORMS: Mapping[str, str] = {
    "date": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "uuid": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    "npi": "^[0-9]{10}$",
}
"""What every text of a format looks like; some that look so are not of the format."""


def restated_keywords(schema: Merged, enforced: Sequence[str]) -> tuple[str, ...]:
    """Return the enforced keywords that no text breaks which keeps all the others.

    A server that does not check one of them behaves as before: it is no fault of its own.
    """
    left = [each for each in enforced if each in (*_TOLD_LAST, "format", "enum")]
    if len(left) < 2 or schema.types[:1] != ("string",):
        return ()
    found = []
    for keyword in [each for each in _TOLD_LAST if each in left]:
        others = [each for each in left if each != keyword]
        if _says_nothing(schema, keyword, others):
            left = others
            found.append(keyword)
    return tuple(found)


def _says_nothing(schema: Merged, keyword: str, others: Sequence[str]) -> bool:
    (own,) = _atoms(schema, keyword)
    try:
        if "enum" in others:
            words = items(schema.keywords["enum"])
            return all(keeps_text(own, each) for each in words if isinstance(each, str))
        kept = [atom for each in others for atom in _atoms(schema, each)]
        return Texts().find(kept, (own,)) is Missing.NONE
    except PatternError:
        return False


def _atoms(schema: Merged, keyword: str) -> Iterator[Size | Pattern]:
    value: Json = schema.keywords[keyword]
    if keyword in ("minLength", "maxLength"):
        yield Size(Kind.STRING, int(number(value)), keyword == "maxLength")
    elif keyword == "pattern":
        yield Pattern(text(value))
    elif text(value) in _FORMS:
        yield Pattern(_FORMS[text(value)])
