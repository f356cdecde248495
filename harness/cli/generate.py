"""`harness generate`: print synthetic data, valid or broken in a named way."""

import sys
from pathlib import Path

import click

from harness.cli.console import say, say_data
from harness.errors import ConfigurationError
from harness.files.adversarial import HOSTILE_FILES
from harness.files.samples import KINDS as FILES
from harness.files.samples import sample
from harness.products.registry import installed
from harness.products.samples import AnyKind, kinds


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
_COUNT = click.Option(
    ["--count"], type=click.IntRange(1, 1000), default=1, show_default=True, help="How many."
)
_SEED = click.Option(
    ["--seed"], type=click.IntRange(min=0), default=1, show_default=True, help="The seed."
)
_BROKEN = click.Option(
    ["--broken"], default="", metavar="FORM", help="Broken in this way; `list` names the ways."
)


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
        # Bytes, which `say` would take for text.
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(content)
        say(f"{output}: {len(content):,} bytes")


def _add(words: str, kind: AnyKind) -> None:
    """Add the command of a kind; a name of two words is a command of a group."""
    *groups, name = words.split()
    place = command
    for each in groups:
        inner = place.commands.get(each)
        if not isinstance(inner, click.Group):
            inner = click.Group(each, help=f"Print data of the kind {each}.")
            place.add_command(inner)
        place = inner
    place.add_command(_command_of(name, kind))


def _command_of(name: str, kind: AnyKind) -> click.Command:
    def run(*, count: int, seed: int, broken: str = "") -> None:
        if broken == LIST:
            _print(kind.ways())
            return
        _print(kind.samples(broken=broken, count=count, of_seed=seed))

    examples = "".join(f"\n  harness generate {each}" for each in kind.examples)
    return click.Command(
        name,
        params=[_COUNT, _SEED, *([_BROKEN] if kind.is_breakable else [])],
        callback=run,
        help=f"Print {kind.title}.\n\n\b\nExamples:{examples}",
    )


def _print(values: tuple[str, ...]) -> None:
    for value in values:
        say_data(value)


# At import, so that --help lists them.
for _words, _kind in kinds(installed()).items():
    _add(_words, _kind)
