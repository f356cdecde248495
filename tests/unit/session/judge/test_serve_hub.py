import asyncio

from harness.session.judge.serve.recording import MOST_WAITING, MOST_WATCHING, Hub


async def first(hub: Hub, count: int) -> list[str]:
    found = []
    async for event in hub.events():
        found.append(event)
        if len(found) == count:
            break
    return found


def test_everybody_who_watches_is_told() -> None:
    async def run() -> list[list[str]]:
        hub = Hub()
        pages = [asyncio.create_task(first(hub, 2)) for _ in range(2)]
        await asyncio.sleep(0)
        hub.publish("call", {"id": 7})
        return await asyncio.gather(*pages)

    assert [page[1] for page in asyncio.run(run())] == ['event: call\ndata: {"id":7}\n\n'] * 2


def test_a_page_that_does_not_read_is_asked_to_read_anew_and_holds_no_memory() -> None:
    async def run() -> tuple[int, str]:
        hub = Hub()
        page = hub.events()
        await anext(page)
        for number in range(MOST_WAITING * 3 + 1):
            hub.publish("call", {"id": number})
        waiting = hub._queues[0].qsize()
        return waiting, await anext(page)

    waiting, event = asyncio.run(run())

    assert waiting <= MOST_WAITING
    assert event == "event: change\ndata: {}\n\n"


def test_the_oldest_page_makes_room_for_the_newest() -> None:
    async def run() -> int:
        hub = Hub()
        pages = [hub.events() for _ in range(MOST_WATCHING + 3)]
        for page in pages:
            await anext(page)
        return hub.watching

    assert asyncio.run(run()) == MOST_WATCHING
