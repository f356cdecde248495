"""`harness verify`: check a certificate offline."""

import sys
from pathlib import Path

import click

from harness.cli.console import say
from harness.session.certify.keys import load_public
from harness.session.certify.verify import verify
from harness.session.clock import real_time

_PATH = click.Path(path_type=Path)


@click.command("verify")
@click.argument("bundle", type=_PATH)
@click.option("--key", type=_PATH, help="The public key, in PEM, that must have signed it.")
def command(*, bundle: Path, key: Path | None) -> None:
    """Check a certificate bundle, a folder or a zip, without any network.

    Exit code 0: all of it holds and it certifies. 1: something does not hold. 2: it is no bundle.

    \b
    Examples:
      harness verify certificate.zip
      harness verify certificate/ --key their-public-key.pem
    """
    trusted = load_public(key) if key else None
    found = verify(bundle, now=real_time().now(), trusted=trusted)
    for line in found.lines:
        say(f"{'ok ' if line.holds else 'BAD'}  {line.name:<10} {line.says}")
    if found.holds:
        say(f"VALID: {found.title}")
        return
    bad = ", ".join(line.name for line in found.lines if not line.holds)
    say(f"INVALID: {found.title}: {bad}")
    sys.exit(1)
