"""What modules with rules of one's own rely on stays as it is, unless the committed list is changed with it."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from harness import api, strategies

LIST = Path(__file__).parent / "public_names.txt"


def described(prefix: str, value: object) -> Iterator[str]:
    if isinstance(value, ModuleType):
        names = getattr(value, "__all__", None) or functions_of(value)
        for name in sorted(names):
            yield from described(f"{prefix}.{name}", getattr(value, name))
    elif inspect.isclass(value):
        yield f"class {prefix}"
        for name in sorted(name for name in dir(value) if not name.startswith("_")):
            if name not in dir(str):
                yield f"  {prefix}.{name}{arguments(getattr(value, name))}"
    elif callable(value):
        yield f"{prefix}{arguments(value)}"


def arguments(value: object) -> str:
    """Return what a function takes, without types, which Python's versions write each in their own way."""
    if not inspect.isfunction(value):
        return ""
    signature = inspect.signature(value)
    plain = [each.replace(annotation=each.empty) for each in signature.parameters.values()]
    return str(signature.replace(parameters=plain, return_annotation=signature.empty))


def functions_of(module: ModuleType) -> list[str]:
    every = inspect.getmembers(module, inspect.isfunction)
    return [n for n, each in every if each.__module__ == module.__name__ and n[0] != "_"]


def test_the_public_names_are_those_of_the_committed_list() -> None:
    found = [line for name in api.__all__ for line in described(name, getattr(api, name))]

    assert "\n".join(found) + "\n" == LIST.read_text()


def test_names_are_listed_in_order_and_exist() -> None:
    for module in (api, strategies):
        assert list(module.__all__) == sorted(module.__all__)
        assert all(hasattr(module, name) for name in module.__all__)


def test_the_package_carries_its_types() -> None:
    assert (Path(api.__file__).parent / "py.typed").is_file()
