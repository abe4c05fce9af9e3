"""How fast one browser may write."""

from channels.limits.pace import FORGET_AT, Pace, Paces


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_a_wait_then_more() -> None:
    clock = Clock()
    pace = Pace(burst=3, per_second=0.5, clock=clock)
    assert [pace.wait() for _ in range(3)] == [0, 0, 0]
    assert pace.wait() == 2.0  # half a message a second
    clock.now = 2.0
    assert pace.wait() == 0
    assert pace.wait() > 0
    clock.now = 100.0
    assert [pace.wait() for _ in range(4)] == [0, 0, 0, 2.0]  # never more than the burst


def test_senders_do_not_slow_each_other_and_idle_ones_are_forgotten() -> None:
    clock = Clock()
    paces = Paces(burst=1, per_second=1, clock=clock)
    assert paces.wait("a") == 0
    assert paces.wait("a") > 0
    assert paces.wait("b") == 0
    clock.now = 0.5
    for number in range(FORGET_AT - 2):
        paces.wait(f"sender-{number}")
    clock.now = 1.2  # a and b have refilled, the others have not
    paces.wait("new")
    assert set(paces._of) == {f"sender-{number}" for number in range(FORGET_AT - 2)} | {"new"}
