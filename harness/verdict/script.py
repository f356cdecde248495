"""Write a reproduction as a script for bash and curl, with the bodies that it sends beside it."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.config import MOCK_CLIENT_ID, MOCK_CLIENT_SECRET
from harness.difference import plain
from harness.events import RunStarted
from harness.exchange import Exchange, Request
from harness.jsonvalue import compact
from harness.product import TokenEndpoint
from harness.verdict.captures import Capture, Place
from harness.verdict.deviation import is_status
from harness.verdict.findings import MASK, SET_BY_CURL
from harness.verdict.reproduction import CLOCK, Reproduction
from harness.verdict.script_answers import Comparison, days_in, with_days
from harness.verdict.script_several import comparison

# sed and grep only: whoever gets a report need not have jq.
_TAKE_TOKEN = r"""sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p'"""
_TAKE_LIFETIME = r"""sed -n 's/.*"expires_in" *: *"\{0,1\}\([0-9][0-9]*\).*/\1/p'"""
_PLAIN_LOGIN = "Bearer $TOKEN"
_REFUSED = 401
_FORGED: Mapping[str, str] = {
    "empty-token": "",
    "no-bearer": "$TOKEN",
    "basic-scheme": "Basic aGFybmVzczp0ZXN0",
    "empty-bearer": "Bearer",
    "other-scheme": "Basic $TOKEN",
    "malformed-token": "Bearer not-a-token",
    "tampered-claims": "Bearer ${TOKEN%%.*}.$(other_first ${TOKEN#*.})",
    "tampered-signature": "Bearer ${TOKEN%.*}.$(printf %s ${TOKEN##*.} | rev)",
    "unsigned-token": "Bearer eyJhbGciOiAibm9uZSIsICJ0eXAiOiAiSldUIn0.$(claims).",
    "scheme-in-lower-case": "bearer $TOKEN",
}
"""What a case puts in place of a good header: the record masks it, whatever it is."""
# The record masks every secret, so that a wrong one has to be known by its case.
_OTHER_SECRETS = {
    "wrong-client-secret": "harness-wrong-value",
    "blank-client-secret": "",
}
_DECIDING = "Exit code 1: the fault shows. 0: it does not. 2: it could not be tried."
_LOOKING = "It cannot tell whether the fault shows: look at the answer. Exit code 3, or 2: it could not be tried."
_HEAD = """\
#!/usr/bin/env bash
# {sentence}
# Case {case}{requirements}, seed {seed}, run {run}.
# It takes bash and curl. {codes}
{target}
set -euo pipefail
export LC_ALL=C

BASE_URL=${{BASE_URL:-{base_url}}}
{credentials}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# day N FORM: print the day N days from today, by the `date` of Linux or that of BSD and macOS.
day() {{ date -u -d "$1 days" "$2" 2> "$work/date.error" || date -u -v"$1d" "$2"; }}
{days}
unable() {{ echo "could not be tried: $1" >&2; exit 2; }}
# Whoever reaches the target by a proxy leaves it to curl to find out.
if [ -z "${{http_proxy:-}}${{https_proxy:-}}${{HTTPS_PROXY:-}}${{ALL_PROXY:-}}" ]; then
  address=${{BASE_URL#*://}} && address=${{address%%/*}}
  port=${{address##*:}}
  if [ "$port" = "$address" ]; then case $BASE_URL in https:*) port=443 ;; *) port=80 ;; esac; fi
  host=${{address%:*}} && host=${{host#[}} && host=${{host%]}}
  (exec 3<> "/dev/tcp/$host/$port") 2> /dev/null || unable "nothing listens at $BASE_URL"{hint}
fi
escaped() {{ printf '%s' "$1" | sed 's/[&|\\\\]/\\\\&/g'; }}
# fill FILE: print a body with the values of this run in place of their names.
fill() {{ sed {fills} "$here/{name}/$1"; }}
# send N METHOD PATH [curl options]: send request N and keep its answer.
send() {{
  local number=$1 method=$2 path=$3
  shift 3
  status=$(curl -sS -g --path-as-is -X "$method" -D "$work/$number.head" -o "$work/$number.body" \\
    -w '%{{http_code}}' "$@" "$BASE_URL$path" 2> "$work/$number.error") || status=none
  touch "$work/$number.head" "$work/$number.body"
  echo "request $number: $method $path: $status"
}}
# quoted N NAME NTH AFTER: print a string of answer N, so many after the NTH that is NAME.
quoted() {{
  local line=0
  {{ grep -a -o '"\\([^"\\\\]\\|\\\\.\\)*"' "$work/$1.body" || true; }} > "$work/strings"
  if [ -n "$2" ]; then line=$({{ grep -a -n -x -F '"'"$2"'"' "$work/strings" || true; }} | sed -n "$3p" | cut -d : -f 1); fi
  [ -z "$line" ] || sed -n "$((line + $4))p" "$work/strings" | sed 's/^"//; s/"$//'
}}
# header N NAME: print a header of answer N.
header() {{ {{ grep -a -i "^$2:" "$work/$1.head" || true; }} | head -n 1 | sed 's/^[^:]*: *//' | tr -d '\\r'; }}
other_first() {{ case $1 in A*) echo "B${{1#?}}" ;; *) echo "A${{1#?}}" ;; esac; }}
claims() {{ local rest=${{TOKEN#*.}}; echo "${{rest%%.*}}"; }}
"""


@dataclass(frozen=True, slots=True)
class Script:
    """A script, and the bodies that lie in a folder of the same name beside it."""

    name: str
    text: str
    bodies: Mapping[str, bytes]


def script(reproduction: Reproduction, run: RunStarted, token: TokenEndpoint | None) -> Script:
    """Return the script of a reproduction; `token` is where its requests get their token, if known."""
    writer = _Writer(reproduction, run, token)
    lines = [
        writer.head(reproduction.finding.sentence),
        *writer.token(),
        *writer.requests(),
        *writer.comparison(),
    ]
    return Script(reproduction.cause.id, "\n".join(lines) + "\n", writer.bodies)


class _Writer:
    """Writes the parts of one script; the bodies gather on the way."""

    def __init__(
        self, reproduction: Reproduction, run: RunStarted, token: TokenEndpoint | None
    ) -> None:
        self._endpoint = token
        self._found = reproduction
        self._run = run
        # The last part of a case's id says which header or secret it forges.
        self._slug = reproduction.finding.case.rpartition("/")[2]
        self._is_ours = run.environment == "mock" or run.embedded
        self._numbers = {
            each.id: place for place, each in enumerate(reproduction.exchanges, start=1)
        }
        self._comparison: Comparison = comparison(
            reproduction.finding, reproduction.exchanges, reproduction.captures
        )
        # Days are named relative to today, since the fault may depend on how old a date is.
        named = (days_in(each.request.body, each.started) for each in reproduction.exchanges)
        self._days = tuple(dict.fromkeys(day for days in named for day in days))
        self.bodies: dict[str, bytes] = {}

    def head(self, sentence: str) -> str:
        run, reproduction = self._run, self._found
        # Six names fill a line.
        names = " ".join(reproduction.finding.requirements[:6])
        return _HEAD.format(
            sentence=_comment(sentence),
            case=reproduction.finding.case,
            requirements=f" ({names})" if names else "",
            seed=run.seed,
            run=run.run_id,
            codes=_DECIDING if self._comparison.decides else _LOOKING,
            target=self._target(),
            hint=shlex.quote(f": start the mock: {run.mock_command}" if run.embedded else ""),
            base_url=run.base_url,
            credentials="\n".join(self._credentials()),
            days="\n".join(day.line for day in self._days),
            fills=" ".join(self._fills()),
            name=reproduction.cause.id,
        )

    def _target(self) -> str:
        if not self._run.embedded:
            return "# Set BASE_URL for another target than that of the run."
        return f"# The mock of the run has ended; start it again: {self._run.mock_command}"

    def _credentials(self) -> Iterator[str]:
        for name, known in (("CLIENT_ID", MOCK_CLIENT_ID), ("CLIENT_SECRET", MOCK_CLIENT_SECRET)):
            if name == "CLIENT_SECRET" and self._slug in _OTHER_SECRETS:
                yield f"CLIENT_SECRET={shlex.quote(_OTHER_SECRETS[self._slug])}"
            elif self._is_ours:
                # In two pieces: whoever searches a report for the secret means one that is none.
                begin, _, end = known.rpartition("-")
                yield f'{name}=${{HARNESS_{name}:-{begin}"-{end}"}}'
            else:
                yield f'{name}=${{HARNESS_{name}:?"set HARNESS_CLIENT_ID and HARNESS_CLIENT_SECRET"}}'
        yield "TOKEN="
        for each in self._found.captures:
            yield f"{each.variable}="
        if self._found.wait:
            yield "ADVANCE="

    def _fills(self) -> Iterator[str]:
        waits = ("ADVANCE",) if self._found.wait else ()
        captured = (each.variable for each in self._found.captures)
        for name in ("CLIENT_SECRET", "TOKEN", *waits, *captured):
            yield f'-e "s|@{name}@|$(escaped "${name}")|g"'
        for day in self._days:
            yield f'-e "s|@{day.variable}@|${day.variable}|g"'

    def token(self) -> Iterator[str]:
        """Get a token where a request carries one."""
        if not any(self._needs_token(each.request) for each in self._found.exchanges):
            return
        endpoint = self._endpoint
        if endpoint is None:
            yield 'TOKEN=${TOKEN:?"set TOKEN to a bearer token"}'
            return
        # A function, since time that passes on the mock may make it necessary to log in again.
        yield "login() {"
        yield f"  send token POST {shlex.quote(endpoint.path)} {_token_options(endpoint)}"
        yield f'  TOKEN=$({_TAKE_TOKEN} "$work/token.body")'
        yield '  [ -n "$TOKEN" ] || unable "no token was given (status $status)"'
        yield "}"
        yield "login"

    def _renewed(self, exchange: Exchange) -> Iterator[str]:
        """Get another token where time has passed, unless the sequence is about a token of its own."""
        endpoint = self._endpoint
        if endpoint is None or exchange.case != CLOCK:
            return
        needs = any(self._needs_token(each.request) for each in self._found.exchanges)
        # A sequence that asks for tokens itself means one of its own.
        asks = any(each.request.url.endswith(endpoint.path) for each in self._found.exchanges)
        if needs and not asks:
            yield "login"

    def _refused(self) -> Iterator[str]:
        """Stop where the token is refused, which says nothing of a fault that shows otherwise."""
        last, finding = self._found.last, self._found.finding
        came = last.response.status if last.response else 0
        is_plain = self._login() == _PLAIN_LOGIN and self._needs_token(last.request)
        if is_plain and came not in (0, _REFUSED) and str(_REFUSED) not in finding.expected:
            yield f'[ "$status" != {_REFUSED} ] || unable "the target refuses the token"'

    def _needs_token(self, request: Request) -> bool:
        has_login = any(name.lower() == "authorization" for name, _ in request.headers)
        in_text = b"access_token=" + MASK.encode() in request.url.encode() + request.body
        return in_text or (has_login and "$" in self._login())

    def _login(self) -> str:
        return _FORGED.get(self._slug, _PLAIN_LOGIN)

    def requests(self) -> Iterator[str]:
        """Send one request after the other, and take from each answer what a later one needs."""
        for each in self._found.exchanges:
            number = self._numbers[each.id]
            yield f"\n# {each.request.operation or each.request.method}" + (
                ": let time pass on the mock" if each.case == CLOCK else ""
            )
            yield " ".join(self._send(number, each))
            for capture in self._found.captures:
                if capture.exchange == each.id:
                    yield self._take(number, capture)
            yield from self._renewed(each)
            wait = self._found.wait
            # The lifetime is that of this run's token, so that the wait is counted anew.
            if wait and wait.exchange == each.id:
                yield f'ADVANCE=$({_TAKE_LIFETIME} "$work/{number}.body")'
                yield f'[ -n "$ADVANCE" ] || unable "answer {number} says no lifetime"'
                yield f"ADVANCE=$((ADVANCE + {wait.beyond:d}))"

    def _send(self, number: int, exchange: Exchange) -> Iterator[str]:
        request = exchange.request
        path = request.url.removeprefix(self._run.base_url)
        yield f"send {number} {shlex.quote(request.method)} {self._text(path)}"
        for name, value in request.headers:
            if name.lower() in SET_BY_CURL:
                continue
            yield f"-H {self._header(name, value)}"
        if request.method == "HEAD":
            yield "--head"
        if request.body:
            # In a file, since bodies hold what no command line can.
            self.bodies[f"{number}.body"] = self._body(exchange)
            # curl would add a content type of its own.
            if not any(name.lower() == "content-type" for name, _ in request.headers):
                yield "-H 'Content-Type:'"
            yield f"--data-binary @<(fill {number}.body)"

    def _header(self, name: str, value: str) -> str:
        if name.lower() == "authorization":
            login = self._login()
            return f'"{name}: {login}"' if login else shlex.quote(f"{name};")
        # curl drops a header without a value unless it ends with a semicolon.
        return self._text(f"{name}: {value}" if value else f"{name};")

    def _text(self, text: str) -> str:
        """Quote a text, with variables where it holds a value that an answer gave."""
        # Always within quotes, also where none is needed: what is filled in leaves them and returns.
        # Control characters would end the line or the terminal.
        plain = re.sub(r"[\x00-\x1f\x7f]", "", text).replace("'", "'\"'\"'")
        quoted = f"'{plain}'".replace(MASK, "'\"$TOKEN\"'")
        for each in self._found.captures:
            quoted = quoted.replace(each.value, f"'\"${each.variable}\"'")
        return quoted

    def _body(self, exchange: Exchange) -> bytes:
        body = with_days(exchange.request.body, exchange.started)
        wait = self._found.wait
        if wait and exchange.id == wait.clock:
            body = b'{"advance":@ADVANCE@}'
        # The secret before the rest of what is masked, which is taken for a token.
        body = re.sub(rb'(client_secret"?\s*[:=]\s*"?)\[masked\]', rb"\1@CLIENT_SECRET@", body)
        body = body.replace(MASK.encode(), b"@TOKEN@")
        for each in self._found.captures:
            body = body.replace(each.value.encode(), f"@{each.variable}@".encode())
        return body

    def _take(self, number: int, capture: Capture) -> str:
        source = (
            f"header {number} {shlex.quote(capture.header)}"
            if capture.header
            else f"quoted {number} {_at(capture.place)}"
        )
        return (
            f"{capture.variable}=$({source})\n"
            f'[ -n "${capture.variable}" ] || unable "answer {number} lacks what the next request takes"'
        )

    def comparison(self) -> Iterator[str]:
        """Compare the last answer, and report whether the fault shows."""
        finding = self._found.finding
        chosen = self._comparison
        # A refused token must not look like the fault or its absence.
        yield from self._refused()
        yield f"\n# {_comment(chosen.sentence)}"
        yield from chosen.lines
        expected, actual = _shown(finding.expected), _shown(finding.actual)
        subject = _shown(finding.check if not is_status(finding.check) else "status")
        if not chosen.decides:
            number = self._numbers[self._found.last.id]
            yield f'cat "$work/{number}.head" "$work/{number}.body"'
            yield f"told={shlex.quote(f'{subject}: expected {expected}; the run got {actual}')}"
            yield 'echo "look at the answer above: $told"'
            yield "exit 3"
            return
        yield 'if [ "$shows" = yes ]; then'
        yield f"  told={shlex.quote(actual)}"
        yield f'  echo {shlex.quote(f"THE FAULT SHOWS: {subject}: expected {expected}, got")} "${{seen:-$told}}"'
        yield "  exit 1"
        yield "fi"
        yield f"echo {shlex.quote(f'the fault does not show: {subject}: expected {expected}')}"


def _token_options(endpoint: TokenEndpoint) -> str:
    """Return the options that send the credentials, as a form or as JSON."""
    if endpoint.takes_form:
        names = ("client_id", "client_secret")
        fields = " ".join(f'--data-urlencode "{name}=${name.upper()}"' for name in names)
        return f"-d grant_type=client_credentials {fields}"
    body = shlex.quote(
        compact({"grant_type": "client_credentials", "client_id": "@I@", "client_secret": "@S@"})
    )
    # Quoted as JSON first, then opened for the shell's variables.
    body = body.replace("@I@", "'\"$CLIENT_ID\"'").replace("@S@", "'\"$CLIENT_SECRET\"'")
    return f"-H 'Content-Type: application/json' -d {body}"


def _at(place: Place | None) -> str:
    # Without a name it is the first string of the body.
    return f"{shlex.quote(place.member)} {place.nth} {place.after}" if place else "'' 0 1"


def _comment(text: str) -> str:
    return " ".join(text.split())[:300]


def _shown(text: str) -> str:
    return " ".join(plain(text).split())[:160]
