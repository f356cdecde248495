"""Read probes: a tiny Arazzo document each, with what a runner that knows the rules makes of it.

A probe is one file of two YAML documents. The first says which rule is probed, how the loopback
server answers, and what must come of it; the second is the Arazzo document, to the letter.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote

from harness.document import parse
from harness.jsonvalue import Json, items, members, text

HOME = Path(__file__).parent
CASES = HOME / "cases"
SUFFIX = ".probe.yaml"
SERVER = "http://127.0.0.1:1"
"""What stands in the OpenAPI documents in place of the server's address; it refuses connections."""

KEYS = frozenset(
    [
        "rule",
        "expect",
        "calls",
        "answers",
        "workflow",
        "inputs",
        "environment",
        "files",
        "ours",
        "outputs",
        "waits",
        "told",
        "recovered",
        "teardown",
        "cases",
        "attempts",
        "no_server",
    ]
)


@dataclass(frozen=True, slots=True)
class Probe:
    """One rule and what must come of it."""

    name: str
    document: str
    given: Mapping[str, Json]

    @property
    def rule(self) -> str:
        return text(self.given.get("rule"))

    @property
    def expect(self) -> str:
        """Return `pass`, `fail` (the API is at fault) or `error` (the document or the network is)."""
        return text(self.given.get("expect"))

    @property
    def workflow(self) -> str:
        return text(self.given.get("workflow", "main"))

    @property
    def is_standard(self) -> bool:
        """Whether the document uses nothing but the specification."""
        return not self.name.startswith("extensions/") and not self.given.get("ours")

    @property
    def calls(self) -> tuple[Mapping[str, Json], ...]:
        """Return the calls that must be made, in order; `GET /things x3` is three of them."""
        return tuple(_calls(self.given.get("calls", ["GET /things"])))

    def write(self, folder: Path, url: str) -> Path:
        """Put the document and all it needs into a folder; return its path."""
        for place in sorted(HOME.glob("*.openapi.yaml")):
            _put(folder / place.name, place.read_text(encoding="utf-8").replace(SERVER, url))
        for name, content in members(self.given.get("files")).items():
            _put(folder / name, text(content))
        _put(folder / "harness.yaml", "{}\n")  # marks the folder as a project of its own
        path = folder / "probe.arazzo.yaml"
        _put(path, self.document)
        return path


def probes() -> tuple[Probe, ...]:
    """Return all probes, in the order of their names."""
    return tuple(_read(path) for path in sorted(CASES.rglob(f"*{SUFFIX}")))


def target(written: str) -> str:
    """Return a request target in one spelling, so that `%20` and `+` in a query are the same."""
    path, _, query = written.partition("?")
    steps = "/".join(quote(unquote(step), safe="") for step in path.split("/"))
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    return steps + "?" + "&".join(f"{name}={value}" for name, value in pairs) if pairs else steps


def _read(path: Path) -> Probe:
    head, _, document = path.read_text(encoding="utf-8").partition("\n---\n")
    name = str(path.relative_to(CASES)).removesuffix(SUFFIX)
    given = members(parse(head, str(path)).data)
    if unknown := given.keys() - KEYS:
        raise ValueError(f"{name}: {', '.join(sorted(unknown))}")
    return Probe(name, document, given)


def _calls(given: Json) -> Iterator[Mapping[str, Json]]:
    for each in items(given):
        wanted = {"call": each} if isinstance(each, str) else members(each)
        call, _, count = text(wanted.get("call")).partition(" x")
        for _ in range(int(count or 1)):
            yield {**wanted, "call": call}


def _put(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
