"""Why a programme cannot be had. The docstring is what the console says."""


class RehabRefused(Exception):
    """Something about a programme cannot be done."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class ExerciseUnknown(LookupError):
    """There is no exercise of this name; the argument is the name."""


class ProgrammeNotFound(RehabRefused):
    """没有这个康复计划。"""


class ExerciseStands(RehabRefused):
    """有动作已经在这位患者的另一个康复计划里，同一个动作只能在一个计划里；请先改那一个。"""


class ProgrammeEnded(RehabRefused):
    """这个康复计划已经结束，不能再改。"""


class TargetImpossible(RehabRefused):
    """目标角度不在这个动作的活动方向上，或者太小，数不出次数。"""


class DaysImpossible(RehabRefused):
    """请至少选一天，结束日期不能早于开始日期，最长一年。"""


class HourAtNight(RehabRefused):
    """提醒时间要在早上8点到晚上9点之间。"""


class TargetsImpossible(RehabRefused):
    """请至少开一个动作，同一个动作只能开一次。"""
