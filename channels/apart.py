"""The step of a turn for what the assistant cannot judge: another language, an animal's illness."""

from care.replies import Reply
from care.texts import text
from channels.admission import Admission
from channels.inbound import Kind
from channels.results import Routed
from language.assertion import only_of_animals
from language.complaints import complaints
from language.foreign import is_foreign


class ApartStep:
    """Answers these, or lets the message go on. What is told here is about no patient, or goes to a person."""

    async def stop(self, admission: Admission) -> Routed | None:
        """The answer, or None when the message is for the assistant."""
        said = admission.heard
        if admission.kind not in {Kind.TEXT, Kind.VOICE} or said.startswith("/"):
            return None
        if is_foreign(said):
            return Routed([Reply(text=text("turn.foreign"))], person=True)
        if only_of_animals(said, [(one.start, one.end) for one in complaints(said)]):
            return Routed([Reply(text=text("turn.animal"))])
        return None
