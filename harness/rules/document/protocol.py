"""What HTTP asks of every operation, and requests that are odd without being forbidden."""

from collections.abc import Iterator
from dataclasses import replace

from harness.jsonvalue import MISSING, Json, members
from harness.openapi.media_type import is_json
from harness.openapi.merged import merged
from harness.openapi.model import Api, Operation
from harness.outcome import Check, Status
from harness.rules.document.access import has_mutual_tls
from harness.rules.document.draft import NO_ACCESS, Access, Draft, with_broken_parts
from harness.rules.document.places import MULTIPART, Place, chosen_body, title_of
from harness.rules.document.positive import nothing_accepted
from harness.rules.document.resources import siblings
from harness.rules.document.scene import Scene, is_accepted
from harness.rules.document.trials import is_allowed
from harness.rules.document.verdicts import on_any, on_invalid, on_odd, on_unbounded
from harness.rules.target import Answered, Target

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")
"""Methods that are tried where the document offers them not; HEAD and OPTIONS come with any server."""

# Longer than the columns and the log lines that careless code copies texts into.
_LONG = "x" * 20_000
ODD_TEXTS: tuple[str, ...] = (
    "",
    " ",
    "null",
    "a,b",
    "-1",
    "0",
    "1e309",
    "../../etc/passwd",
    "'\"`;--<b>&",
    "\u0130\u00df\u202e\U0001f600",
    "%00%0a%ff",
    "/(/i",
    "{}[]()*+?\\",
    _LONG,
)
"""Texts that are valid wherever a text is, and that careless code stumbles over."""
# Around the limits of 32 and 64 bits, and near the largest double.
ODD_NUMBERS: tuple[Json, ...] = (0, -1, 2**31, 2**63, -(2**63), 1e308)
ODD_OBJECTS: tuple[Json, ...] = (
    {},
    {"harness": None},
    {"harness": [None]},
    {"harness": {"harness": {"harness": []}}},
    {"": ""},
    {"$where": "1"},
)
ODD_CONDITIONS: tuple[Json, ...] = ({"regexp": "/(/i"}, {"$regex": "("}, {"like": "%("}, {"$in": 1})
"""Conditions on a member, in the words that query languages of objects use, each badly formed."""
ODD_PATH_TEXTS = ("%FF", "%00", "%2e%2e%2f", "0", "-1", "9" * 25, "a%20b", "%25")
"""Percent-encoded as they stand: path segments that a server has to answer in some orderly way."""


def odd_values(
    scene: Scene, api: Api, operation: Operation, place: Place, target: Target
) -> Iterator[Check]:
    """Put odd values that the document allows at a place: whatever comes, it is no crash."""
    base = scene.fresh(target, operation)
    if base is None:
        yield nothing_accepted(scene.baseline(target, operation).advice)
        return
    base = _smallest(scene, api, base, place, target)
    count = 0
    known = _members_listed(api, operation)
    for value in (*_odd(place), *_conditions(place, known)):
        if not _is_sent(api, operation, place, value):
            continue
        # Its parent is not there: a value would bring in an object that was never accepted.
        if base.value_at(place) is MISSING and place.location == "body" and len(place.path) > 1:
            break
        draft = base.with_value(place, value)
        # Odd, not wrong: what the document forbids is tried with its keyword.
        if is_allowed(api, draft, place):
            count += 1
            answered = scene.send(target, draft)
            yield from on_odd(answered)
            # The oddest of the allowed: many APIs refuse it without a minLength in their document.
            if value == "" and "string" in place.merged.types:
                yield from on_unbounded(answered, f"an empty text in {title_of(place)}")
    if not count:
        yield Check("odd.tried", Status.OMIT, title_of(place), "the document allows none of them")


def _members_listed(api: Api, operation: Operation) -> tuple[str, ...]:
    """Return the names of the text members of what an operation answers with."""
    for answer in operation.answers:
        for media_type in answer.media_types:
            found = merged(api, media_type.schema)
            # A list answers with its items; the conditions are meant for their members.
            found = merged(api, found.keywords["items"]) if "items" in found.keywords else found
            texts = [
                n
                for n, each in found.properties.items()
                if merged(api, each).types[:1] == ("string",)
            ]
            if texts:
                return tuple(texts)
    return ()


def _conditions(place: Place, names: tuple[str, ...]) -> Iterator[Json]:
    """Yield filters where an object has no members of its own: what it takes is a language."""
    if "object" in place.merged.types and not place.merged.properties and names:
        yield from ({names[0]: condition} for condition in ODD_CONDITIONS)


def _is_sent(api: Api, operation: Operation, place: Place, value: Json) -> bool:
    """Return whether an odd value is meaningful at a place, and harms nothing beyond it."""
    # One long text is enough; in every object of a collection it would slow all cases after it.
    if value == _LONG:
        return not _changes_many(api, operation)
    # A body without a character is none.
    return value != "" or place.location != "body" or bool(place.path) or not place.is_text


def _changes_many(api: Api, operation: Operation) -> bool:
    """Return whether an operation changes all objects at once: a long text would then stand in each."""
    return operation.method in ("PUT", "PATCH") and "POST" in siblings(api, operation)


def _smallest(scene: Scene, api: Api, base: Draft, place: Place, target: Target) -> Draft:
    """Return the accepted request with no more than its body has to hold, where that is accepted too.

    Members that an example has besides may keep the code from being reached that stumbles.
    """
    media_type = chosen_body(base.operation)
    # Deeper members have parents whose required members are not known here.
    if place.location != "body" or len(place.path) != 1 or media_type is None:
        return base
    needed = (*merged(api, media_type.schema).required, place.path[0])
    body: Json = {name: each for name, each in members(base.body).items() if name in needed}
    draft = replace(base, body=body)
    if body == base.body or not is_allowed(api, draft, place):
        return base
    return draft if is_accepted(scene.send(target, draft)) else base


def has_odd_values(place: Place) -> bool:
    """Return whether a place takes values that are worth trying for their oddity."""
    if place.location == "path" or "enum" in place.merged.keywords:
        return False
    return bool({"string", "integer", "number", "object", "array"} & set(place.merged.types))


def _odd(place: Place) -> Iterator[Json]:
    types = place.merged.types
    if "string" in types:
        # The others cannot stand in a header: empty, padded with spaces, not ASCII, or too long.
        yield from ODD_TEXTS if place.location != "header" else ODD_TEXTS[2:6]
    if "integer" in types or "number" in types:
        yield from ODD_NUMBERS
    if "object" in types:
        yield from ODD_OBJECTS
    if "array" in types:
        yield from ([], ["", ""])


def odd_paths(scene: Scene, operation: Operation, target: Target) -> Iterator[Check]:
    """Ask for objects under odd names: not found or refused, never a crash."""
    base = scene.baseline(target, operation).draft
    template = operation.full_path
    start = template.index("{")
    end = template.index("}", start) + 1
    # With several parameters an odd one needs good ones beside it; alone it needs none.
    if base is None and template.count("{") > 1:
        yield nothing_accepted(scene.baseline(target, operation).advice)
        return
    for text in ODD_PATH_TEXTS:
        path = template[:start] + text + template[end:]
        draft = base or Draft(operation)
        for (location, name), value in draft.values.items():
            if location == "path":
                # The odd text has the first parameter's place; accepted values fill the rest.
                path = path.replace(f"{{{name}}}", str(value))
        if "{" in path:
            continue
        yield from on_any(scene.send(target, replace(draft, raw_path=path)))


def broken_bodies(scene: Scene, operation: Operation, target: Target) -> Iterator[Check]:
    """Send bodies that are not what their media type says: a refusal, never a crash."""
    base = scene.fresh(target, operation)
    media_type = chosen_body(operation)
    if base is None or media_type is None:
        yield from _crashes(scene, operation, target)
        yield nothing_accepted(scene.baseline(target, operation).advice)
        return
    for name, raw in _BROKEN:
        answered = scene.send(target, replace(base, raw_body=raw))
        # What another type may well carry is odd, and no error of the client.
        if _is_unreadable(operation, media_type.name, raw):
            yield from on_invalid(answered, f"a body: {name}")
        else:
            yield from on_odd(answered)
    for name, draft in _broken_parts(scene, base).items():
        yield from on_invalid(scene.send(target, draft), f"a part {name} that is no JSON")
    if operation.body_required:
        draft = replace(base, has_body=False, body=None, media_type="")
        yield from on_invalid(scene.send(target, draft), "no body")


def _broken_parts(scene: Scene, base: Draft) -> dict[str, Draft]:
    """Return a form with a broken part for each part of JSON, from all that was accepted so far."""
    path = {key: value for key, value in base.values.items() if key[0] == "path"}
    found: dict[str, Draft] = {}
    for draft in (base, *scene.accepted(base.operation)):
        for name, broken in with_broken_parts(draft):
            found.setdefault(name, replace(broken, values={**broken.values, **path}))
    return found


def _crashes(scene: Scene, operation: Operation, target: Target) -> Iterator[Check]:
    """Send bodies that cannot be read where no valid request is known: a crash needs none to be one."""
    draft = next(scene.candidates(operation), None)
    if draft is not None and draft.has_body:
        for _, raw in _BROKEN:
            answered = scene.send(target, replace(draft, raw_body=raw))
            yield from (each for each in on_any(answered) if each.status is Status.FAIL)


def _is_unreadable(operation: Operation, media_type: str, raw: bytes) -> bool:
    """Return whether bytes can be no body of a media type.

    Nothing at all is a body left out. A form of one odd name is a form, and any bytes are a text.
    """
    if not raw:
        return operation.body_required
    return is_json(media_type) or media_type == MULTIPART


_BROKEN = (
    ("cut off", b'{"harness": '),
    ("not UTF-8", b'{"harness": "\xff\xfe\xfa"}'),
    ("not JSON", b"harness"),
    ("nothing at all", b""),
)


def media_types(scene: Scene, operation: Operation, target: Target) -> Iterator[Check]:
    """Send a media type that is not documented (415 or another 4xx), and ask for one that is not made."""
    base = scene.fresh(target, operation)
    if base is None:
        yield nothing_accepted(scene.baseline(target, operation).advice)
        return
    if base.has_body:
        # 415 is the answer (RFC 9110, 15.5.16); servers that sniff the content may still take it.
        draft = replace(base, raw_body=b"harness", media_type="application/x-harness")
        for check in on_invalid(scene.send(target, draft), "an undocumented media type"):
            yield _softened(check)
    asked = replace(base, headers=(("Accept", "application/x-harness"),))
    # A server may answer 406 or what it has (RFC 9110, 12.4.1): only a crash is wrong.
    yield from on_any(scene.send(target, asked))


def other_methods(scene: Scene, api: Api, operation: Operation, target: Target) -> Iterator[Check]:
    """Call a path by methods that the document does not offer: any refusal, and Allow beside a 405."""
    base = scene.baseline(target, operation).draft or Draft(operation)
    # Braces in a URL would be refused as such, which says nothing of the method.
    if "{" in operation.path and base.values == {}:
        yield Check("method.refused", Status.OMIT, operation.path, "no path could be made")
        return
    offered = siblings(api, operation)
    for method in METHODS:
        if method in offered:
            continue
        draft = replace(base, method=method, has_body=False, body=None, media_type="")
        answered = scene.send(target, draft)
        yield from on_any(answered)
        yield from _method(answered, method, tuple(offered))


def _method(answered: Answered, method: str, offered: tuple[str, ...]) -> Iterator[Check]:
    status = answered.response.status
    # Not held against the API: it may offer more than the document describes.
    if status < 300:
        actual = f"{status}: {method} is answered, and no document says so"
        yield Check(
            "method.refused", Status.WARN, "4xx or 501", actual, exchange=answered.exchange.id
        )
    if status == 405:
        allow = answered.response.header("allow")
        named = {each.strip().upper() for each in (allow or "").split(",")}
        # A server that lists what it has just refused contradicts itself.
        is_kept = allow is not None and method not in named
        yield Check(
            "method.allow",
            Status.PASS if is_kept else Status.WARN,
            f"Allow with {', '.join(offered)} (RFC 9110, 15.5.6)",
            allow if allow is not None else "no Allow",
            exchange=answered.exchange.id,
        )


def repeated(scene: Scene, operation: Operation, target: Target) -> Iterator[Check]:
    """Send a request of an idempotent method twice (RFC 9110, 9.2.2): the second is no crash."""
    base = scene.fresh(target, operation)
    if base is None:
        yield nothing_accepted(scene.baseline(target, operation).advice)
        return
    first, second = scene.send(target, base), scene.send(target, base)
    for answered in (first, second):
        yield from on_odd(answered)
    # A second DELETE may well find nothing; only for these has the answer to be of the same class.
    if operation.method in ("GET", "HEAD", "PUT"):
        # By class: 201 and then 200 or 204 is how PUT creates and then replaces (RFC 9110, 9.3.4).
        same = first.response.status // 100 == second.response.status // 100
        yield Check(
            "repeat.status",
            Status.PASS if same else Status.FAIL,
            f"{first.response.status} again",
            str(second.response.status),
            exchange=second.exchange.id,
        )


def head(scene: Scene, operation: Operation, target: Target) -> Iterator[Check]:
    """Ask a GET operation by HEAD: no crash, and no content type of another kind."""
    base = scene.baseline(target, operation).draft
    if base is None:
        yield nothing_accepted(scene.baseline(target, operation).advice)
        return
    yield from on_any(scene.send(target, replace(base, method="HEAD")))
    # Only that there is no crash: the document says of neither method how it is answered.
    yield from on_any(scene.send(target, replace(base, method="OPTIONS")))


def _softened(check: Check) -> Check:
    """Turn an accepted body of an undocumented type into a remark: a server may take it."""
    if check.name == "invalid.refused" and check.status is Status.FAIL:
        return replace(check, status=Status.WARN)
    return check


_REFUSED = (401, 403, 404)
"""404 hides from strangers that there is anything (RFC 9110, 15.5.5)."""


def protected(scene: Scene, operation: Operation, target: Target) -> Iterator[Check]:
    """Send an accepted request without credentials, and with ones that nobody issued."""
    base = scene.baseline(target, operation).draft
    access = scene.access(target)
    if base is None:
        yield nothing_accepted(scene.baseline(target, operation).advice)
        return
    if access == NO_ACCESS and has_mutual_tls(scene.api):
        # The certificate belongs to the connection: no request can go without it.
        yield Check("security.refused", Status.OMIT, "401 or 403", "the connection authenticates")
        return
    for name, tried in (("no credentials", NO_ACCESS), ("made-up credentials", _made_up(access))):
        if tried is None:
            continue
        # Each on an object of its own: what the call before has removed answers 404 to anybody.
        answered = scene.send(target, scene.fresh(target, operation) or base, tried)
        yield from on_any(answered)
        status = answered.response.status
        is_refused = not is_accepted(answered)
        yield Check(
            "security.refused",
            Status.PASS if is_refused else Status.FAIL,
            f"401 or 403 with {name}",
            str(status),
            exchange=answered.exchange.id,
        )


def _made_up(access: Access) -> Access | None:
    """Return credentials of the same form that are worth nothing; None where there are none."""
    if access == NO_ACCESS:
        return None
    headers = tuple((name, _changed(value)) for name, value in access.headers)
    query = tuple((name, _changed(value)) for name, value in access.query)
    cookies = tuple((name, _changed(value)) for name, value in access.cookies)
    return Access(headers, query, cookies)


def _changed(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    # The same scheme, so that not the form is refused; it reads "harness:nobody".
    return f"{scheme} aGFybmVzczpub2JvZHk=" if space else "harness-nobody"
