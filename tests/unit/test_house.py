"""What the house keeps: products stand in one folder, and no import hides in a string."""

import ast
import re
from pathlib import Path

import harness

ROOT = Path(harness.__file__).parent
PRODUCT = re.compile(r"dental|medical(?!.?record)|prior.auth", re.IGNORECASE)
"""A medical record number is an identifier of a person (45 CFR 164.514(b)(2)(i)(H)), and no product."""
LAZY = {"cli/lazy.py", "workflow/language/languages.py"}
"""Where a module is imported by name, so that a command starts with what it needs alone."""


def modules() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if "shipped" not in path.parts)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_that_name_a_product(path: Path) -> list[str]:
    """Return them without the examples of the help texts, which show what people type."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        is_example = named(path).startswith("cli/") and not line.lstrip().startswith(
            ("from ", "import ", '"', "'", "#", "if ", "return ")
        )
        if PRODUCT.search(line) and not is_example:
            found.append(f"{named(path)}:{number}: {line.strip()}")
    return found


def test_no_room_but_that_of_the_products_names_one() -> None:
    rooms = [path for path in modules() if not named(path).startswith("products/")]
    assert [line for path in rooms for line in lines_that_name_a_product(path)] == []
    others = [path for path in ROOT.rglob("*.html") if "products" not in path.parts]
    assert [line for path in others for line in lines_that_name_a_product(path)] == []


def test_examples_of_the_help_are_in_docstrings_alone() -> None:
    found = []
    for path in modules():
        if not named(path).startswith("cli/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant | ast.Name | ast.Attribute):
                text = node.value if isinstance(node, ast.Constant) else ast.unparse(node)
                if isinstance(text, str) and "\n" not in text and PRODUCT.search(text):
                    found.append(f"{named(path)}:{node.lineno}: {text}")
    assert found == []


def test_no_import_hides_in_a_string() -> None:
    found = {
        named(path)
        for path in modules()
        if re.search(r"\bimport_module\(|__import__\(", path.read_text(encoding="utf-8"))
    }

    assert found <= LAZY


MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40
LONG_FUNCTIONS = {
    "cli/certify.py:command",
    "cli/judge_run.py:run",
    "cli/judge_serve.py:serve",
    "cli/mock.py:command",
    "cli/running.py:run",
    "cli/watch.py:command",
    "cli/workflow_run.py:run",
}
"""Options of a command, tables of rules, and what is left to shorten: none may be added."""


def test_no_file_is_too_long_to_read() -> None:
    lengths = {named(path): path.read_text(encoding="utf-8").count("\n") for path in modules()}

    assert {name for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FILE} == set()


def test_functions_that_are_too_long_to_read_grow_no_more() -> None:
    found = {
        f"{named(path)}:{node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= MOST_LINES_OF_A_FUNCTION
    }

    # Equal, so that an entry goes when its function has become short.
    assert found == LONG_FUNCTIONS
