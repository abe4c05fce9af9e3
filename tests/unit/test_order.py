"""Messages of one sender are answered one at a time, in the order they came."""

import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.order import InOrder

ANNA = ("web", "anna")
BELA = ("web", "bela")


async def _turn(order: InOrder, sender: tuple[str, str], number: int, log: list[tuple[str, int]], kind: str) -> None:
    async with order.ticket(sender) as ticket:
        await asyncio.sleep(random.random() / 1000)
        if kind == "fails before it is stored":
            raise RuntimeError
        ticket.admitted()
        if kind == "was answered before":
            return
        await ticket.turn()
        log.append(("begin", number))
        await asyncio.sleep(random.random() / 1000)
        log.append(("end", number))


@given(
    st.lists(
        st.sampled_from(["is answered", "was answered before", "fails before it is stored"]), min_size=1, max_size=8
    )
)
def test_turns_never_overlap_and_keep_their_order(kinds: list[str]) -> None:
    async def scenario() -> tuple[list[tuple[str, int]], int]:
        order, log = InOrder(), list[tuple[str, int]]()
        turns = [asyncio.create_task(_turn(order, ANNA, number, log, kind)) for number, kind in enumerate(kinds)]
        await asyncio.wait_for(asyncio.gather(*turns, return_exceptions=True), timeout=5)
        await asyncio.sleep(0)
        return log, len(order)

    log, lines = asyncio.run(scenario())
    answered = [number for number, kind in enumerate(kinds) if kind == "is answered"]
    assert log == [(what, number) for number in answered for what in ("begin", "end")]
    assert lines == 0


def test_a_slow_turn_of_one_sender_does_not_hold_up_another() -> None:
    async def scenario() -> None:
        order, done = InOrder(), asyncio.Event()

        async def slow() -> None:
            async with order.ticket(ANNA) as ticket:
                ticket.admitted()
                await ticket.turn()
                await done.wait()

        waiting = asyncio.create_task(slow())
        await asyncio.sleep(0)
        log: list[tuple[str, int]] = []
        await asyncio.wait_for(_turn(order, BELA, 1, log, "is answered"), timeout=1)
        assert log == [("begin", 1), ("end", 1)]
        done.set()
        await waiting

    asyncio.run(scenario())


def test_the_next_message_is_stored_while_the_one_before_is_still_answered() -> None:
    async def scenario() -> None:
        order, answered, stored = InOrder(), asyncio.Event(), asyncio.Event()

        async def first() -> None:
            async with order.ticket(ANNA) as ticket:
                ticket.admitted()
                await ticket.turn()
                await answered.wait()

        async def second() -> None:
            async with order.ticket(ANNA) as ticket:
                stored.set()
                ticket.admitted()
                await ticket.turn()
                assert answered.is_set()

        turns = [asyncio.create_task(first()), asyncio.create_task(second())]
        await asyncio.wait_for(stored.wait(), timeout=1)
        answered.set()
        await asyncio.gather(*turns)

    asyncio.run(scenario())


def test_a_cancelled_turn_leaves_the_line() -> None:
    async def scenario() -> None:
        order = InOrder()
        hanging = asyncio.create_task(_hang(order))
        await asyncio.sleep(0.01)
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        log: list[tuple[str, int]] = []
        await asyncio.wait_for(_turn(order, ANNA, 2, log, "is answered"), timeout=1)
        assert log == [("begin", 2), ("end", 2)]

    async def _hang(order: InOrder) -> None:
        async with order.ticket(ANNA) as ticket:
            ticket.admitted()
            await ticket.turn()
            await asyncio.Event().wait()

    asyncio.run(scenario())
