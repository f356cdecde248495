from concurrent.futures import ThreadPoolExecutor

from harness.plugin.clock import skipping
from tests.fakes import FakeClock


def test_waiting_costs_nothing_and_the_time_is_ahead() -> None:
    clock = FakeClock()
    time = skipping(clock.time())

    time.sleep(30.0)

    assert (time.monotonic(), clock.slept) == (30.0, [])


def test_what_one_case_waits_for_does_not_pass_for_its_neighbours() -> None:
    time = skipping(FakeClock().time())

    def case() -> float:
        time.sleep(900.0)
        return time.monotonic()

    with ThreadPoolExecutor(1) as pool:
        inside = pool.submit(case).result(5)

    assert (inside, time.monotonic()) == (900.0, 0.0)


def test_what_the_run_itself_skips_passes_for_all() -> None:
    time = skipping(FakeClock().time())
    time.sleep(60.0)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(time.monotonic).result(5) == 60.0
