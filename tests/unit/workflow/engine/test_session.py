from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from harness.workflow.engine.session import SessionCache


def test_threads_that_need_the_same_result_make_it_once() -> None:
    cache: SessionCache[int] = SessionCache()
    made: list[int] = []
    barrier = Barrier(8)

    def make() -> int:
        made.append(1)
        return len(made)

    def need(_: int) -> int:
        barrier.wait(600)
        return cache.once("token", make, keep=lambda _: True)[0]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(need, range(8)))

    assert results == [1] * 8
    assert made == [1]


def test_a_result_that_is_not_worth_keeping_is_made_again() -> None:
    cache: SessionCache[str] = SessionCache()

    first = cache.once("token", lambda: "failed", keep=lambda made: made != "failed")
    second = cache.once("token", lambda: "good", keep=lambda made: made != "failed")
    third = cache.once("token", lambda: "other", keep=lambda made: made != "failed")

    assert (first, second, third) == (("failed", True), ("good", True), ("good", False))
