"""List file names that break careless storage, headers or screens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HostileName:
    """A file name and what is hostile about it."""

    rule: str
    file_name: str
    description: str


NFC_NAME = "r\u00f6ntgen.pdf"
"""One composed character."""

NFD_NAME = "ro\u0308ntgen.pdf"
"""The same to the eye, with a combining diaeresis."""

HOSTILE_NAMES = (
    HostileName("empty", "", "no name"),
    HostileName("dot", ".", "the folder itself"),
    HostileName("dot-dot", "..", "the folder above"),
    HostileName("space", " ", "a single space"),
    HostileName("no-extension", "xray", "nothing announces the type"),
    HostileName("traversal", "../../etc/passwd.pdf", "leads out of the folder"),
    HostileName("traversal-backslash", "..\\..\\windows\\x.pdf", "leads out, Windows style"),
    HostileName("traversal-encoded", "..%2f..%2fx.pdf", "leads out once decoded"),
    HostileName("absolute", "/srv/x.pdf", "names a place of its own"),
    HostileName("right-to-left", "xray_\u202efdp.exe", "shows as xray_exe.pdf"),
    HostileName("composed", NFC_NAME, "differs from its twin in bytes only"),
    HostileName("decomposed", NFD_NAME, "differs from its twin in bytes only"),
    HostileName("emoji", "\U0001f9b7.png", "lies outside the basic plane"),
    HostileName("255-bytes", "a" * 251 + ".pdf", "the most that common file systems take"),
    HostileName("256-bytes", "a" * 252 + ".pdf", "one more than file systems take"),
    HostileName("255-characters", "\u00e9" * 251 + ".pdf", "255 characters in 506 bytes"),
    HostileName("nul", "xray\0.pdf", "ends early in C"),
    HostileName("line-break", "xray\r\nX-Injected: 1.pdf", "starts a header of its own"),
    HostileName("tab", "xray\t1.pdf", "a control character"),
    HostileName("quote", 'xray"1".pdf', "ends a quoted parameter early"),
    HostileName("apostrophe", "o'sample.pdf", "ends a quoted SQL string early"),
    HostileName("semicolon", "xray;1.pdf", "starts a header parameter of its own"),
    HostileName("backslash", "xray\\1.pdf", "escapes in a quoted parameter"),
    HostileName("reserved", "CON.pdf", "a device on Windows"),
    HostileName("double-extension", "xray.pdf.exe", "runs although it looks like a document"),
    HostileName("hidden", ".pdf", "an extension and nothing else"),
    HostileName("trailing-dot", "xray.pdf.", "Windows drops the dot"),
    HostileName("markup", "<img src=x>.pdf", "becomes part of a page that shows it"),
)


def hostile_name(rule: str) -> HostileName | None:
    """Return the name that breaks a rule."""
    return next((hostile_name for hostile_name in HOSTILE_NAMES if hostile_name.rule == rule), None)
