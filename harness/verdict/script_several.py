"""Say in bash how the answers of a whole sequence show a fault: by what differs, or does not, between them."""

import re
import shlex
from collections.abc import Iterator, Sequence

from harness.difference import plain
from harness.exchange import Exchange
from harness.verdict.captures import Capture, Place, sent_by, values
from harness.verdict.model import Finding
from harness.verdict.script_answers import (
    TIME,
    Comparison,
    checksum,
    checksum_of,
    compare_last,
    is_left_out,
    undecided,
)

_OF_TWO_ANSWERS = ("again", "twin", "same")
_OF_ALL_ANSWERS = "distinct"
_TOKEN_FORM = "token.jwt"
_OF_OTHERS = re.compile(r"/(?:foreign(?!-submitter|-tax-id)|outsider|stranger)[^/]*$")
_ACTED_AS_OTHER = re.compile(r" after: .* as (?!us\b)[a-z-]+", re.DOTALL)
_STRINGS = re.compile(r'"([^"\\]{4,})"')
_WORDS = re.compile(r"[\w.-]+")
_JWT = (
    # A part of a JWT is base64url without padding (RFC 7515, 2), which `base64` prints and then minds.
    "part() { printf '%s' \"$jwt\" | cut -d . -f \"$1\" | tr '_-' '/+' | { base64 -d 2> /dev/null || true; }; }",
    "claim() { part 2 | sed -n 's/.*\"'\"$1\"'\" *: *\\([0-9][0-9]*\\).*/\\1/p'; }",
)


def compares_several(finding: Finding) -> bool:
    """Tell whether a check looks at more than one answer, so that all of its case has to be sent."""
    return finding.check.rpartition(".")[2] in (*_OF_TWO_ANSWERS, _OF_ALL_ANSWERS)


def comparison(
    finding: Finding, sent: Sequence[Exchange], captures: Sequence[Capture] = ()
) -> Comparison:
    """Choose the plainest way in which the answers to a sequence of requests show what was found."""
    if _OF_OTHERS.search(finding.case) or _ACTED_AS_OTHER.search(finding.actual):
        return undecided("The case logs in as another client, whose credentials a script has not.")
    kind = finding.check.rpartition(".")[2]
    if kind == _OF_ALL_ANSWERS:
        return _distinct(sent)
    if kind in _OF_TWO_ANSWERS:
        return _pair(finding, sent)
    if finding.check == _TOKEN_FORM:
        return _token(finding, len(sent))
    if (name := _surplus(finding, sent)) and (response := sent[-1].response):
        return _lists(name, response.status, len(sent))
    return compare_last(finding, sent[-1], len(sent), captures)


def _surplus(finding: Finding, sent: Sequence[Exchange]) -> str:
    """Return a name that an answer lists and must not, which an earlier request of the script sends.

    How much else is listed hangs on what the target holds, which is less when it has been started anew.
    """
    if not finding.expected.startswith("[") or not finding.actual.startswith("["):
        return ""
    expected = set(_STRINGS.findall(finding.expected))
    # What the search itself asks for comes back where nothing is wrong.
    before, asked = b"\n".join(map(sent_by, sent[:-1])), sent_by(sent[-1])
    surplus = (name for name in _STRINGS.findall(finding.actual) if name not in expected)
    return next(
        (name for name in surplus if name.encode() in before and name.encode() not in asked), ""
    )


def _lists(name: str, status: int, number: int) -> Comparison:
    has = f'grep -a -q -F -e {shlex.quote(name)} "$work/{number}.body"'
    lines = (
        f"seen={shlex.quote(f'{name} listed too')}",
        "shows=no",
        f'if [ "$status" = {status} ] && {has}; then shows=yes; fi',
    )
    return Comparison(f"The answer lists {name}, which was not asked for.", lines)


def _distinct(sent: Sequence[Exchange]) -> Comparison:
    """Look for a value that every answer to the same request gave, and none of them was sent."""
    last = sent[-1]
    alike = [
        (number, exchange)
        for number, exchange in enumerate(sent, start=1)
        if exchange.request.operation == last.request.operation
    ]
    given = [{value: place for value, _, place in values(each) if place} for _, each in alike]
    ours = b"\n".join(sent_by(each) for _, each in alike)
    repeated = [
        value
        for value in given[-1]
        if value not in ours and all(value in each for each in given) and not _is_time(value)
    ]
    if len(alike) < 2 or not repeated:
        return undecided(
            "The check compares values of several answers, the last of which is below."
        )
    places = [(number, each[repeated[0]]) for (number, _), each in zip(alike, given, strict=True)]
    printed = "; ".join(_printed(number, place) for number, place in places)
    lines = (
        f'seen=$({{ {printed}; }} | sort -u | wc -l | tr -d " ")',
        f'seen="$seen different in {len(alike)} answers"',
        "shows=no",
        'case $seen in "1 "*) shows=yes ;; esac',
    )
    return Comparison(f"All {len(alike)} answers give the same value.", lines)


def _is_time(value: bytes) -> bool:
    return TIME.fullmatch(value.decode("latin-1")) is not None


def _printed(number: int, place: Place) -> str:
    return f"quoted {number} {shlex.quote(place.member)} {place.nth} {place.after}"


def _pair(finding: Finding, sent: Sequence[Exchange]) -> Comparison:
    """Tell two answers apart that must be alike: by the words that differ, else as wholes.

    Either may be the wrong one, and which of them is may change with every call, so that no answer is
    looked at alone: that of the run's last may well be what a sound target says.
    """
    if any(exchange.response is None or is_left_out(exchange.response.body) for exchange in sent):
        return undecided("The check compares two answers, the last of which stands below.")
    told = next(_told_apart(finding, sent), None)
    if told is not None:
        return _by_words(*told, len(sent))
    other = next((n for n in range(len(sent) - 1, 0, -1) if _asks_alike(sent[n - 1], sent[-1])), 0)
    if other and checksum(_body(sent[other - 1])) != checksum(_body(sent[-1])):
        lines = (
            "seen=",
            "shows=no",
            f'if [ "$({checksum_of(other)})" != "$({checksum_of(len(sent))})" ]; then shows=yes; fi',
        )
        sentence = f"Answers {other} and {len(sent)} to one request differ, ids and times left out."
        return Comparison(sentence, lines)
    return _all_again(sent)


def _told_apart(finding: Finding, sent: Sequence[Exchange]) -> Iterator[tuple[int, str, str]]:
    """Yield an earlier answer with a word each that it and the last one have, and the other lacks."""
    expected, actual = (_WORDS.findall(plain(text)) for text in (finding.expected, finding.actual))
    last = _body(sent[-1])
    pairs = [
        (f'"{one}"', f'"{other}"')
        for one, other in zip(expected, actual, strict=False)
        if one != other
    ]
    for number in range(len(sent) - 1, 0, -1):
        earlier = _body(sent[number - 1])
        for one, other in pairs:
            if _holds_only(earlier, one, other) and _holds_only(last, other, one):
                yield number, one, other


def _holds_only(body: bytes, one: str, other: str) -> bool:
    return one.encode() in body and other.encode() not in body


def _by_words(earlier: int, one: str, other: str, last: int) -> Comparison:
    lines = (
        # words N: print which of the two values answer N holds.
        f"words() {{ {{ grep -a -o -F -e {shlex.quote(one)} -e {shlex.quote(other)}"
        ' "$work/$1.body" || true; } | sort -u | tr -d \'"\\n\'; }',
        f"one=$(words {earlier}) other=$(words {last})",
        f'seen="$one in answer {earlier} and $other in answer {last}"',
        *_shows('-n "$one" ] && [ -n "$other" ] && [ "$one" != "$other"'),
    )
    sentence = f"Answers {earlier} and {last} differ: one has {one}, the other {other}."
    return Comparison(sentence, lines)


def _asks_alike(one: Exchange, other: Exchange) -> bool:
    """Tell whether two requests are the same but for numbers of their own."""
    same_place = one.request.method == other.request.method and one.request.url == other.request.url
    return same_place and checksum(one.request.body) == checksum(other.request.body)


def _all_again(sent: Sequence[Exchange]) -> Comparison:
    """Tell that every answer is that of the run: a sound target answers at least one otherwise."""
    last = sent[-1]
    wanted = " ".join(str(checksum(_body(each))) for each in sent)
    sums = " ".join(f"$({checksum_of(number)})" for number in range(1, len(sent) + 1))
    status = last.response.status if last.response else 0
    lines = (
        "seen=",
        f'sums="{sums}"',
        *_shows(f'"$status" = {status} ] && [ "$sums" = "{wanted}"'),
    )
    return Comparison("All answers are those of the run again, ids and times left out.", lines)


def _token(finding: Finding, number: int) -> Comparison:
    """Look into the token that was given: the record masks it, and the rest of the answer is sound."""
    first, *others = (
        f'jwt=$(sed -n \'s/.*"access_token" *: *"\\([^"]*\\)".*/\\1/p\' "$work/{number}.body")',
        *_JWT,
    )
    lines = (first, *others)
    if "segments" in finding.actual and "base64url" not in finding.actual:
        count = "seen=\"$(printf '%s' \"$jwt\" | tr . '\\n' | grep -c . || true) segments\""
        return Comparison(
            "The token is no JWT of three parts.",
            # An answer without any token has none of three parts either; a refusal shows nothing.
            (*lines, count, *_shows('"$status" = 200 ] && [ "$seen" != "3 segments"')),
        )
    if finding.actual == "an unsigned token":
        found = '$(part 1 | grep -E -c \'"alg" *: *"(none)?"\' || true)'
        return Comparison(
            "The header of the token names no algorithm.",
            (*lines, 'seen="$(part 1)"', *_shows(f'"{found}" != 0')),
        )
    if finding.actual.startswith("exp "):
        life = f'sed -n \'s/.*"expires_in" *: *"\\{{0,1\\}}\\([0-9][0-9]*\\).*/\\1/p\' "$work/{number}.body"'
        spent = (
            f"spent=$(($(claim exp) - $(claim iat))) told=$({life}) apart=$((spent - ${{told:-0}}))"
        )
        seen = 'seen="exp $spent s after iat, expires_in $told"'
        shows = _shows('"${apart#-}" -gt 5')
        return Comparison(
            "The claims of the token contradict expires_in.", (*lines, spent, seen, *shows)
        )
    return undecided("The token itself is not in the record.")


def _shows(condition: str) -> tuple[str, ...]:
    return ("shows=no", f"if [ {condition} ]; then shows=yes; fi")


def _body(exchange: Exchange) -> bytes:
    return exchange.response.body if exchange.response else b""
