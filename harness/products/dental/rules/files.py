"""Promises on files: declared types, unlisted types, odd names, and content meant to do harm."""

from functools import cache

from harness.codes.media_types import ANY_BINARY, MediaType, media_type_named, media_type_of_kind
from harness.files.adversarial import HOSTILE_FILES, HOSTILE_NAMES, HostileFile, HostileName
from harness.files.samples import KINDS, sample
from harness.files.upload import Upload
from harness.jsonvalue import lookup, text
from harness.openapi.model import Api
from harness.openapi.requirements import Strength
from harness.products.dental.rules.answers import acceptance, holds_files, refusal
from harness.products.dental.rules.requests import (
    CREATIONS,
    REFUSES,
    WRITES,
    Creation,
    claim,
    create,
    created,
    search,
    uploads,
)
from harness.products.dental.rules.search import prefixed, round_trip
from harness.rules.checks import check
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target

_KEPT_NAMES = ("composed", "decomposed", "emoji", "apostrophe", "255-bytes", "no-extension")
"""Odd names that nothing forbids: they come back as they were sent (D022)."""


def rules(api: Api) -> tuple[AnyRule, ...]:
    """Return the rules on files; the declared types are those of the loaded document."""
    return (
        *(_declared(name, by) for by in CREATIONS for name in _listed_types(api, by)),
        *(_unlisted(*each, by) for by in CREATIONS for each in _UNLISTED),
        *(
            _kept_name(hostile_name)
            for hostile_name in HOSTILE_NAMES
            if hostile_name.rule in _KEPT_NAMES
        ),
        *(
            _hostile_name(hostile_name)
            for hostile_name in HOSTILE_NAMES
            if hostile_name.rule not in _KEPT_NAMES
        ),
        *(_hostile_file(hostile_file) for hostile_file in HOSTILE_FILES),
        _same_name_twice(),
        _large(),
    )


def _listed_types(api: Api, by: Creation) -> tuple[str, ...]:
    """Return the media types that a document lists for the parts with files."""
    operation = api.operation(by.operation_id)
    encoding = operation.body[0].encoding if operation and operation.body else {}
    listed = text(lookup(encoding, "/files/contentType"))
    return tuple(part.strip() for part in listed.split(",") if part.strip())


def _declared(name: str, by: Creation) -> AnyRule:
    known = media_type_named(name)
    # A type that the document lists and we do not know is sent with a content that is surely taken.
    kind = known or media_type_of_kind("pdf")

    def verify(target: Target, _: object) -> Checks:
        sent = claim(target.environment)
        upload = Upload(f"harness-01{kind.extensions[0]}", name, sample(kind.kind))
        return acceptance(created(create(target, sent, (upload,), by)), 1, sent)

    return Rule(
        f"dental/{by.group}/declared-{name.replace('/', '-').replace('+', '-')}",
        f"a file declared as {name} is accepted",
        ("D022",),
        verify,
        # A DICOM image in its JSON or XML form is another file than the one sent here.
        strength=Strength.OBSERVE if name.endswith(("+json", "+xml")) else Strength.SHALL,
        needs=WRITES,
    )


_UNLISTED = (
    # The first bytes decide: the signatures of DOS programs, ZIP archives and MP4 films.
    ("exe", "harness.exe", ANY_BINARY, b"MZ" + bytes(62)),
    ("exe-as-pdf", "harness.pdf", "application/pdf", b"MZ" + bytes(62)),
    ("zip", "harness.zip", "application/zip", b"PK\x05\x06" + bytes(18)),
    ("html", "harness.html", "text/html", b"<!doctype html><title>harness</title>"),
    ("mp4", "harness.mp4", "video/mp4", b"\0\0\0\x18ftypmp42" + bytes(12)),
    ("png-as-pdf", "harness.pdf", "application/pdf", sample("png")),
    ("pdf-as-png", "harness.png", "image/png", sample("pdf")),
    ("text-as-dicom", "harness.dcm", "application/dicom", sample("txt")),
)


def _unlisted(name: str, file_name: str, media_type: str, content: bytes, by: Creation) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = claim(target.environment)
        upload = Upload(file_name, media_type, content)
        return refusal(create(target, sent, (upload,), by), (), sent)

    return Rule(
        f"dental/{by.group}/unlisted-{name}",
        f"a file of a type that is not listed is refused ({name})",
        ("D036",),
        verify,
        # That other types are refused is nowhere stated, only which ones are supported (D036).
        strength=Strength.OBSERVE,
        needs=REFUSES,
    )


def _kept_name(name: HostileName) -> AnyRule:
    file = _named(name.file_name)
    return Rule(
        f"dental/create/file-name-{name.rule}",
        f"a file name comes back as it was: {name.description}",
        ("D022", "D070"),
        lambda target, _: round_trip(target, (file,), prefixed),
        needs=WRITES,
    )


def _named(file_name: str) -> Upload:
    kind: MediaType = media_type_of_kind("png" if file_name.endswith(".png") else "pdf")
    return Upload(file_name, kind.canonical, sample(kind.kind))


def _hostile_name(name: HostileName) -> AnyRule:
    file = _named(name.file_name)
    return Rule(
        f"dental/create/file-name-{name.rule}",
        f"a file name is refused or does no harm: {name.description}",
        ("D022",),
        lambda target, _: _refused_or_kept(target, file),
        needs=WRITES,
    )


def _hostile_file(hostile: HostileFile) -> AnyRule:
    return Rule(
        f"dental/create/hostile-{hostile.name}",
        f"a hostile file is refused or comes back untouched: {hostile.description}",
        ("D060", "D062"),
        lambda target, _: _refused_or_kept(target, _hostile_upload(hostile.name)),
        needs=WRITES,
    )


# Some of them take a while to build, so each is built once.
@cache
def _hostile_upload(name: str) -> Upload:
    hostile = next(hostile_file for hostile_file in HOSTILE_FILES if hostile_file.name == name)
    # The name of a hostile file says which format it pretends to be.
    kind = media_type_of_kind(next((candidate for candidate in KINDS if candidate in name), "pdf"))
    return Upload(f"harness{kind.extensions[0]}", kind.canonical, hostile.build())


def _refused_or_kept(target: Target, file: Upload) -> Checks:
    """Send what may be refused: never a crash, and what was accepted comes back byte for byte."""
    sent = claim(target.environment)
    made = created(create(target, sent, (file,)))
    answered = made.answered
    if answered.response.status >= 400:
        yield from refusal(answered, (), sent)
        return
    yield from acceptance(made, 1, sent)
    wanted = made.by_id((file,))
    found = search(target, made.attachment_ids)
    yield from holds_files(found, made, wanted, are_names_kept=False)
    # Some names hold a line end and this header, which must not become a header of its own.
    injected = found.response.header("x-injected")
    yield check("header.injected", found, "absent", injected or "absent", holds=not injected)


def _same_name_twice() -> AnyRule:
    first, second = uploads(2)
    same_name = (first, Upload(first.file_name, second.media_type, second.content))
    return Rule(
        "dental/create/same-name-twice",
        "two files of one name are two files",
        ("D022", "D072"),
        lambda target, _: round_trip(target, same_name, prefixed),
        needs=WRITES,
    )


def _large() -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        # A few megabytes are what the guide advises (A045); more would load a sandbox (P007).
        large = Upload("harness-large.pdf", "application/pdf", sample("pdf", size_bytes=3_000_000))
        return round_trip(target, (large,), prefixed)

    title = "a file of three megabytes comes back byte for byte"
    case = "dental/create/large-file"
    return Rule(case, title, ("D062",), verify, strength=Strength.SHOULD, needs=WRITES)
