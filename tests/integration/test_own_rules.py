"""Rules of one's own: what they find is the API's, and what goes wrong in them is their author's."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli.prove import command as prove
from harness.cli.replay import command as replay
from harness.cli.run import command as run
from harness.errors import DocumentError, HarnessError

pytestmark = pytest.mark.slow

NOTES = Path(__file__).parents[2] / "docs" / "tutorials" / "notes.yaml"
SHOP = """\
from harness.api import (
    Request, after_response, before_request, checks, requirement, rule,
)
from harness.strategies import names
from dataclasses import replace

KEPT = requirement("SHOP-1", "A note is read as it was made.", source="ticket 12")


@before_request
def signed(request):
    return replace(request, headers=(*request.headers, ("X-Signed", "yes")))


@after_response
def told(request, response):
    if response.status == 404:
        yield checks.Check("shop.404", checks.Status.WARN, "something", "nothing is there")


@rule("notes/own/kept", "a note is read as it was made", values=names(max_size=9), requirements=[KEPT])
def kept(target, text):
    made = target.call("addNote", json={"text": text})
    yield checks.status(made, 201)
    read = target.call("getNote", {"id": made.value("/id")})
    yield checks.equal("text", read, text, read.value("/text"))


@rule("notes/own/wrong", "a note is made with 202")
def wrong(target):
    made = target.call("POST /notes", json={"text": "a"})
    yield checks.status(made, 202)
    made.value("/id").no_such_thing


@rule("notes/own/raises", "the author forgot something")
def raises(target):
    made = target.call("addNote", json={"text": "a"})
    yield checks.status(made, 201)
    made.body["number"]


@rule("notes/own/asserts", "the author asserts")
def asserts(target):
    assert target.call("addNote", json={"text": "a"}).response.status == 202


@rule("notes/own/silent", "the author checks nothing")
def silent(target):
    target.call("addNote", json={"text": "a"})


@rule("notes/own/true", "the author gives no check")
def gives_true(target):
    return [target.call("addNote", json={"text": "a"}).response.status == 201]


@rule("notes/own/idle", "the author sends nothing")
def idle(target):
    return checks.Check("sum", checks.Status.PASS, "2", "2")


@rule("notes/own/operation", "the author misspells an operation")
def operation(target):
    yield checks.status(target.call("addNotes"), 201)


@rule("notes/own/parameter", "the author misspells a parameter")
def parameter(target):
    yield checks.status(target.call("getNote", {"ident": "1"}), 404)


@rule("notes/own/nowhere", "nothing is at a path that nobody documents")
def nowhere(target):
    yield checks.status(target.request("GET", "/nowhere"), 404)


@rule("stocks/own/kept", "this is another API's")
def of_another(target):
    yield checks.status(target.call("addStock"), 201)
"""


Write = Callable[[str], Path]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Give a function that puts rules beside a `harness.yaml`, in the working directory."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(NOTES, tmp_path)
    (tmp_path / "harness.yaml").write_text("rules: [shop.py]\n")

    def write(text: str) -> Path:
        (tmp_path / "shop.py").write_text(text)
        return tmp_path

    return write


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(run, ["--spec", "notes.yaml", "--no-allure", *arguments])


def outcomes(folder: Path) -> dict[str, dict[str, object]]:
    lines = (folder / "reports/latest/record.jsonl").read_text().splitlines()
    rows = [each for each in map(json.loads, lines) if each["type"] == "outcome"]
    return {each["case"]: each for each in rows}


def message(row: dict[str, object]) -> str:
    return str(row.get("message"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the folder in which all rules of the shop were run once."""
    folder = tmp_path_factory.mktemp("shop")
    shutil.copy(NOTES, folder)
    (folder / "harness.yaml").write_text("rules: shop.py\n")
    (folder / "shop.py").write_text(SHOP)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = ran("--only", "notes/own,stocks/own")
        assert result.exit_code == 1, result.output
        yield folder


def test_each_rule_has_the_outcome_that_it_deserves(shop: Path) -> None:
    found = outcomes(shop)

    assert {name: str(row["status"]) for name, row in found.items()} == {
        "notes/own/kept": "pass",
        "notes/own/wrong": "fail",
        "notes/own/raises": "error",
        "notes/own/asserts": "error",
        "notes/own/silent": "error",
        "notes/own/true": "error",
        "notes/own/idle": "warn",
        "notes/own/operation": "error",
        "notes/own/parameter": "error",
        "notes/own/nowhere": "warn",
        "stocks/own/kept": "omit",
    }
    words = "this run has no API 'stocks', only notes (shop.py:"
    assert words in message(found["stocks/own/kept"])


def test_what_goes_wrong_in_a_rule_is_its_authors_with_the_place(shop: Path) -> None:
    found = outcomes(shop)
    line = SHOP.splitlines().index('    made.body["number"]') + 1
    raised = f"shop.py:{line}:1: notes/own/raises raised KeyError: 'number'."

    assert message(found["notes/own/raises"]) == raised
    assert "Yield a check in its place" in message(found["notes/own/asserts"])
    assert "notes/own/silent made no check" in message(found["notes/own/silent"])
    assert "gave 'True', which is no check" in message(found["notes/own/true"])
    assert "Did you mean 'addNote'?" in message(found["notes/own/operation"])
    assert "there is no parameter of getNote 'ident'" in message(found["notes/own/parameter"])
    blamed = ("raises", "asserts", "silent", "true", "operation", "parameter")
    assert {found[f"notes/own/{each}"]["attribution"] for each in blamed} == {"rule"}


def test_requirements_of_ones_own_are_traced_and_hooks_see_every_request(shop: Path) -> None:
    table = (shop / "reports/latest/traceability.csv").read_text()
    lines = (shop / "reports/latest/record.jsonl").read_text()

    assert "SHOP-1,A note is read as it was made.,SHALL" in table
    assert "notes.own.own/wrong,a note is made with 202,SHALL" in table
    assert '"X-Signed"' in lines
    assert "shop.404" in lines


def test_a_rule_of_ones_own_is_proved_and_replayed(project: Write) -> None:
    folder = project(SHOP[: SHOP.index('@rule("notes/own/wrong"')])
    flags = ["--spec", "notes.yaml", "--only", "notes/own/kept"]

    fault = "getNote/member-lost/text"
    proved = CliRunner().invoke(prove, [*flags, "--fault", fault, "--jobs", "1"])
    broken = ran("--only", "notes/own/kept", "--fault", fault)
    again = CliRunner().invoke(replay, ["notes/own/kept"])

    assert "caught by notes/own/kept" in proved.output, proved.output
    assert proved.exit_code == 0
    assert broken.exit_code == 1, broken.output
    assert again.exit_code == 1, again.output
    assert "notes/own/kept: was failed, is failed" in again.output
    assert folder.is_dir()


RULE = 'from harness.api import checks, rule\n@rule("{id}", "t"{more})\ndef f({takes}): ...\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "import nothing_here\n",
            "shop.py:1:1: ModuleNotFoundError: No module named 'nothing_here'",
        ),
        ("def f(:\n", "shop.py:1:7: invalid syntax"),
        ("\nx = 1 / 0\n", "shop.py:2:1: ZeroDivisionError: division by zero"),
        ("raise SystemExit\n", "shop.py:1:1: SystemExit"),
        ("\n", "shop.py:1:1: declares no rule and no hook"),
        (RULE.format(id="notes", more="", takes="t"), "'notes' is no id of a case"),
        (RULE.format(id="notes/a/b", more="", takes="t, v"), "has to take the target"),
        (
            RULE.format(id="notes/a/b", more=", needs=['x']", takes="t"),
            "there is no capability 'x'",
        ),
        (
            RULE.format(id="notes/a/b", more=", values=3", takes="t, v"),
            "Give a Hypothesis strategy",
        ),
        (
            RULE.format(id="notes/a/b", more=", requirements=['N1']", takes="t"),
            "shop.py:2:1: there is no requirement 'N1'",
        ),
        (
            RULE.format(id="notes/getNote/valid", more="", takes="t"),
            "'notes/getNote/valid' has the id of a case of the suite",
        ),
        (
            RULE.format(id="notes/a/b", more="", takes="t") * 2,
            "shop.py:5:1: the case 'notes/a/b' exists already, at shop.py:2:1",
        ),
        (
            RULE.format(id="notes/a/b", more="", takes="t")
            + "from harness.api import requirement\nrequirement('SHOP-2', 'words')\n",
            "shop.py:5:1: no rule verifies the requirement SHOP-2",
        ),
        (
            "from harness.api import before_request\n@before_request\ndef f(): ...\n",
            "has to take the request",
        ),
    ],
    ids=[
        "import",
        "syntax",
        "raises",
        "exits",
        "empty",
        "id",
        "arguments",
        "capability",
        "values",
        "requirement",
        "suite-id",
        "own-id",
        "unverified",
        "hook",
    ],
)
def test_a_mistake_in_a_module_is_one_sentence_before_anything_runs(
    project: Write, text: str, words: str
) -> None:
    folder = project(text)

    result = ran()

    assert isinstance(result.exception, HarnessError)
    assert words in str(result.exception)
    assert result.exception.exit_code == 2
    assert not (folder / "reports").exists()


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("nope.py", "harness.yaml:1:8: 'nope.py' does not exist"),
        ("nope.module", "harness.yaml:1:8: ModuleNotFoundError: No module named 'nope'"),
        ("no-module", "'no-module' is no Python file and no name of a module"),
        ("[]", "rules must be a Python file or module"),
    ],
)
def test_a_module_that_is_not_there_is_told_at_its_place(
    project: Write, setting: str, words: str
) -> None:
    folder = project(SHOP)
    (folder / "harness.yaml").write_text(f"rules: {setting}\n")

    result = ran()

    assert isinstance(result.exception, DocumentError)
    assert words in str(result.exception)


def test_another_package_announces_rules_by_an_entry_point(
    project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project("")
    (folder / "harness.yaml").unlink()
    info = folder / "site" / "shop_rules-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shop-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[harness.rules]\nshop = shop_rules\n")
    (folder / "site" / "shop_rules.py").write_text(
        'from harness.api import checks, rule\n@rule("notes/own/there", "t")\n'
        'def there(target):\n    yield checks.status(target.request("GET", "/notes/0"), 404)\n'
    )
    monkeypatch.syspath_prepend(folder / "site")

    result = ran("--only", "notes/own")

    assert result.exit_code == 0, result.output
    assert outcomes(folder)["notes/own/there"]["status"] == "pass"


def test_a_shipped_product_takes_rules_in_several_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "harness.yaml").write_text("rules: own.py\n")
    (tmp_path / "own.py").write_text(
        "from harness.api import checks, rule\n"
        'for name in ("a", "b", "c"):\n'
        '    @rule(f"dental/own/{name}", "it is up", requirements=["D060"])\n'
        "    def up(target):\n"
        '        answer = target.call("GET /dental/attachments/v1/healthcheck")\n'
        "        yield checks.status(answer, 200)\n"
    )

    result = CliRunner().invoke(run, ["--no-allure", "--only", "dental/own", "-n", "2"])

    assert result.exit_code == 0, result.output
    assert {row["status"] for row in outcomes(tmp_path).values()} == {"pass"}
    assert len(outcomes(tmp_path)) == 3
