"""A Dask scheduler and its workers as processes, with certificates that are made for them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket

import trustme

from tests.program import CLEAN, ROOT

FILES = ("ca", "cert", "key")


def certificates(folder: Path) -> dict[str, Path]:
    """Write certificates by which both sides know each other; they hold for this machine."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    own = authority.issue_cert("127.0.0.1", "localhost")
    paths = {name: folder / f"{name}.pem" for name in FILES}
    authority.cert_pem.write_to_path(paths["ca"])
    own.private_key_pem.write_to_path(paths["key"])
    for blob in own.cert_chain_pems:
        blob.write_to_path(paths["cert"], append=True)
    return paths


@dataclass
class DaskCluster:
    """A scheduler that is up, and what it takes to start workers and to speak to it."""

    address: str
    files: dict[str, Path]
    folder: Path
    stack: ExitStack
    workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def flags(self) -> list[str]:
        named = (word for name in FILES for word in (f"--cluster-{name}", str(self.files[name])))
        return ["--on", self.address, *named]

    def add_worker(self, folder: Path | None = None, **variables: str) -> "subprocess.Popen[bytes]":
        place = folder or self.folder
        worker = started(
            ["worker", self.address, *tls(self.files), "--nthreads", "1", "--no-nanny",
             "--no-dashboard", "--death-timeout", "20", "--local-directory", str(self.folder / "scratch")],
            place, self.folder / f"worker-{len(self.workers)}.log", variables,
        )  # fmt: skip
        self.stack.callback(end, worker)
        self.workers.append(worker)
        return worker


def tls(files: dict[str, Path]) -> list[str]:
    return [
        *("--tls-ca-file", str(files["ca"])),
        *("--tls-cert", str(files["cert"])),
        *("--tls-key", str(files["key"])),
    ]


def started(
    words: list[str], folder: Path, log: Path, variables: dict[str, str]
) -> "subprocess.Popen[bytes]":
    with log.open("wb") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            cwd=folder,
            env={**CLEAN, "PYTHONPATH": os.pathsep.join([str(ROOT)]), **variables},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        )


def end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


@contextmanager
def dask_cluster(folder: Path, *, workers: int) -> Iterator[DaskCluster]:
    """Start a scheduler and workers; who asks them waits until they are connected."""
    files = certificates(folder / "certificates")
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with ExitStack() as stack:
        scheduler = started(
            ["scheduler", "--host", "127.0.0.1", "--port", str(port), "--protocol", "tls",
             "--no-dashboard", *tls(files)],
            folder, folder / "scheduler.log", {},
        )  # fmt: skip
        stack.callback(end, scheduler)
        cluster = DaskCluster(f"tls://127.0.0.1:{port}", files, folder, stack)
        for _ in range(workers):
            cluster.add_worker()
        yield cluster
