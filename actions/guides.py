"""How to take a photo or a video of what is to be looked at."""

from typing import ClassVar, Literal

from actions.base import HouseAction, Outcome, Turn
from actions.buttons import button
from care.replies import PhotoGuideCard, Reply
from care.texts import text


class Guide(HouseAction):
    """How to take a photo or video, and that a person will look at it."""

    subject: ClassVar[Literal["skin", "report", "rehab"]]

    def respond(self, turn: Turn) -> Outcome:
        part = f"dialogue.guide.{self.subject}"
        tips = tuple(text(f"{part}.tips").splitlines())
        card = PhotoGuideCard(subject=self.subject, title=text(f"{part}.title"), tips=tips)
        lines = [text(f"{part}.said"), *(f"{number}. {tip}" for number, tip in enumerate(tips, start=1))]
        return Outcome([Reply(text="\n".join(lines), card=card, quick_replies=(button("person", "request_human"),))])


class ReportGuide(Guide):
    action = "action_report_guide"
    subject = "report"


class SkinGuide(Guide):
    action = "action_skin_guide"
    subject = "skin"
