"""What was found in the last photo or report, asked about in the next sentence: "要紧吗", "是什么病"."""

from actions.base import HouseAction, Outcome, Turn
from actions.buttons import PERSON, START
from care.replies import Reply
from care.report.explaining import told_when_asked as told_of_report
from care.skin.telling import told_when_asked as told_of_skin
from care.texts import text
from records.findings import FindingKind


class AboutFinding(HouseAction):
    """How soon to be seen and who looks; what it is only a doctor says."""

    action = "action_finding"

    def respond(self, turn: Turn) -> Outcome:
        found = turn.kept("finding")
        if not found:
            return Outcome([Reply(text=text("dialogue.finding.none"), quick_replies=START)])
        looks = bool(found["doctor_looks"])
        if found["kind"] == FindingKind.REPORT:
            reply = told_of_report(
                found["department"], found["soon"], doctor_looks=looks, waiting=bool(found.get("waiting"))
            )
        else:
            reply = told_of_skin(found["soon"], doctor_looks=looks)
        buttons = () if turn.tracker.active_loop_name else (*reply.quick_replies, PERSON)
        return Outcome([reply.model_copy(update={"quick_replies": buttons})])
