"""Find the documents again that an earlier run tested in place of the installed products."""

from pathlib import Path

from harness.errors import ConfigurationError
from harness.events import RunStarted
from harness.product import PLATFORM
from harness.products.registry import installed
from harness.resources import shipped


def recorded_specs(run: RunStarted) -> tuple[Path, ...]:
    """Return the documents that a run tested in place of the installed products; none where it did not.

    Raises ConfigurationError where one is not there any more.
    """
    # Whatever else is tested is bound by the set that all installed products share.
    if not run.sets or any(each.name == PLATFORM for each in run.sets):
        return ()
    named = [each for each in run.documents if each.api in run.apis]
    found = {each.api: _place(each.path) for each in named}
    missing = [name for name, path in found.items() if not path.is_file()]
    if set(missing) & set(installed().names):
        return ()
    for name in missing:
        raise ConfigurationError(
            f"{found[name]} is not there any more.", advice="Bring the document of the run back."
        )
    return tuple(found.values())


def _place(path: str) -> Path:
    """Return where a document of a record lies; one that ships is named without its folder."""
    return Path(path) if Path(path).is_file() else shipped("specs").parent / path
