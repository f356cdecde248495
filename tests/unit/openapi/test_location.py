"""What a document on disk may refer to: its own folder and what is below it."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import DocumentError, ForbiddenTarget
from harness.openapi.location import Bounds, check_file, project_root
from harness.source import Source

HERE = Source("api/a.yaml", 6, 15)


@pytest.fixture
def bounds(tmp_path: Path) -> Bounds:
    (tmp_path / "api" / "schemas").mkdir(parents=True)
    for name in ("api/a.yaml", "api/schemas/x y.yaml", "secret.yaml"):
        (tmp_path / name).write_text("A: {}")
    (tmp_path / "api" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    return Bounds(str(tmp_path / "api" / "a.yaml"), frozenset({"vendor.example"}))


def refusal(bounds: Bounds, reference: str) -> str:
    with pytest.raises(DocumentError) as caught:
        bounds.target(bounds.document, reference, HERE)
    return str(caught.value)


def test_a_path_is_relative_to_the_file_that_has_it(bounds: Bounds) -> None:
    folder = Path(bounds.document).parent

    location, pointer = bounds.target(bounds.document, "./schemas/x%20y.yaml#/A~1b%20c", HERE)

    assert (location, pointer) == (str(folder / "schemas" / "x y.yaml"), "/A~1b c")
    assert bounds.target(location, "../a.yaml", HERE) == (bounds.document, "")
    assert bounds.target(location, "#/A", HERE) == (location, "/A")


@pytest.mark.parametrize("reference", ["../secret.yaml", "schemas/../../secret.yaml", "link.yaml"])
def test_a_file_outside_the_folder_is_refused(bounds: Bounds, reference: str) -> None:
    folder = Path(bounds.document).parent

    assert refusal(bounds, reference) == (
        f"api/a.yaml:6:15: refers to '{reference}', which is outside the document's folder {folder}. "
        "Put all its files below one folder, and the document at the top of it."
    )


def test_a_file_that_is_not_there_is_told(bounds: Bounds) -> None:
    folder = Path(bounds.document).parent

    location, _ = bounds.target(bounds.document, "schemas/no.yaml#/A", HERE)

    with pytest.raises(DocumentError) as caught:
        check_file(location, "schemas/no.yaml#/A", HERE)

    assert str(caught.value) == (
        f"api/a.yaml:6:15: refers to 'schemas/no.yaml#/A', but there is no file {folder}/schemas/no.yaml. "
        "Put the file there, or mend the reference."
    )


@pytest.mark.parametrize("reference", ["\0", "x" * 5000, "/etc/hostname", "C:/x.yaml", "data:,A"])
def test_what_is_no_place_for_a_file_is_refused(bounds: Bounds, reference: str) -> None:
    with pytest.raises(DocumentError) as caught:
        check_file(bounds.target(bounds.document, reference, HERE)[0], reference, HERE)

    assert str(caught.value).startswith("api/a.yaml:6:15: refers to '")


def test_a_document_on_disk_reaches_only_the_hosts_that_were_named(bounds: Bounds) -> None:
    named = bounds.target(bounds.document, "https://Vendor.example/x.json#/A", HERE)

    assert named == ("https://Vendor.example/x.json", "/A")
    with pytest.raises(ForbiddenTarget, match=r"Add --allow-host elsewhere\.example"):
        bounds.target(named[0], "//elsewhere.example/x.json", HERE)


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]"])
def test_nobody_is_advised_to_allow_an_address_of_the_own_link(bounds: Bounds, host: str) -> None:
    with pytest.raises(ForbiddenTarget, match=r"No API describes itself there") as caught:
        bounds.target(bounds.document, f"http://{host}/x.json", HERE)

    assert "--allow-host" not in str(caught.value)


def test_a_document_in_a_project_may_share_files_with_others(
    bounds: Bounds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.txt").write_text("A: {}")
    monkeypatch.chdir(tmp_path)
    inside = replace(bounds, root=project_root(Path(bounds.document)))

    assert inside.target(inside.document, "../secret.yaml#/A", HERE)[1] == "/A"
    assert "outside the document's folder" in refusal(inside, "../secret.txt")
    assert "outside the document's folder" in refusal(inside, "../../other.yaml")


def test_a_document_elsewhere_is_in_no_project(bounds: Bounds) -> None:
    assert project_root(Path(bounds.document)) == ""
