"""Say which formats of the documents were checked, and which only warn."""

from harness.events import DocumentUsed
from harness.report.wording import one_line

_ASKED = {
    "all": " (x-formats or --formats asked for all)",
    "none": " (x-formats or --formats asked for none)",
}


def told_formats(document: DocumentUsed) -> str:
    """Return one sentence on the formats that a document names; empty where it names none."""
    parts = (
        (document.formats_asserting, "a breach fails"),
        (document.formats_warning, "a breach only warns"),
        (document.formats_unchecked, "not checked"),
    )
    told = "; ".join(f"{what}: {', '.join(names)}" for names, what in parts if names)
    if not told:
        return ""
    return one_line(f"Formats{_ASKED.get(document.formats, '')}, {told}.", 1_000)
