"""The examples for CI systems: their fields, the commands that they start, and the shards that come of them."""

import re
import shlex
from pathlib import Path

import click
import pytest

from harness import document
from harness.cli.main import cli
from harness.jsonvalue import Json, items, lookup, members, text
from harness.shard import JOB_VARIABLES, chosen_shard

CI = Path(__file__).parents[2] / "docs" / "ci"
PAGES = (
    "more-than-one-machine.md",
    "tutorials/your-api-in-ci.md",
    "tutorials/watch-the-sandbox.md",
)


def example(name: str) -> Json:
    return document.read(CI / name).data


def named(rows: object, name: str) -> dict[str, Json]:
    return next(dict(row) for row in map(members, items(rows)) if row.get("name") == name)


def commands(path: Path) -> list[list[str]]:
    """Return the words after `harness` of every command of an example."""
    if path.name == "kubernetes.yml":
        return [[*map(text, items(container(number)["args"]))] for number in (1, 2)]
    shown = [each for each in path.read_text().splitlines() if each.strip()[:1] not in ("#", "/")]
    whole = re.sub(r"\n +--", " --", "\n".join(shown))
    lines = re.findall(r"\bharness ((?:run|report merge|watch|compare) [^\n']*)", whole)
    return [shlex.split(line.replace("$$", "$"), comments=True) for line in lines]


def container(number: int) -> dict[str, Json]:
    place = f"/items/{number}/spec/template/spec/containers/0"
    return dict(members(lookup(example("kubernetes.yml"), place)))


@pytest.mark.parametrize("path", sorted(CI.iterdir()), ids=lambda each: each.name)
def test_the_commands_of_an_example_exist_with_these_options(path: Path) -> None:
    if path.suffix == ".py":
        pytest.skip("a script that starts no command")
    found = commands(path)

    assert found
    for words in found:
        command: click.Command | None = cli
        context = click.Context(cli)
        while isinstance(command, click.Group):
            command = command.get_command(context, words.pop(0))
        assert command is not None
        known = {option for each in command.params for option in each.opts}
        flags = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert flags - known == set()


@pytest.mark.parametrize("path", sorted(CI.iterdir()), ids=lambda each: each.name)
def test_an_example_is_named_by_a_page(path: Path) -> None:
    assert any(f"ci/{path.name})" in (CI.parent / page).read_text() for page in PAGES)


def test_the_jobs_of_the_kubernetes_example_take_each_shard_once() -> None:
    job = members(lookup(example("kubernetes.yml"), "/items/1/spec"))
    total = named(container(1)["env"], "JOB_COMPLETIONS")["value"]
    count = job["completions"]

    assert job["completionMode"] == "Indexed"
    assert total == str(count)
    assert isinstance(count, int)
    shards = [
        chosen_shard("auto", {"JOB_COMPLETION_INDEX": str(index), "JOB_COMPLETIONS": str(total)})
        for index in range(count)
    ]
    assert [str(each) for each in shards] == ["1/3", "2/3", "3/3"]
    merged = [word for word in map(text, items(container(2)["args"])) if "/shard-" in word]
    assert merged == [f"/reports/shard-{index}/latest" for index in range(count)]


def test_the_kubernetes_example_tries_a_lost_pod_again_and_a_broken_contract_not() -> None:
    job = members(lookup(example("kubernetes.yml"), "/items/1/spec"))
    rules = [members(each) for each in items(members(job["podFailurePolicy"])["rules"])]
    pod = members(lookup(job, "/template/spec"))

    assert job["backoffLimitPerIndex"] == 1
    assert [rule["action"] for rule in rules] == ["Ignore", "FailIndex"]
    assert lookup(rules[1], "/onExitCodes/values") == [1, 2, 5]
    assert lookup(rules[1], "/onExitCodes/containerName") == container(1)["name"]
    assert pod["restartPolicy"] == "Never"  # a pod failure policy wants it
    assert lookup(example("kubernetes.yml"), "/items/2/spec/suspend") is True


def test_the_buildkite_example_waits_for_every_shard_and_joins_them() -> None:
    contract, wait, verdict = (
        members(each) for each in items(lookup(example("buildkite.yml"), "/steps"))
    )

    assert contract["parallelism"] == 3
    assert "--shard auto" in text(contract["command"])
    assert wait["continue_on_failure"] is True
    assert '"shards/*" . --step contract' in text(verdict["command"])
    assert contract["key"] == "contract"
    # A single $ would be filled in where the pipeline is uploaded, and not in the job.
    assert re.findall(r"(?<!\$)\$(?!\$)\w", text(contract["command"])) == []


def test_the_github_example_tells_a_job_its_place_in_the_matrix() -> None:
    job = members(lookup(example("github.yml"), "/jobs/shard"))
    step = next(
        each for each in map(members, items(job["steps"])) if "harness run" in text(each.get("run"))
    )

    assert members(step["env"])["HARNESS_SHARD_INDEX"] == "${{ strategy.job-index }}"
    assert members(step["env"])["HARNESS_SHARD_TOTAL"] == "${{ strategy.job-total }}"
    assert "--shard auto" in text(step["run"])


def test_the_gitlab_example_runs_in_parallel() -> None:
    job = members(lookup(example("gitlab-ci.yml"), "/contract"))

    assert job["parallel"] == 3
    assert "--shard auto" in text(items(job["script"])[0])


def test_the_page_names_every_variable_of_a_job() -> None:
    page = (CI.parent / PAGES[0]).read_text()

    assert [each.index for each in JOB_VARIABLES if f"`{each.index}`" not in page] == []
    assert [each.count for each in JOB_VARIABLES if f"`{each.count}`" not in page] == []
