"""Keep dental attachments in memory, within a bound on their number and their bytes."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from harness.mock.fault import ActiveFaults
from harness.mock.settings import Limits

PREFIX = "CHC#"
# Twelve digits or 24 hexadecimal ones, with or without a prefix of three letters (D068, C40, C41).
_REFERENCE = re.compile(r"(?:([A-Z]{3})#)?([0-9]{12}|[0-9a-fA-F]{24})")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One document as it was sent."""

    attachment_id: str
    """Twelve digits."""
    control_number: str
    """Twenty-four hexadecimal digits, shared by the files of one call."""
    filename: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Container:
    """The files of one create call; closed from the start."""

    control_number: str
    owner: str
    created: datetime
    files: tuple[StoredFile, ...]

    @property
    def size_bytes(self) -> int:
        return sum(len(file.content) for file in self.files)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is to be stored."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)


class DentalStore:
    """Containers by control number, and files by attachment id; the oldest container goes first."""

    def __init__(self, limits: Limits, faults: ActiveFaults) -> None:
        self._limits = limits
        self._faults = faults
        self._containers: dict[str, Container] = {}
        self._control_number_of: dict[str, str] = {}
        self._size_bytes = 0
        # Starts somewhere: ids of two runs of the mock should not be taken for each other.
        self._last_attachment_id = secrets.randbelow(10**11)

    def __len__(self) -> int:
        return len(self._containers)

    def add(self, owner: str, created: datetime, uploads: tuple[Upload, ...]) -> Container:
        """Store files together under a new control number."""
        number = self._new_control_number()
        files = tuple(
            StoredFile(
                self._new_attachment_id(),
                number,
                upload.filename,
                upload.content_type,
                upload.content,
            )
            for upload in uploads
        )
        container = Container(number, owner, created, files)
        # Only under the fault that reuses numbers: the older container gives way.
        self._drop(number)
        self._containers[number] = container
        self._control_number_of.update({file.attachment_id: number for file in files})
        self._size_bytes += container.size_bytes
        self._make_room()
        return container

    def find(self, reference: str) -> Container | None:
        """Return the container that a control number or an attachment id leads to."""
        bare = bare_id(reference)
        return self._containers.get(self._control_number_of.get(bare, bare))

    def _new_control_number(self) -> str:
        if self._containers and "control-number-reused" in self._faults:
            # Dicts keep their order, so this is the newest one.
            return next(reversed(self._containers))
        return secrets.token_hex(12)

    def _new_attachment_id(self) -> str:
        self._last_attachment_id = (self._last_attachment_id + 1) % 10**12
        return f"{self._last_attachment_id:012}"

    def _make_room(self) -> None:
        # Never the one just stored: its caller is about to be told its ids.
        while len(self._containers) > 1 and (
            len(self._containers) > self._limits.containers
            or self._size_bytes > self._limits.container_bytes
        ):
            self._drop(next(iter(self._containers)))

    def _drop(self, control_number: str) -> None:
        dropped = self._containers.pop(control_number, None)
        if dropped is None:
            return
        self._size_bytes -= dropped.size_bytes
        for file in dropped.files:
            self._control_number_of.pop(file.attachment_id, None)


def is_reference(text: str) -> bool:
    """Return whether a text has the form of an attachment id or a control number."""
    return _REFERENCE.fullmatch(text) is not None


def bare_id(reference: str) -> str:
    """Return a reference without `CHC#` and in lower case; any other prefix is another namespace."""
    return reference.removeprefix(PREFIX).lower()


def files_named(container: Container, references: tuple[str, ...]) -> Iterator[StoredFile]:
    """Yield the files of a container that references lead to, each once, in the container's order."""
    bare = {bare_id(reference) for reference in references}
    # A control number stands for all files of its container (D067).
    is_whole = container.control_number in bare
    return (file for file in container.files if is_whole or file.attachment_id in bare)
