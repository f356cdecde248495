"""What the judge has to know of a product to judge its clients."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.jsonvalue import Json
from harness.judge.inputs import Generate


@dataclass(frozen=True, slots=True)
class ClientProduct:
    """A product as its clients see it."""

    name: str
    documents: tuple[str, ...]
    """Names of the OpenAPI documents whose operations its clients call, the token's included."""
    token_path: str
    token_form: str
    """`form` or `json`: how the token endpoint takes its fields."""
    generators: Mapping[str, Generate]
    """Synthetic values that scenarios name."""
    common_inputs: Mapping[str, str]
    """Inputs of every scenario, such as a tenant id."""
    actions: tuple[str, ...] = ()
    """What its clients can be asked to do beyond what those of all products can."""
    main: Mapping[str, Json] = field(default_factory=dict)
    """What scenarios of every product say of this one as `$main.name`: its first action, and so on."""
