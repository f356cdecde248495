"""`harness verify`: check a certificate offline."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from harness.cli.console import say
from harness.jsonvalue import Json, items, members, number, text
from harness.session.certify.keys import TrustedKey, load_trusted
from harness.session.certify.verify import Verified, verify
from harness.session.clock import real_time
from harness.settings_file import trusted_keys
from harness.verdict.scope import CLIENT

_PATH = click.Path(path_type=Path)
_SEEN = ("observed", "attested")
_UNSEEN = ("not_observable", "not_observed")


@click.command("verify")
@click.argument("bundle", type=_PATH)
@click.option(
    "--trust",
    "trust_files",
    multiple=True,
    type=_PATH,
    metavar="FILE",
    help="Public keys in PEM, each below its owner's name; may be given again. Without it, those of "
    "`trusted_keys` in harness.yaml.",
)
def command(*, bundle: Path, trust_files: tuple[Path, ...]) -> None:
    """Check a certificate bundle, a folder or a zip, without any network.

    What it says of itself is printed from the signed statement alone. Exit code 0: all of it holds.
    1: something does not hold, or it is no conformant run. 2: it is no bundle.

    \b
    Examples:
      harness verify certificate.zip
      harness verify certificate/ --trust issuers.pem
    """
    trusted = _trusted(trust_files)
    verified = verify(bundle, now=real_time().now(), trusted=trusted)
    for line in verified.lines:
        say(f"{'ok ' if line.holds else 'BAD'}  {line.name:<10} {line.says}")
    for row in _claims(verified):
        say(row)
    say(_last_line(verified))
    sys.exit(0 if verified.holds else 1)


def _trusted(files: tuple[Path, ...]) -> tuple[TrustedKey, ...]:
    # Keys that the command names stand in the place of those in the settings.
    chosen = files or trusted_keys(Path.cwd())
    return tuple(key for path in chosen for key in load_trusted(path))


def _claims(verified: Verified) -> Iterator[str]:
    """Yield what the signed statement says; nothing of it is printed where no signature vouches for it."""
    claims = verified.claims
    if not claims:
        yield "     what it says of itself is not printed: no good signature vouches for it"
        return
    subject, scope = members(claims.get("subject")), members(claims.get("scope"))
    role = text(subject.get("role"))
    products = ", ".join(text(each) for each in items(scope.get("products")))
    mock = ", the mock that ships with the program" if scope.get("is_mock") is True else ""
    is_client = scope.get("role") == CLIENT
    rows = (
        ("kind", text(claims.get("kind")).upper()),
        ("verdict", f"{text(claims.get('verdict'))}: {text(claims.get('reason'))}"),
        ("subject", f"{verified.title}{f' ({role})' if role else ''}"),
        ("scope", f"{products}: {_of(scope, 'cases')} cases ({text(scope.get('selection'))})"),
        *(
            _of_client(members(claims.get("judged")))
            if is_client
            else (
                ("target", f"{text(scope.get('target'))} at {text(scope.get('base_url'))}{mock}"),
            )
        ),
        ("profile", text(claims.get("profile"))),
        ("tested", f"{_of(scope, 'requirements')} requirements"),
        ("issuer", text(claims.get("issuer"))),
        ("key", text(claims.get("signed_by"))),
        ("serial", text(claims.get("serial"))),
        ("dates", _dates(claims)),
    )
    yield from (f"     {name:<10} {_plain(value)}" for name, value in rows)


def _of_client(judged: Mapping[str, Json]) -> tuple[tuple[str, str], ...]:
    """Return what was judged, by whom, and what nobody could observe."""
    counts = {name: len(items(judged.get(name))) for name in (*_SEEN, *_UNSEEN)}
    seen = ", ".join(f"{counts[name]} {name}" for name in _SEEN)
    unseen = ", ".join(f"{counts[name]} {name.replace('_', ' ')}" for name in _UNSEEN)
    return (
        ("judged", f"a client, by {text(judged.get('judge'))}"),
        ("evidence", f"requirements: {seen}, {unseen}"),
    )


def _of(scope: dict[str, object] | object, name: str) -> str:
    counts = members(scope)
    # The totals have names of one form, the parts have not.
    part = counts.get("cases" if name == "cases" else "requirements_tested")
    return f"{number(part):,.0f} of {number(counts.get(f'{name}_total')):,.0f}"


def _dates(certificate: object) -> str:
    claims = members(certificate)
    run, issued, last = (text(claims.get(name))[:10] for name in ("started", "issued", "expires"))
    return f"tested {run}, issued {issued}, holds until {last}"


def _plain(value: str) -> str:
    """Return text of a stranger's file as one line that cannot steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in value)[:500]


def _last_line(verified: Verified) -> str:
    bad = ", ".join(line.name for line in verified.lines if not line.holds)
    title = _plain(verified.title)
    if bad:
        return f"INVALID: {title}: {bad}"
    signer = (
        f"signed by {_plain(verified.signer)}, whom you trust"
        if verified.signer
        else "the signer is not known; --trust KEY says whose key you believe"
    )
    if verified.is_specimen:
        return (
            f"SPECIMEN: {title}: made against the mock that ships with the program, it certifies "
            f"nothing; {signer}"
        )
    return f"VALID: {title}; {signer}"
