"""What is known of named formats: which imply which, texts that have them, and how to check one."""

from collections.abc import Mapping, Sequence

from harness.openapi.containment.atoms import Format
from harness.openapi.formats import FORMATS

_IMPLIED: Mapping[str, frozenset[str]] = {
    "email": frozenset({"idn-email"}),
    "hostname": frozenset({"idn-hostname"}),
    "uri": frozenset({"uri-reference", "iri", "iri-reference"}),
    "iri": frozenset({"iri-reference"}),
    "uri-reference": frozenset({"iri-reference"}),
}
"""JSON Schema 2020-12, Validation, 7.3: the second is a wider set of the same texts."""

_SAMPLES: Mapping[str, Sequence[str]] = {
    "date": ("2024-01-31", "1999-12-01"),
    "date-time": ("2024-01-31T10:00:00Z", "1999-12-01T00:00:00.5+01:00"),
    "time": ("10:00:00Z",),
    "duration": ("P1D", "PT5M"),
    "email": ("a@b.example", "somebody.else@mail.example"),
    "idn-email": ("ä@b.example",),
    "hostname": ("a.example", "b"),
    "idn-hostname": ("ä.example",),
    "ipv4": ("192.0.2.1",),
    "ipv6": ("2001:db8::1",),
    "uri": ("https://a.example/", "urn:a:b"),
    "uri-reference": ("/a", "a"),
    "iri": ("https://ä.example/",),
    "iri-reference": ("/ä",),
    "uuid": ("123e4567-e89b-42d3-a456-426614174000",),
    "json-pointer": ("/a", ""),
    "relative-json-pointer": ("0", "1/a"),
    "regex": ("a",),
    "uri-template": ("/{a}",),
    "base64": ("YQ==", ""),
    "binary": ("a", ""),
}


def implies(one: Format, other: Format) -> bool:
    """Return whether every text of one format is of the other too."""
    return one == other or other.name in _IMPLIED.get(one.name, ())


def samples(one: Format) -> Sequence[str]:
    """Return some texts of a format; none where it is unknown."""
    return _SAMPLES.get(one.name, ())


def is_of_format(one: Format, text: str) -> bool | None:
    """Return whether a text has a format, None where nobody here can say."""
    # Formats that are checked exactly come first; for the others a few known texts have to do.
    check = FORMATS.get(one.name)
    if check is not None:
        return check(text)
    if text in samples(one) or one.name == "binary":
        return True
    # None, and no guess: a wrong one would call a change harmless that is not.
    return False if one.name in _SAMPLES and text in _NO_FORMAT else None


_NO_FORMAT = frozenset({"a b", "%%%", "\u00e9 %", "{ %"})
"""Texts with blanks or stray percent signs, which none of the formats above allows."""


def refused_samples(one: Format) -> Sequence[str]:
    """Return some texts that a format does not allow."""
    return tuple(sorted(_NO_FORMAT)) if one.name in _SAMPLES and one.name != "binary" else ()
