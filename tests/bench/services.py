"""Install and serve public services that others wrote, each from its registry into a folder of its own.

They run where loopback is the only network there is: one of them fetches what it is told to watch.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

INSIDE = "HARNESS_BENCH_INSIDE"
_MOST_SECONDS_TO_START = 180.0


class Unavailable(Exception):
    """A service cannot be had on this machine; says why."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service, how it is installed, and how it is started in a folder at a port."""

    name: str
    base_path: str
    install: tuple[tuple[str, ...], ...]
    """Commands in the folder; `{python}` is the interpreter of the bench."""
    serve: tuple[str, ...]
    document: str
    """A file below the folder (a pattern), or a path on the server."""
    variables: Mapping[str, str] = field(default_factory=dict)
    data: str = ""
    """A folder that it begins with, copied to `data` of its state."""
    key_file: str = ""
    """A pattern of files below the state that hold the API's key."""


SERVICES = (
    Service(
        name="changedetection",
        base_path="/api/v1",
        install=(
            ("{python}", "-m", "venv", "venv"),
            ("venv/bin/pip", "-q", "install", "changedetection.io==0.60.10"),
        ),
        serve=(
            *("{folder}/venv/bin/changedetection.io", "-d", "{state}/data", "-C"),
            *("-h", "127.0.0.1", "-p", "{port}"),
        ),
        document="venv/lib/python3*/site-packages/changedetectionio/docs/api-spec.yaml",
        variables={"DISABLE_VERSION_CHECK": "true"},
        key_file="data/*.json",
    ),
    Service(
        name="loopback",
        base_path="",
        install=(
            ("npm", "init", "-y"),
            ("npm", "install", "--no-audit", "--no-fund", "@loopback/example-todo@6.0.0"),
        ),
        serve=(
            *("node", "-e", "require('@loopback/example-todo').main({rest: {port: {port},"),
            " host: '127.0.0.1', openApiSpec: {setServersFromRequest: true}}})",
        ),
        document="/openapi.json",
        variables={"NODE_PATH": "{folder}/node_modules"},
        data="node_modules/@loopback/example-todo/data",
    ),
)


@dataclass(frozen=True, slots=True)
class Served:
    """A service that answers."""

    url: str
    document: Path
    key: str
    """What authenticates; empty where nothing is asked."""


def alone(arguments: Sequence[str]) -> None:
    """Start this program anew where loopback is the only network. Raises Unavailable.

    Root has such a place by itself, others where the system lets users have namespaces.
    """
    if os.environ.get(INSIDE):
        return
    tool = shutil.which("unshare")
    options = ["-n"] if os.geteuid() == 0 else ["-rn"]
    up = "ip link set lo up"
    if (
        tool is None
        or subprocess.run(
            [tool, *options, "sh", "-c", up], capture_output=True, check=False
        ).returncode
    ):
        raise Unavailable("no network of its own can be made (unshare); the services may call out")
    os.environ[INSIDE] = "1"
    rest = ["sh", "-c", f'{up} && exec "$0" "$@"', sys.executable, *arguments]
    os.execv(tool, [tool, *options, *rest])  # noqa: S606 no shell is needed


def installed(service: Service, folder: Path) -> Path:
    """Return the folder of a service, installed there unless it was. Raises Unavailable."""
    place = folder / service.name
    if (place / ".installed").exists():
        return place
    place.mkdir(parents=True, exist_ok=True)
    for command in service.install:
        told = [each.replace("{python}", sys.executable) for each in command]
        told[0] = str(place / told[0]) if told[0].startswith("venv/") else told[0]
        try:
            subprocess.run(told, cwd=place, check=True, capture_output=True, text=True)
        except FileNotFoundError:
            raise Unavailable(f"{told[0]} is not on this machine") from None
        except subprocess.CalledProcessError as problem:
            last = (problem.stderr or problem.stdout or "").strip().splitlines()[-1:]
            raise Unavailable(f"{' '.join(told[:3])} failed: {' '.join(last)}") from None
    (place / ".installed").touch()
    return place


def _fresh(service: Service, place: Path) -> Path:
    """Return an empty folder for what the service keeps, but for what it begins with."""
    state = place / "state"
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir()
    if service.data:
        shutil.copytree(place / service.data, state / "data")
    return state


@contextmanager
def served(service: Service, folder: Path, port: int) -> Iterator[Served]:
    """Serve an installed service with fresh state; end it afterwards. Raises Unavailable."""
    place = folder / service.name
    state = _fresh(service, place)

    def filled(text: str) -> str:
        found = text.replace("{folder}", str(place)).replace("{state}", str(state))
        return found.replace("{port}", str(port))

    command = [filled(each) for each in service.serve]
    if command[0] == "node":  # one program in several pieces
        command = [*command[:2], "".join(command[2:])]
    variables = {name: filled(value) for name, value in service.variables.items()}
    with (place / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=state,
            stdout=log,
            stderr=log,
            env={**os.environ, "HOME": str(state), "no_proxy": "*", **variables},
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(process, url)
        document = _document(service, place, url)
        yield Served(f"{url}{service.base_path}", document, _key(service, state))
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", url: str) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < _MOST_SECONDS_TO_START:
        if process.poll() is not None:
            raise Unavailable("it ended while it started; see server.log")
        try:
            urlopen(url, timeout=5).close()  # noqa: S310 our own loopback address
        except HTTPError:
            return
        except OSError:
            time.sleep(0.5)
            continue
        return
    raise Unavailable("it did not answer; see server.log")


def _document(service: Service, place: Path, url: str) -> Path:
    if not service.document.startswith("/"):
        return next(place.glob(service.document))
    path = place / "openapi.json"
    with urlopen(url + service.document, timeout=60) as answer:  # noqa: S310 our own loopback address
        path.write_bytes(answer.read())
    return path


def _key(service: Service, state: Path) -> str:
    for path in sorted(state.glob(service.key_file)) if service.key_file else ():
        found = json.loads(path.read_text()).get("settings", {}).get("application", {})
        if found.get("api_access_token"):
            return str(found["api_access_token"])
    return ""
