"""A cluster is spoken to by mutual TLS alone, and nothing else is taken for an address."""

import sys
from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.session.cluster.address import Cluster, cluster_at
from harness.session.cluster.running import reached

ADDRESS = "tls://scheduler:8786"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path | None]:
    found: dict[str, Path | None] = {}
    for name in ("ca", "cert", "key"):
        (tmp_path / name).write_text("synthetic")
        found[name] = tmp_path / name
    return found


def test_flags_name_the_certificates(files: dict[str, Path | None], tmp_path: Path) -> None:
    cluster = cluster_at(ADDRESS, files, {})

    assert cluster == Cluster(ADDRESS, tmp_path / "ca", tmp_path / "cert", tmp_path / "key")


def test_variables_name_what_no_flag_does(files: dict[str, Path | None], tmp_path: Path) -> None:
    variables = {"HARNESS_CLUSTER_KEY": str(tmp_path / "key"), "HARNESS_CLUSTER_CA": "elsewhere"}

    cluster = cluster_at(ADDRESS, {**files, "key": None}, variables)

    assert (cluster.key, cluster.ca) == (tmp_path / "key", tmp_path / "ca")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        pytest.param("tcp://scheduler:8786", "is not encrypted, and anybody who reaches", id="tcp"),
        pytest.param("ucx://scheduler:8786", "is no address of a cluster", id="other"),
        pytest.param("scheduler:8786", "is no address of a cluster", id="no-scheme"),
        pytest.param("tls://scheduler", "names no port", id="no-port"),
        pytest.param("tls://scheduler:x", "names no port", id="no-number"),
        pytest.param("tls://:8786", "is no address of a cluster", id="no-host"),
        pytest.param("tls://scheduler:8786/x", "is no address of a cluster", id="path"),
    ],
)
def test_what_is_no_address_is_refused(
    files: dict[str, Path | None], address: str, sentence: str
) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        cluster_at(address, files, {})


def test_a_password_in_an_address_is_refused_and_not_shown(
    files: dict[str, Path | None],
) -> None:
    with pytest.raises(ConfigurationError) as told:
        cluster_at("tls://user:hidden@scheduler:8786", files, {})

    assert "hidden" not in str(told.value)


def test_a_certificate_that_is_missing_is_named(files: dict[str, Path | None]) -> None:
    with pytest.raises(ConfigurationError, match="--cluster-cert or HARNESS_CLUSTER_CERT"):
        cluster_at(ADDRESS, {**files, "cert": None}, {})
    with pytest.raises(ConfigurationError, match="--cluster-cert: nowhere is no file"):
        cluster_at(ADDRESS, {**files, "cert": Path("nowhere")}, {})


def test_where_dask_is_not_installed_one_sentence_says_what_to_install(
    files: dict[str, Path | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "harness.session.cluster.dask_workers", raising=False)

    with (
        pytest.raises(ConfigurationError) as told,
        reached(cluster_at(ADDRESS, files, {})),
    ):
        pass

    assert str(told.value) == (
        "--on needs Dask, which is not installed. Run: pip install 'contract-harness[cluster]'."
    )
