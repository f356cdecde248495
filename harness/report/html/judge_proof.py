"""Render `proof.html` and `proof.md` of the judge: the scenarios against the broken clients, for people."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from harness.report.html.report_page import asset, environment, policy
from harness.report.judge_proof import JudgeProof, Trial


@dataclass(frozen=True, slots=True)
class GoodRow:
    """One good client: how many scenarios it passed, and which of them accused it."""

    client: str
    passed: int
    omitted: int
    accused: Sequence[Trial]


def html(proof: JudgeProof) -> str:
    """Return the page: one file that loads nothing from anywhere."""
    style = asset("tokens.css") + asset("report.css") + asset("proof.css")
    return (
        environment()
        .get_template("judge_proof.html")
        .render(
            proof=proof,
            good=[_good(proof, each) for each in proof.good],
            style=Markup(style),  # noqa: S704 a file of ours
            policy=policy(style),
        )
    )


def markdown(proof: JudgeProof) -> str:
    """Return the summary as Markdown."""
    return "\n".join(_lines(proof)) + "\n"


def _lines(proof: JudgeProof) -> Iterator[str]:
    seeds = ", ".join(map(str, proof.seeds))
    yield f"# {proof.sentence}"
    yield ""
    yield f"{len(proof.scenarios)} scenarios, seeds {seeds}, {proof.seconds:.0f} s."
    yield ""
    yield "| scenario | broken clients that it has to catch |"
    yield "|---|---|"
    for scenario in proof.scenarios:
        if trials := proof.of_scenario(scenario):
            named = ", ".join(f"`{each.client}` {each.word}" for each in trials)
            yield f"| `{scenario}` | {named} |"
    yield ""
    yield "| good client | passed | omitted | accused |"
    yield "|---|---|---|---|"
    for row in (_good(proof, each) for each in proof.good):
        accused = ", ".join(f"`{each.scenario}`" for each in row.accused) or "by none"
        yield f"| `{row.client}` | {row.passed} | {row.omitted} | {accused} |"
    yield ""
    for client, lacks in proof.left_out.items():
        yield f"- `{client}` is left out: {lacks} is not installed."
    yield f"{len(proof.idle)} of {len(proof.scenarios)} scenarios caught no client of this list."


def _good(proof: JudgeProof, client: str) -> GoodRow:
    trials = proof.of_client(client)
    counts = Counter(each.word for each in trials)
    accused = tuple(each for each in trials if each.is_wrong)
    return GoodRow(client, counts["passed"], counts["omitted"], accused)
