import unicodedata

from harness.files.adversarial import HOSTILE_NAMES, NFC_NAME, NFD_NAME, hostile_name


def test_every_name_breaks_a_rule_of_its_own() -> None:
    assert len({each.rule for each in HOSTILE_NAMES}) == len(HOSTILE_NAMES) == 28
    assert len({each.file_name for each in HOSTILE_NAMES}) == 28


def test_twins_differ_in_their_normal_form_only() -> None:
    assert NFC_NAME != NFD_NAME
    assert unicodedata.normalize("NFC", NFD_NAME) == NFC_NAME


def test_long_names_have_the_length_they_claim() -> None:
    lengths = {each.rule: len(each.file_name.encode()) for each in HOSTILE_NAMES}

    assert (lengths["255-bytes"], lengths["256-bytes"]) == (255, 256)
    assert lengths["255-characters"] == 506


def test_a_name_is_found_by_its_rule() -> None:
    reserved = hostile_name("reserved")

    assert reserved is not None
    assert reserved.file_name == "CON.pdf"
    assert hostile_name("harmless") is None
