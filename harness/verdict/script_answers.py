"""Say in bash how one answer shows a fault: by its status, by a value, or by being the same again."""

import re
import shlex
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from harness.difference import plain
from harness.exchange import Exchange, Response
from harness.verdict.captures import Capture
from harness.verdict.deviation import is_status
from harness.verdict.model import Finding

# What a record holds in place of a body that was too long for it.
_ABSENT = re.compile(rb"\[[\d,]+ bytes, sha256 [0-9a-f]{64}\]")
# A code or an enumerated value, which stands in an answer as it is.
_WORD = re.compile(r"[A-Z][A-Za-z0-9]*[_.][A-Za-z0-9_.]{2,60}|[A-Z]{4,}")
_REQUIRED = re.compile(r'required \["([A-Za-z0-9_-]+)"')
_HEADER = re.compile(r"header (\S+)")
SECRET_CHECK = "wire.secret"
_IN_HEADER = "header"
_MASKED = re.compile(r"(?:Bearer|\[masked\]) \[masked\]")
# One mask may be the token, which a script knows; elements of X12 and several masks are a person's.
_MASKED_DATA = re.compile(r"[*]\[masked\]|\[masked\].*\[masked\]", re.DOTALL)
_LONG = re.compile(r"\d{6,}")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?")
_OR = " or "
_CODE = re.compile(r"[A-Z0-9]{1,4}")
_PART = re.compile(r"response\.body part (.+)")
# The token first, then longer forms before the shorter ones that they hold.
_NORMAL = (
    (r'"access_token" *: *"[^"]*"', "K"),
    (r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", "I"),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+Z?", "T"),
    (r"[0-9a-fA-F]{16,}", "H"),
    (r"[0-9]{6,}", "N"),
    (r"[*][0-9]{4}[*]", "*M*"),
    # The control number of a functional group (X12.5, GS06 and GE02), which is new each time.
    (r"(GS[*]([^*]*[*]){5})[0-9]+", r"\1C"),
    (r"(GE[*][0-9]+[*])[0-9]+", r"\1C"),
)
"""What differs between two answers that are the same; both POSIX and Python read these alike."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Lines that set `shows` to yes or no, and `seen` to what came; and what they compare."""

    sentence: str
    lines: tuple[str, ...]
    decides: bool = True
    """False where what was found differs from run to run, so that people have to look."""


def is_left_out(body: bytes) -> bool:
    """Return whether a body was too long to be recorded; its digest stands in its place."""
    return _ABSENT.fullmatch(body) is not None


def can_compare(finding: Finding, last: Exchange) -> bool:
    """Return whether the recorded answer is enough to recognise the fault by."""
    by_itself = is_status(finding.check) or finding.check == "part.size"
    return by_itself or last.response is None or not is_left_out(last.response.body)


def undecided(sentence: str) -> Comparison:
    """Return what leaves it to people: nothing is compared."""
    return Comparison(sentence, ("seen=",), decides=False)


def compare_last(
    finding: Finding, last: Exchange, number: int, captures: Sequence[Capture]
) -> Comparison:
    """Choose the plainest way in which the last answer shows what was found."""
    response = last.response
    if response is None:
        return Comparison("The request gets no answer.", ("seen=$status", *_if('"$status" = none')))
    if is_status(finding.check):
        return _status(response)
    part = _PART.fullmatch(finding.where)
    if part is not None and finding.check == "part.size":
        return _part_size(finding, part[1], number)
    # From the surest sign to the weakest: a header, a word that lacks, an id, the whole answer.
    if header := _missing_header(finding, response):
        return _header(header, number)
    if found := _lacking(finding.expected, finding.actual, response):
        return _value(found, response, number)
    return _by_values(finding, response, number, captures)


def _by_values(
    finding: Finding, response: Response, number: int, captures: Sequence[Capture]
) -> Comparison:
    """Compare by a secret in a header, by an id that the script got, or by the whole answer."""
    if finding.check == SECRET_CHECK:
        part = "head" if _IN_HEADER in finding.actual else "body"
        has = f'grep -a -q -F -e "$TOKEN" "$work/{number}.{part}"'
        # Without a token nothing can be found, and an empty pattern would match everything.
        lines = ("seen=", "shows=no", f'if [ -n "$TOKEN" ] && {has}; then shows=yes; fi')
        return Comparison("The answer holds the token that was sent.", lines)
    form, came = response.header("content-type") or "", plain(finding.actual)
    if finding.check.startswith("wire.") and came and came in form:
        lines = (
            f"seen=$(header {number} content-type)",
            "shows=no",
            f"case $seen in *{shlex.quote(came)}*) shows=yes ;; esac",
        )
        return Comparison(f"The content type names {came}.", lines)
    told = f"{finding.expected} {finding.actual}"
    named = [each for each in captures if each.value in told and _is_id(each)]
    if len(named) == 1:
        return _listed(named[0], response, number)
    if _is_erased(finding.actual) and plain(finding.actual).encode() in response.body:
        # A long number is often one of ours, as an NPI is; a time or an id is new in every run.
        wanted = plain(finding.expected)
        if _LONG.fullmatch(wanted) and wanted.encode() not in response.body:
            return _value((wanted,), response, number)
        return undecided("The answer is not the same in every run.")
    return _same_again(response, number)


def _listed(capture: Capture, response: Response, number: int) -> Comparison:
    """Compare by whether an id is in the answer, or is missing from it, as it was in the run."""
    is_there = capture.value.encode() in response.body
    has = f'grep -a -q -F -e "${capture.variable}" "$work/{number}.body"'
    lines = (
        f'seen="${capture.variable} {"listed" if is_there else "missing"}"',
        "shows=no",
        f'if [ "$status" = {response.status} ] && {"" if is_there else "! "}{has}; then shows=yes; fi',
    )
    return Comparison(f"The answer {'holds' if is_there else 'lacks'} {capture.variable}.", lines)


def _is_id(capture: Capture) -> bool:
    """Tell whether a captured value is one thing's own: a code or a time stands in many answers."""
    is_code = _WORD.fullmatch(capture.value) or TIME.fullmatch(capture.value)
    # Of headers only what is made to be unique: others tell of the server.
    return not is_code and (not capture.header or _is_erased(capture.value))


def _is_erased(actual: str) -> bool:
    """Return whether a value is one of those that answers are compared without."""
    value = plain(actual)
    return any(re.fullmatch(regex, value) for regex, _ in _NORMAL)


def _if(condition: str) -> tuple[str, ...]:
    return ("shows=no", f"if [ {condition} ]; then shows=yes; fi")


def _status(response: Response) -> Comparison:
    sentence = f"The status is {response.status} again."
    return Comparison(sentence, ("seen=$status", *_if(f'"$status" = {response.status}')))


def _missing_header(finding: Finding, response: Response) -> str:
    """Return the header that a finding misses, or nothing."""
    named = _HEADER.fullmatch(finding.where)
    if named is not None and finding.expected == "present":
        return named[1]
    kind, _, name = finding.check.partition(".")
    return name if kind == "header" and response.header(name) is None else ""


def _is_quoted(actual: str, response: Response) -> bool:
    """Return whether a value stands in the answer as a string: a number is never found in quotes."""
    came = plain(actual)
    is_code = _CODE.fullmatch(came) is not None
    # A code in quotes is looked for in quotes, or it would be found within other words.
    return f'"{came}"'.encode("latin-1", "replace") in response.body or not is_code


def _lacking(expected: str, actual: str, response: Response) -> tuple[str, ...]:
    """Return the words of what was expected, of which the answer of the run had none; or nothing."""
    required, bare = _REQUIRED.match(expected), plain(expected)
    words: tuple[str, ...] = ()
    if required is not None:
        words = (f'"{required[1]}"',)
    elif _CODE.fullmatch(bare):
        words = (f'"{bare}"',) if _is_quoted(actual, response) else ()
    elif all(_WORD.fullmatch(word) for word in bare.split(_OR)):
        # Any of several codes will do.
        words = tuple(bare.split(_OR))
    came = any(word.encode("latin-1", "replace") in response.body for word in words)
    return () if came else words


def _header(name: str, number: int) -> Comparison:
    lines = (f"seen=$(header {number} {shlex.quote(name)})", *_if('-z "$seen"'))
    return Comparison(f"The header {name} is missing or blank.", lines)


def _value(words: Sequence[str], response: Response, number: int) -> Comparison:
    wanted = " ".join(f"-e {shlex.quote(word)}" for word in words)
    has = f'grep -a -q -F {wanted} "$work/{number}.body"'
    bare = _OR.join(word.strip('"') for word in words)
    lines = (
        f'seen="status $status without {bare}"',
        "shows=no",
        f'if [ "$status" = {response.status} ] && ! {has}; then shows=yes; fi',
    )
    return Comparison(f"The answer has status {response.status} and lacks {bare}.", lines)


def _part_size(finding: Finding, part: str, number: int) -> Comparison:
    """Count the bytes of a part of a multipart answer, from the blank line to the next boundary."""
    lines = (
        f"type=$(header {number} content-type)",
        "boundary=$(printf '%s' \"$type\" | sed -n 's/.*boundary=\"\\{0,1\\}\\([^\";]*\\).*/\\1/p')",
        f'offsets=$(grep -a -b -o -F -- "--$boundary" "$work/{number}.body" | cut -d: -f1)',
        "seen=none start=",
        "for end in $offsets; do",
        '  if [ -n "$start" ]; then',
        f'    tail -c +$((start + 1)) "$work/{number}.body" | head -c $((end - start)) > "$work/part"',
        f"    if sed '/^\\r\\{{0,1\\}}$/q' \"$work/part\" | grep -a -q -F {shlex.quote(part)}; then",
        "      seen=$(($(sed '1,/^\\r\\{0,1\\}$/d' \"$work/part\" | wc -c) - 2))",
        "    fi",
        "  fi",
        "  start=$end",
        "done",
        f'echo "{plain(finding.expected)} bytes sent, $seen returned"',
        *_if(f'"$seen" != {shlex.quote(plain(finding.expected))}'),
    )
    return Comparison(f"The part {part} does not come back with all of its bytes.", lines)


def _same_again(response: Response, number: int) -> Comparison:
    """Compare with the answer of the run, with ids and times left out of both."""
    if _MASKED_DATA.search(_MASKED.sub("[masked]", response.body.decode("latin-1"))):
        return undecided("The record masks values of a person in this answer.")
    came = checksum(response.body)
    same = f'"$status" = {response.status} ] && [ "$sum" = {came}'
    lines = ("seen=", f"sum=$({checksum_of(number)})", *_if(same))
    return Comparison("The answer is that of the run again, ids and times left out.", lines)


def checksum_of(number: int) -> str:
    """Return the command that prints the checksum of an answer, with ids and times left out."""
    pattern = " ".join(f"-e 's/{regex}/{name}/g'" for regex, name in _NORMAL)
    # The record masks the token wherever it comes back.
    token = "${TOKEN:-none given}"
    # The last eight bytes of a gzip stream begin with the CRC-32 of what went in (RFC 1952, 2.3.1).
    return (
        f'sed -e "s|Bearer {token}|[masked]|g" -e "s|{token}|[masked]|g" "$work/{number}.body"'
        f" | sed -E {pattern} | gzip -c | tail -c 8 | od -A n -t u4 | tr -s ' ' | cut -d ' ' -f 2"
    )


def checksum(body: bytes) -> int:
    """Return the checksum that the script prints for this body."""
    text = _MASKED.sub("[masked]", body.decode("latin-1"))
    for regex, name in _NORMAL:
        text = re.sub(regex, name, text)
    return zlib.crc32(text.encode("latin-1"))


@dataclass(frozen=True, slots=True)
class Day:
    """A variable of a script that holds a day near today."""

    variable: str
    offset: int
    form: str
    """As `strftime` and the command `date` take it."""

    @property
    def line(self) -> str:
        """The line of the script that sets it."""
        return f"{self.variable}=$(day {self.offset:+d} +{self.form})"


_NEAR = {
    "DAY_BEFORE_YESTERDAY": -2,
    "YESTERDAY": -1,
    "TODAY": 0,
    "TOMORROW": 1,
    "DAY_AFTER_TOMORROW": 2,
}
DAYS = tuple(
    Day(f"{name}{end}", offset, form)
    for end, form in (("", "%Y-%m-%d"), ("_IN_DIGITS", "%Y%m%d"))
    for name, offset in _NEAR.items()
)


def with_days(body: bytes, started: str) -> bytes:
    """Put the names of days in a body that was sent at this time; days farther off are kept."""
    for day, written in _written(started):
        body = written.sub(f"@{day.variable}@".encode(), body)
    return body


def days_in(body: bytes, started: str) -> tuple[Day, ...]:
    """Return the days that a body names."""
    return tuple(day for day, written in _written(started) if written.search(body))


def _written(started: str) -> Iterator[tuple[Day, re.Pattern[bytes]]]:
    try:
        today = date.fromisoformat(started[:10])
    except ValueError:
        return
    for day in DAYS:
        text = (today + timedelta(days=day.offset)).strftime(day.form).encode()
        # Not within a longer number: an id may hold the digits of a day.
        yield day, re.compile(rb"(?<![0-9])" + text + rb"(?![0-9])")
