import gc
import weakref

from starlette.types import ASGIApp, Receive, Scope, Send

from harness.mock.app import Resettable


class App:
    """An application that holds itself, as routes and their endpoints do."""

    def __init__(self) -> None:
        self.itself = self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


def test_what_a_reset_throws_away_is_gone_at_once() -> None:
    made: list[weakref.ref[App]] = []

    def make() -> ASGIApp:
        app = App()
        made.append(weakref.ref(app))
        return app

    apis = Resettable(make)
    gc.disable()
    try:
        apis.reset()
    finally:
        gc.enable()

    assert made[0]() is None
    assert made[1]() is not None
