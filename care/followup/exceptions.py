"""Why a follow-up cannot be had. The docstring is what the console says."""


class FollowUpRefused(Exception):
    """Something about a follow-up cannot be done."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class FollowUpNotFound(FollowUpRefused):
    """没有这个随访。"""


class PlanNotOffered(FollowUpRefused):
    """没有这个随访计划，或已停用。"""


class FollowUpStands(FollowUpRefused):
    """这位患者正在进行同一个随访计划。"""


class FollowUpEnded(FollowUpRefused):
    """这个随访已经结束。"""


class StartImpossible(FollowUpRefused):
    """开始日期只能是前后一个月以内。"""
