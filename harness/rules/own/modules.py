"""Load modules with rules of one's own: those that `harness.yaml` names, and those of other packages.

They are code of whoever runs the program, as a `conftest.py` is; no document can bring one about.
"""

import pkgutil
import sys
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import entry_points
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, TracebackType

from harness.config import RuleModule
from harness.errors import DocumentError, HarnessError
from harness.rules.own.declared import Declarations, declarations_of, forget
from harness.source import Source

GROUP = "harness.rules"
"""The entry points by which other packages announce rules."""


@dataclass(frozen=True, slots=True)
class LoadedModule:
    """A module that was imported, with what it declares."""

    name: str
    path: str
    """Its file, as messages show it."""
    sha256: str
    declared: Declarations

    def place(self, line: int) -> Source:
        return Source(self.path, line, 1)


def announced() -> tuple[RuleModule, ...]:
    """Return the modules that other packages announce by entry points."""
    # By name: the order in which packages were installed must not change that of the cases.
    found = sorted(entry_points(group=GROUP), key=lambda each: each.name)
    return tuple(RuleModule(each.module) for each in found)


def load_all(modules: Sequence[RuleModule]) -> tuple[LoadedModule, ...]:
    """Import modules, each once. Raises DocumentError at the place of what cannot be imported."""
    return tuple(_loaded(each) for each in dict.fromkeys((*modules, *announced())))


# By content: a module that was edited while `watch` runs is read again, an unchanged one is not.
_kept: dict[tuple[RuleModule, str], LoadedModule] = {}


def _loaded(named: RuleModule) -> LoadedModule:
    raw = _read(named)
    digest = sha256(raw).hexdigest()
    if (named, digest) not in _kept:
        module = _imported(named)
        path = Path(module.__file__ or named.name)
        # Only the import finds the file of a module that is named; its digest goes into the record.
        if not named.path:
            digest = sha256(path.read_bytes() if path.is_file() else b"").hexdigest()
        declared = declarations_of(module.__name__)
        _kept[named, sha256(raw).hexdigest()] = LoadedModule(
            named.name, shown(path), digest, declared
        )
    return _kept[named, sha256(raw).hexdigest()]


def _read(named: RuleModule) -> bytes:
    try:
        return named.path.read_bytes() if named.path else b""
    except OSError as problem:
        what = f"'{named.name}' cannot be read ({problem.strerror})."
        raise DocumentError(what, source=named.source, advice="Check the file.") from None


def _imported(named: RuleModule) -> ModuleType:
    _make_importable(named)
    try:
        return _from_file(named.path) if named.path else _by_name(named.name)
    # A decorator refused something: the message is ours, the place is the user's.
    except HarnessError as problem:
        raise DocumentError(
            problem.what, source=_place(problem, named), advice=problem.advice
        ) from None
    except SyntaxError as problem:
        path = shown(Path(problem.filename or named.name))
        place = Source(path, problem.lineno or 1, problem.offset or 1)
        raise DocumentError(f"{problem.msg}.", source=place, advice="It is no Python.") from None
    except (Exception, SystemExit) as problem:  # noqa: BLE001 whatever code of the user's raises is his to mend
        what = f"{type(problem).__name__}: {problem}."
        raise DocumentError(
            what, source=_place(problem, named), advice="The rules cannot be loaded."
        ) from None


def _make_importable(named: RuleModule) -> None:
    """Let a module be found beside `harness.yaml`, and what a file imports beside that file."""
    if named.source is None:
        return  # another package brought it
    folder = str(Path(named.path or named.source.path).resolve().parent)
    if folder not in sys.path:
        sys.path.append(folder)  # last: what it holds may not stand in for what others import


def _from_file(path: Path) -> ModuleType:
    # A name that nothing else has: a file may be called as a module of the standard library is.
    name = f"own_rules_{path.stem}_{sha256(str(path.resolve()).encode()).hexdigest()[:8]}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be imported")
    module = module_from_spec(spec)
    # What an earlier reading declared would otherwise stand beside what this one does.
    forget(name)
    sys.modules[name] = module  # dataclasses and pickle look their module up
    spec.loader.exec_module(module)
    return module


def _by_name(name: str) -> ModuleType:
    found = pkgutil.resolve_name(name)
    if not isinstance(found, ModuleType):
        raise ImportError(f"'{name}' is no module")  # noqa: TRY004 as the import of a name that is none
    return found


def _place(problem: BaseException, named: RuleModule) -> Source:
    """Return where in code of the user's something was raised; else where the module is named."""
    file = named.path or _file_of(named.name)
    frames = [each for each in walk(problem.__traceback__) if is_same(each.filename, file)]
    # The module could not be found at all, so its own code has no line to show.
    if not frames:
        return named.source or Source(f"the entry point {GROUP} of {named.name}")
    return Source(shown(Path(frames[-1].filename)), frames[-1].lineno or 1, 1)


def _file_of(name: str) -> Path | None:
    try:
        found = find_spec(name)
    # ValueError: a parent package is a module without `__spec__`.
    except (ImportError, ValueError):
        return None
    return Path(found.origin) if found and found.origin else None


def is_same(file: str, path: Path | None) -> bool:
    """Return whether a frame's file is the one at a path."""
    return path is not None and Path(file).resolve() == path.resolve()


def walk(trace: TracebackType | None) -> Iterator[traceback.FrameSummary]:
    """Yield the frames of a traceback, outermost first."""
    yield from traceback.extract_tb(trace)


def shown(path: Path) -> str:
    """Return a path as messages show it: from here where it lies below."""
    here = Path.cwd().resolve()
    place = path.resolve()
    return place.relative_to(here).as_posix() if place.is_relative_to(here) else str(path)
