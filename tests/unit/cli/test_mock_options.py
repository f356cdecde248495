from pathlib import Path

from harness.cli.mock import Behaviour, command, settings_from
from harness.mock.credentials import load_clients
from harness.mock.settings import CLIENTS, Rate
from tests.products import FRAME, PRODUCTS

PLAIN = Behaviour(
    faults=(),
    tolerances=(),
    latency=0,
    rate_limit=None,
    clock="+0",
    strict=True,
    credentials=None,
)


def test_no_flags_are_the_mock_as_it_is() -> None:
    settings = settings_from(PLAIN)

    assert settings.clients == CLIENTS
    assert settings.rate is None
    assert settings.canned == frozenset()


def test_each_flag_becomes_a_setting() -> None:
    settings = settings_from(
        Behaviour(
            faults=("health-down",),
            tolerances=("busy-once",),
            latency=250,
            rate_limit="5/m",
            clock="+60",
            strict=False,
            credentials=None,
        )
    )

    assert settings.faults == {"health-down"}
    assert settings.tolerances == {"busy-once"}
    assert settings.latency_seconds == 0.25
    assert settings.rate == Rate(5, 60)
    assert settings.clock_ahead_seconds == 60
    assert settings.canned == set(PRODUCTS.names)


def test_the_credentials_file_of_the_help_can_be_pasted(tmp_path: Path) -> None:
    text = (command.help or "").partition("clients:\n")[2]
    path = tmp_path / "clients.yaml"
    path.write_text(f"clients:\n{text}", encoding="utf-8")

    (clinic,) = load_clients(path, FRAME)

    assert (clinic.client_id, clinic.organisation) == ("clinic", "north")
    assert clinic.roles == {"provider"}
    assert clinic.products == {"dental", "medical"}
    assert clinic.rate == Rate(5)
