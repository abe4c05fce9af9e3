"""The figures as rows of a table, for a spreadsheet."""

from collections.abc import Iterator

from care.figures.counting import Figures, Waited

HEADER = ("figure", "of", "value", "unit")

Row = tuple[str, str, str, str]


def as_rows(figures: Figures) -> Iterator[Row]:
    """One row a number: which figure, of what, its value, its unit."""
    for one in figures.traffic:
        at = one.at.isoformat(timespec="minutes")
        yield ("messages_patient", at, str(one.patient), "messages")
        yield ("messages_assistant", at, str(one.bot), "messages")
        yield ("messages_staff", at, str(one.staff), "messages")
    yield ("conversations", "all", str(figures.conversations), "conversations")
    yield ("conversations_without_a_person", "all", str(figures.alone), "conversations")
    yield ("staff_replies_from_a_suggestion", "all", str(figures.began_as_suggestions), "messages")
    for kind, waited in figures.waits.items():
        yield from _waited(f"wait_{kind}", waited)
    yield ("alarms_raised", "all", str(figures.alarms.raised), "alarms")
    yield ("alarms_acknowledged", "all", str(figures.alarms.acknowledged), "alarms")
    yield ("alarms_that_rang", "all", str(figures.alarms.rang), "alarms")
    yield from _waited("alarm_acknowledged_after", figures.alarms.waited)
    yield ("satisfaction_asked", "all", str(figures.content.asked), "patients")
    for score, number in sorted(figures.content.scores.items()):
        yield ("satisfaction", str(score), str(number), "patients")
    yield ("follow_ups_running", "now", str(figures.follow_ups.running), "follow-ups")
    yield ("follow_up_questions", "asked", str(figures.follow_ups.asked), "questions")
    yield ("follow_up_questions", "answered", str(figures.follow_ups.answered), "questions")
    yield ("follow_up_cases", "all", str(figures.follow_ups.cases), "cases")
    for name, counted in (("topic", figures.topics), ("department", figures.departments), ("case", figures.cases)):
        for what, number in sorted(counted.items(), key=lambda item: -item[1]):
            yield (name, what, str(number), "number")


def _waited(name: str, waited: Waited) -> Iterator[Row]:
    yield (name, "number", str(waited.number), "number")
    for of, value in (("median", waited.median_s), ("p90", waited.p90_s)):
        if value is not None:
            yield (name, of, f"{value:.0f}", "seconds")
