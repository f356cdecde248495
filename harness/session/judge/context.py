"""Write what a client program needs in order to be driven without a person."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.jsonvalue import Json, members
from harness.judge.inputs import Inputs
from harness.judge.product import ClientProduct
from harness.judge.session import Session

VERSION = 1
RESULT = "result.json"
CONTEXT = "context.json"
_MOST_RESULT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """One action of a client, with the folder that its files and its result lie in."""

    scenario: str
    action: str
    inputs: Inputs
    repeat: int
    folder: Path


def write_context(
    asked: Asked, product: ClientProduct, session: Session, url: str, ca_file: str = ""
) -> Path:
    """Write the context, version 1, with the files to send beside it; return its path.

    The file holds the session's credentials, which are worth nothing anywhere else; it is readable
    by its owner alone and deleted with its folder.
    """
    asked.folder.mkdir(parents=True, exist_ok=True)
    base = f"{url}{session.prefix}"
    files = [_written(asked.folder, each.name, each.content) for each in asked.inputs.files]
    listed: Json = [
        {"path": str(path), "name": each.name, "media_type": each.media_type}
        for path, each in zip(files, asked.inputs.files, strict=True)
    ]
    inputs = {**product.common_inputs, **asked.inputs.values}
    if files:
        inputs["files"] = listed
    context: Mapping[str, Json] = {
        "version": VERSION,
        "scenario": asked.scenario,
        "product": product.name,
        "action": asked.action,
        "base_url": base,
        "token_url": f"{base}{product.token_path}",
        "token_form": product.token_form,
        "client_id": session.credentials.client_id,
        "client_secret": session.credentials.client_secret,
        "ca_file": ca_file or None,
        "inputs": inputs,
        "repeat": asked.repeat,
        "result_file": str(asked.folder / RESULT),
    }
    path = asked.folder / CONTEXT
    path.touch(mode=0o600)
    path.write_text(json.dumps(context, indent=2), encoding="utf-8")
    return path


def read_result(folder: Path) -> Mapping[str, Json]:
    """Return what the client says of itself; nothing where it says nothing that can be read."""
    path = folder / RESULT
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MOST_RESULT_BYTES + 1)
        if len(raw) > _MOST_RESULT_BYTES:
            return {}
        return members(json.loads(raw))
    except (OSError, ValueError, RecursionError):
        return {}


def _written(folder: Path, name: str, content: bytes) -> Path:
    # The name on the wire may be anything; on this disk it is a plain one in a folder of ours.
    path = folder / "files" / f"{len(list(folder.glob('files/*'))) + 1}" / Path(name).name
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path
