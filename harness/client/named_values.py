"""Know by its name what is a credential or speaks of a patient, and find such values in JSON, XML, forms and X12."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

_SEPARATORS = re.compile(r"[^a-z0-9]")


class Kind(Enum):
    """Why a value is masked."""

    SECRET = "secret"
    PATIENT = "patient"


_SECRET_ENDINGS = (
    *("token", "secret", "password", "passwd", "passphrase", "pwd", "apikey", "subscriptionkey"),
    *("accesskey", "privatekey", "authorization", "cookie", "cookies", "credential", "credentials"),
    *("sessionid", "clientassertion", "accesscode", "pincode"),
)
"""How names of credentials end, without separators and in lower case: `X-Auth-Token`, `api_key`."""
# They end as credentials do, and only turn pages.
_NO_SECRETS = frozenset({"pagetoken", "nextpagetoken", "nexttoken", "continuationtoken"})
_PATIENT = frozenset(
    {
        *("patientfirstname", "patientlastname", "patientmiddlename", "patientname", "patientid"),
        *("patientdateofbirth", "patientbirthdate", "patientdob", "patientssn", "patientaddress"),
        *("firstname", "lastname", "middlename", "givenname", "familyname", "surname", "fullname"),
        *("maidenname", "given", "family", "subscribername", "membername", "dependentname"),
        *("dateofbirth", "birthdate", "birthday", "dob", "deathdate", "dateofdeath"),
        *("memberid", "memberids", "membernumber", "subscriberid", "subscribernumber", "insuredid"),
        # A medical record number identifies a person (45 CFR 164.514(b)(2)(i)(H)) and names no
        # product.
        *("mrn", "medicalrecordnumber", "ssn", "socialsecuritynumber", "medicareid", "medicaidid"),
        *("address1", "address2", "addressline", "addressline1", "addressline2", "street"),
        *("streetaddress", "phonenumber", "phone", "telephone", "mobile", "email", "emailaddress"),
        *("telecom",),
    }
)
"""Names from the vendor's documents, from FHIR R4 (Patient) and from what is common beside them."""


class SensitiveNames:
    """The one list of names, and what a user has added to it."""

    def __init__(self, added: Iterable[str] = ()) -> None:
        self._added = frozenset(map(_plain, added))
        # Bound to the instance, since a cached method would keep every instance alive.
        self.kind = lru_cache(maxsize=10_000)(self._kind)
        """Return why the value of a name is masked; None where it is not."""

    def _kind(self, name: str) -> Kind | None:
        plain = _plain(name)
        if plain in self._added:
            return Kind.SECRET
        # By the ending, for vendors put any words before it: `X-Acme-Access-Token`.
        if plain.endswith(_SECRET_ENDINGS) and plain not in _NO_SECRETS:
            return Kind.SECRET
        return Kind.PATIENT if plain in _PATIENT else None


def _plain(name: str) -> str:
    return _SEPARATORS.sub("", name.lower())


# Tokens and no parser: what was cut off, or is not quite JSON, has to be masked as well.
_JSON = re.compile(
    r'"(?P<text>(?:[^"\\]|\\.)*)"(?P<colon>\s*:)?|(?P<number>-?\d[\d.eE+-]*)|(?P<mark>[{}\[\],])',
    re.DOTALL,
)
_KEY = re.compile(r'"((?:[^"\\]|\\.){1,100})"\s*:')
_XML = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>([^<>]+)</")
_ATTRIBUTE = re.compile(r"\b([\w.-]+)=\\?(?:\"([^\"<>\\]*)\\?\"|'([^'<>\\]*)\\?')")
_FORM = re.compile(r"(?:^|[?&;])([\w.%-]{1,60})=([^&\s\"'<>]*)")
# A part of a form: its name, the rest of its headers, an empty line, and the first line of its
# value.
_PART = re.compile(r'\bname="?([\w.-]+)"?[^\r\n]*\r?\n(?:[\w-]+:[^\r\n]*\r?\n)*\r?\n([^\r\n]*)')
# A line of a log, as `Authorization: Bearer abc` or `'client_secret': 'abc'`. The value is not
# consumed, since it may be a name with a value of its own: `INFO: token=abc`.
_LOGGED = re.compile(
    r"\b([A-Za-z][\w.-]{1,60})['\"]?[ \t]{0,3}[:=][ \t]{0,3}"
    r"(?=(?:'([^'\r\n]*)'|\"([^\"\r\n]*)\"|([^\s'\",;{}\[][^,;{}\r\n]*)))"
)
# Entities IL (insured), QC (patient) and 03 (dependent) in NM101, persons or not in NM102; DMG01
# D8 before a date of birth; REF01 SY before a social security number; N3, a street. Any delimiter
# may separate.
_X12 = re.compile(
    r"\b(?:NM1(?P<a>[*|^:+])(?:IL|QC|03)(?P=a)[12]|DMG(?P<b>[*|^:+])D8|REF(?P<c>[*|^:+])SY|N3(?=(?P<d>[*|^:+])))"
    r"(?P<rest>[*|^:+][^~\r\n\"\\']*)"
)
# Codes that say what the next element is (NM108, N104, DMG01), and those of gender (DMG03): no
# data.
_QUALIFIERS = frozenset({"MI", "II", "ZZ", "24", "34", "46", "SY", "M", "F", "U", "D8"})


@dataclass(frozen=True, slots=True)
class NamedValue:
    """A value, where it stands in a text, and why it is sensitive."""

    start: int
    end: int
    value: str
    kind: Kind
    is_number: bool = False


def named_values(text: str, names: SensitiveNames) -> Iterator[NamedValue]:
    """Yield the sensitive values of a text, as they are spelt in it."""
    # The keys alone are found cheaply, and most texts have no sensitive one.
    if any(map(names.kind, set(_KEY.findall(text)))):
        yield from _of_json(text, names)
    if "<" in text:
        yield from _of_pattern(_XML, text, names.kind)
        yield from _of_pattern(_ATTRIBUTE, text, names.kind)
    if "=" in text:
        yield from _of_pattern(_FORM, text, names.kind)
        yield from _of_pattern(_PART, text, names.kind)
    # Without one of these signs the pattern for X12 cannot match.
    if "1" in text or "D8" in text or "SY" in text or "N3" in text:
        yield from _of_x12(text)


def logged_values(text: str, names: SensitiveNames) -> Iterator[NamedValue]:
    """Yield the sensitive values of what a program prints, which is of no form in particular."""
    yield from named_values(text, names)
    yield from _of_pattern(_LOGGED, text, names.kind)


def _of_json(text: str, names: SensitiveNames) -> Iterator[NamedValue]:
    """Yield scalars below a sensitive name, through arrays and objects."""
    # Why everything in each enclosing object and array is masked; the first entry is the document.
    holders: list[Kind | None] = [None]
    # Why the value of the last key is masked; it holds until the next comma.
    own: Kind | None = None
    for match in _JSON.finditer(text):
        mark = match["mark"]
        if match["colon"] is not None:
            own = names.kind(match["text"]) or holders[-1]
        elif mark is None:
            kind = own if own is not None else holders[-1]
            group = "text" if match["number"] is None else "number"
            if kind is not None and match[group]:
                yield NamedValue(*match.span(group), match[group], kind, group == "number")
        elif mark in "{[":
            holders.append(own if own is not None else holders[-1])
            # Members have keys of their own; the items of an array share its name.
            own = None if mark == "{" else holders[-1]
        elif mark in "}]":
            own = None
            # A text that was cut may close more than it has opened.
            if len(holders) > 1:
                holders.pop()
        else:
            own = None


def _of_pattern(
    pattern: re.Pattern[str], text: str, kind_of: Callable[[str], Kind | None]
) -> Iterator[NamedValue]:
    for match in pattern.finditer(text):
        kind = kind_of(match[1])
        # Of the alternatives in a pattern, the one that matched holds the value.
        group = match.lastindex or 2
        if kind is not None and match[group]:
            yield NamedValue(*match.span(group), match[group], kind)


def _of_x12(text: str) -> Iterator[NamedValue]:
    """Yield elements of the segments that name a subscriber or a patient (278: NM1, N3, DMG, REF)."""
    for match in _X12.finditer(text):
        separator = match["a"] or match["b"] or match["c"] or match["d"]
        start = match.start("rest")
        for element in match["rest"].split(separator):
            # A single character is a code, such as a gender, and stands everywhere.
            if len(element) > 1 and element not in _QUALIFIERS:
                yield NamedValue(start, start + len(element), element, Kind.PATIENT)
            start += len(element) + 1


def inner_texts(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield strings of JSON that hold markup, JSON or X12 of their own, unescaped, with their place."""
    for match in _JSON.finditer(text):
        written = match["text"]
        # Without an escape or markup a string hides nothing that the patterns have not seen.
        if written and match["colon"] is None and ("\\" in written or "<" in written):
            try:
                yield *match.span("text"), json.loads(f'"{written}"')
            except ValueError:
                continue
