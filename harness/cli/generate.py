"""`harness generate`: print synthetic data, valid or broken in a named way."""

import sys
from pathlib import Path

import click

from harness.cli.console import say, say_data
from harness.config import MOCK_SUBMITTER_ID, MOCK_TAX_ID
from harness.errors import ConfigurationError
from harness.files.adversarial import HOSTILE_FILES
from harness.files.samples import KINDS as FILES
from harness.files.samples import sample
from harness.jsonvalue import compact
from harness.strategies.samples import KINDS, claim_faults, claim_samples, samples


@click.group("generate")
def command() -> None:
    """Print synthetic data: the same for the same seed, never anybody's.

    \b
    Examples:
      harness generate npi --count 3
      harness generate claim --broken npi-checksum
      harness generate file pdf --size 100000 -o sample.pdf
    """


LIST = "list"
_COUNT = click.option(
    "--count", type=click.IntRange(1, 1000), default=1, show_default=True, help="How many."
)
_SEED = click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The seed."
)
_BROKEN = click.option(
    "--broken", default="", metavar="FORM", help="Broken in this way; `list` names the ways."
)


@command.command("npi")
@_COUNT
@_SEED
@_BROKEN
def npi(*, count: int, seed: int, broken: str) -> None:
    """Print National Provider Identifiers.

    \b
    Examples:
      harness generate npi --count 3
      harness generate npi --broken checksum
    """
    _print("npi", broken, count, seed)


@command.command("tooth")
@_COUNT
@_SEED
@_BROKEN
def tooth(*, count: int, seed: int, broken: str) -> None:
    """Print tooth numbers of the Universal system.

    \b
    Example:
      harness generate tooth --count 5
    """
    _print("tooth", broken, count, seed)


@command.command("procedure")
@_COUNT
@_SEED
@_BROKEN
def procedure(*, count: int, seed: int, broken: str) -> None:
    """Print procedure codes in the form of CDT.

    \b
    Example:
      harness generate procedure --broken too-long
    """
    _print("procedure", broken, count, seed)


@command.command("claim")
@_COUNT
@_SEED
@_BROKEN
def claim(*, count: int, seed: int, broken: str) -> None:
    """Print whole dental claims as JSON, one a line.

    \b
    Examples:
      harness generate claim
      harness generate claim --broken list
    """
    if broken == LIST:
        _list(claim_faults())
        return
    found = claim_samples(
        submitter_id=MOCK_SUBMITTER_ID,
        tax_id=MOCK_TAX_ID,
        broken=broken,
        count=count,
        of_seed=seed,
    )
    _list(tuple(compact(value) for value in found))


@command.command("file")
@click.argument("kind", type=click.Choice([*FILES, *(each.name for each in HOSTILE_FILES)]))
@click.option("--size", type=click.IntRange(1, 50_000_000), help="Exact size in bytes.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Where to write it; standard output otherwise.",
)
def file(*, kind: str, size: int | None, output: Path | None) -> None:
    """Write a minimal valid file of a type, or an adversarial one.

    \b
    Examples:
      harness generate file dicom -o image.dcm
      harness generate file pdf --size 1000000 > large.pdf
    """
    hostile = {each.name: each for each in HOSTILE_FILES}
    if size is not None and kind in hostile:
        raise ConfigurationError(
            f"--size has no effect on {kind}, which has the size that makes it hostile.",
            advice="Leave it out.",
        )
    content = hostile[kind].build() if kind in hostile else sample(kind, size_bytes=size)
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(content)
        say(f"{output}: {len(content):,} bytes")


@command.command("x12")
@click.argument("kind", type=click.Choice(["inquiry", "submission"]))
@_COUNT
@_SEED
def x12(*, kind: str, count: int, seed: int) -> None:
    """Print X12 278 requests, one a line.

    \b
    Example:
      harness generate x12 inquiry
    """
    _list(samples(f"x12 {kind}", count=count, of_seed=seed))


def _print(kind: str, broken: str, count: int, seed: int) -> None:
    if broken == LIST:
        _list(tuple(KINDS[kind].broken))
        return
    _list(samples(kind, broken=broken, count=count, of_seed=seed))


def _list(values: tuple[str, ...]) -> None:
    for value in values:
        say_data(value)
