"""Say where the files of a document stand, and which of them it may refer to."""

import os
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit, urlunsplit

from harness.errors import DocumentError, ForbiddenTarget
from harness.hosts import host_in, host_of
from harness.reading import is_file, resolved
from harness.source import Source

_TYPES = (".yaml", ".yml", ".json")


def is_url(location: str) -> bool:
    """Return whether a place is a web address and no path."""
    return location.startswith(("https://", "http://"))


def without_secrets(location: str) -> str:
    """Return a URL without user, password and query, which may hold secrets; a path as it is."""
    if not is_url(location):
        return location
    parts = urlsplit(location)
    # What stands before the last @ is user and password (RFC 3986, 3.2.1).
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a document may refer to: files below its own folder, and the hosts that are allowed."""

    document: str
    """The path or URL of the document itself."""
    hosts: frozenset[str] = frozenset()
    """Besides the document's own."""
    root: str = ""
    """The folder below which YAML and JSON files may lie; empty: only the document's own folder."""
    is_noting: bool = False
    """Whether what may not be followed is noted and left alone, as a lint lists it; else it is refused."""

    def target(self, base: str, reference: str, source: Source) -> tuple[str, str]:
        """Return the location and pointer that a reference in the file `base` means.

        Raises DocumentError or ForbiddenTarget where it may not be followed.
        """
        try:
            address, fragment = urldefrag(reference)
            if not address:
                # A fragment alone refers to the file that it stands in.
                return base, unquote(fragment)
            # `file:`, `data:` and whatever else urllib knows could reach what no document should.
            scheme = urlsplit(address).scheme
            if scheme not in ("", "http", "https"):
                raise _refused(reference, "which no document may.", source)
            found = urljoin(base, address) if scheme or is_url(base) else self._path(base, address)
            if is_url(found):
                self._check_host(base, found, source)
            # However its path is spelled, the document is itself and not a second file.
            elif found == os.path.normpath(self.document):
                found = self.document
            else:
                self._check_file(found, reference, source)
        except (ValueError, OSError):  # not even an address, as urllib or the disk sees it
            raise _refused(reference, "which is no address.", source) from None
        return found, unquote(fragment)

    @staticmethod
    def _path(base: str, address: str) -> str:
        return os.path.normpath(Path(base).parent / unquote(address))

    def _check_host(self, base: str, url: str, source: Source) -> None:
        # Only hosts that the user named are asked: a document must not send us anywhere else.
        host = host_of(url)
        own = host_of(self.document) if is_url(self.document) else None
        if not host or (host != own and host not in map(host_in, self.hosts)):
            raise ForbiddenTarget(
                f"refers to {without_secrets(url)}, on a host that is not allowed.",
                source=source,
                advice=(
                    "No API describes itself there (RFC 3927): clouds keep their machines' secrets at it."
                    if _is_link_local(host)
                    else f"Add --allow-host {host} if you trust it."
                ),
            )
        # What came over TLS must not rest on what anyone on the way could have changed.
        if base.startswith("https:") and not url.startswith("https:"):
            raise ForbiddenTarget(
                f"refers from https to {without_secrets(url)}.",
                source=source,
                advice="Use https there too, or download the files and import those.",
            )

    def _check_file(self, path: str, reference: str, source: Source) -> None:
        # Links are followed first: one within the folder may lead out of it.
        folder = Path(self.document).resolve().parent
        place = resolved(Path(path))
        # Beyond the document's folder only YAML and JSON, so that no key or note is read.
        is_in_root = bool(self.root) and place.is_relative_to(self.root) and place.suffix in _TYPES
        if not (place.is_relative_to(folder) or is_in_root):
            what = f"which is outside the document's folder {folder}."
            advice = "Put all its files below one folder, and the document at the top of it."
            raise _refused(reference, what, source, advice)


def _is_link_local(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_link_local
    except ValueError:
        return False


def project_root(document: Path) -> str:
    """Return the working directory where a document lies below it; a home or a whole disk is no project.

    A document may lie deeper than what it shares with others (`spec/api.yaml`, `common/error.yaml`).
    """
    here = Path.cwd().resolve()
    is_project = here not in (Path.home(), Path(here.anchor))
    return str(here) if is_project and document.resolve().is_relative_to(here) else ""


def check_file(path: str, reference: str, source: Source) -> None:
    """Refuse a reference to a file that is not there. Raises DocumentError."""
    if not is_file(Path(path)):
        what = f"but there is no file {path[:200]}."
        raise _refused(reference, what, source, "Put the file there, or mend the reference.")


def _refused(
    reference: str, what: str, source: Source, advice: str = "Give a path or an https address."
) -> DocumentError:
    return DocumentError(f"refers to '{reference[:120]}', {what}", source=source, advice=advice)
