"""`harness judge serve`: judge a client by hand, with a page."""

from pathlib import Path

import click

from harness.cli.console import say
from harness.cli.judge import PRODUCT, REPORTS, SCENARIO, SEED
from harness.cli.options import size_option
from harness.config import Overrides
from harness.errors import ConfigurationError
from harness.products.registry import installed
from harness.session.clock import real_time
from harness.session.judge.products import judged_products, selected
from harness.session.judge.serve.serve import Ready, ServeOptions, serve_judge
from harness.session.judge.serve.state import Subject
from harness.settings import load


@click.command("serve")
@click.option("--partner", required=True, help="Whose client is judged.")
@click.option("--product", required=True, help="Which client is judged.")
@click.option("--version", "version", default="", help="Which version of it.")
@PRODUCT
@SCENARIO
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8070,
    show_default=True,
    help="0 takes a free one, another at each start.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--tls", is_flag=True, help="Serve HTTPS with a certificate made for this start.")
@click.option(
    "--open",
    "is_open",
    is_flag=True,
    help="Let other machines in: with --tls, and an access code for each browser.",
)
@click.option("--new", "is_new", is_flag=True, help="Open a new session in place of going on.")
@SEED
@REPORTS
@size_option
def serve(
    *,
    partner: str,
    product: str,
    version: str,
    products: tuple[str, ...],
    only: tuple[str, ...],
    port: int,
    host: str,
    tls: bool,
    is_open: bool,
    is_new: bool,
    seed: int,
    reports: Path | None,
) -> None:
    """Judge a client by hand, with a page that says what to do; SIGTERM or Ctrl-C ends it.

    Sessions that were not finished are taken up again at the next start.

    \b
    Examples:
      harness judge serve --partner 'Sample Vendor' --product Uploader
      harness judge serve --partner P --product X --api dental --port 0 --tls
    """
    # click takes an empty text for a value.
    for name, value in (("--partner", partner), ("--product", product)):
        if not value.strip():
            raise ConfigurationError(f"{name} is empty.", advice="Say who or what is judged.")
    settings = load(Overrides(seed=seed, reports=reports), folder=Path.cwd(), products=installed())
    whole = judged_products(products)
    options = ServeOptions(
        subject=Subject(partner.strip(), product.strip(), version.strip()),
        products=selected(whole, only),
        scenarios_total=sum(len(each.scenarios) for each in whole),
        selection=",".join(only),
        port=port,
        host=host,
        tls=tls,
        is_open=is_open,
        is_new=is_new,
    )
    serve_judge(
        settings,
        options,
        time=real_time(),
        ready=_say_ready,
        announce=lambda code: say(
            f"access code for the next browser: {code[:4]}-{code[4:8]}-{code[8:]}"
        ),
    )


def _say_ready(ready: Ready) -> None:
    for each in ready.problems:
        say(f"warning: {each}")
    said = "goes on" if ready.is_restored else "is open"
    say(f"session {ready.session} {said}")
    if ready.authority:
        say(f"clients and browsers trust it by {ready.authority}")
    say(f"harness judge is ready at {ready.url}/?session={ready.session}")
