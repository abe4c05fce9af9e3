"""``assess``: from the full evidence to urgency, departments, the next question and a rationale. Pure and stateless."""

from dataclasses import dataclass

from care.emergency import RedFlag, screen
from care.texts import text
from care.triage import evidence as given
from care.triage.classifier import Classifier, Read, Vector, get_classifier
from care.triage.history import with_history
from care.triage.questions import Option, Question, questions
from care.triage.rationale import rationale, reason_for
from care.triage.reading import Reading, joined, mentioned, read, with_answer
from care.triage.routing import URGENT, Step, route, steps
from care.triage.urgency import ORDER, Rule, Searched, deciding, urgency_of
from care.urgency import Urgency
from language.departments import all_departments
from language.mentions import Mention

MOST_QUESTIONS = 5
SHOWN = 20
"""Departments given back; the rest of the belief is spread thinly over the others."""
LEAST_GAIN = 0.02
"""A question whose expected change is smaller is not worth the patient's time."""
A_CHANGE = 0.1
"""How much the belief in a department must move for an answer to have changed the result."""
COST = {
    Urgency.CALL_120: 0.0,
    Urgency.EMERGENCY: 1.0,
    Urgency.WITHIN_24H: 7.0,
    Urgency.OUTPATIENT: 8.0,
    Urgency.SELF_CARE: 8.5,
}
"""How far apart two levels of urgency are, against moving all belief from one department to another (1).

The widest gap is between going now and going later: what would be missed there comes first among the questions.
"""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What stays the same while answers are tried out: the model, the messages as it read them, what was searched."""

    model: Classifier
    heard: Read
    searched: Searched
    evidence: given.Evidence


@dataclass(frozen=True, slots=True)
class _Result:
    urgency: Urgency
    belief: Vector
    rules: tuple[Rule, ...]
    alarm: Urgency | None


@dataclass(frozen=True, slots=True)
class _Assessed:
    desk: _Desk
    reading: Reading
    result: _Result
    chosen: tuple[float, Question] | None
    assessment: given.Assessment


@dataclass(frozen=True, slots=True)
class Traced:
    """An assessment with what led to it; ``steps`` end with the belief of the assessment."""

    model: Classifier
    mentions: tuple[Mention, ...]
    reading: Reading
    steps: tuple[Step, ...]
    rules: tuple[Rule, ...]
    assessment: given.Assessment
    gain: float
    """Expected change of the next question (0 without one)."""
    answers: tuple[tuple[Option, "Outcome"], ...]
    """Each answer to it, and the result that it would give."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Urgency and belief (in the order of the model's names) after an answer."""

    urgency: Urgency
    belief: Vector


def assess(evidence: given.Evidence) -> given.Assessment:
    """Where to go and how soon, by all that is known. Raises for nothing that a patient can write."""
    return _assessed(evidence).assessment


def trace(evidence: given.Evidence) -> Traced:
    """:func:`assess` with its steps, for :mod:`care.triage.explain`."""
    found = _assessed(evidence)
    desk, reading, result = found.desk, found.reading, found.result
    answers = []
    if found.chosen is not None:
        for option in found.chosen[1].options:
            then = _result(desk, with_answer(reading, found.chosen[1], option), result.alarm)
            answers.append((option, Outcome(then.urgency, then.belief)))
    return Traced(
        model=desk.model,
        mentions=tuple(mentioned(reading.text)),
        reading=reading,
        steps=_steps(desk, reading, result),
        rules=result.rules,
        assessment=found.assessment,
        gain=found.chosen[0] if found.chosen else 0.0,
        answers=tuple(answers),
    )


def _assessed(evidence: given.Evidence) -> _Assessed:
    model = get_classifier()
    reading = read(evidence)
    desk = _Desk(model, model.read(reading.text), Searched(), evidence)
    flags, alarm = _red_flags(evidence, reading)
    result = _result(desk, reading, alarm)
    chosen = None
    # Somebody who must call 120 is not asked anything more, and nothing is asked about an animal.
    enough = result.urgency == Urgency.CALL_120 or flags or reading.animal or len(evidence.answers) >= MOST_QUESTIONS
    if not enough:
        chosen = _next_question(desk, reading, result, set(evidence.answers))
    departments = _ranked(desk, reading, result)
    assessment = given.Assessment(
        urgency=result.urgency,
        departments=departments,
        question=_shown(chosen[1]) if chosen else None,
        red_flags=flags,
        rationale=rationale(reading, departments, result.urgency, result.rules, flags),
        urgency_rules=tuple(rule.id for rule in result.rules),
    )
    return _Assessed(desk, reading, result, chosen, assessment)


def _steps(desk: _Desk, reading: Reading, result: _Result) -> tuple[Step, ...]:
    words = _words(desk, reading)
    likely = _with_history(desk, words)
    start = (Step("words", words),) if likely is words else (Step("words", words), Step("history", likely))
    return (*start, *steps(likely, desk.model.names, reading, result.urgency))


def _red_flags(evidence: given.Evidence, reading: Reading) -> tuple[tuple[RedFlag, ...], Urgency | None]:
    """The red flags of the last message in the light of the earlier ones, and of what answers say together with it."""
    if not reading.whole:
        return (), None
    said = [joined((item,)) for item in (*evidence.texts, *reading.said) if item.strip()]
    screening = screen(
        said[-1],
        earlier=tuple(said[:-1]),
        age_years=reading.age_years,
        sex=reading.sex,
        pregnant=reading.pregnant,
    )
    flags = {flag.id: flag for flag in screening.flags}
    levels = [screening.urgency] if screening.alarm and screening.urgency else []
    if len(said) > 1:
        together = screen(reading.whole, age_years=reading.age_years, sex=reading.sex, pregnant=reading.pregnant)
        flags |= {flag.id: flag for flag in together.flags}
        levels += [together.urgency] if together.alarm and together.urgency else []
    return tuple(flags.values()), min(levels, key=ORDER.index, default=None)


def _result(desk: _Desk, reading: Reading, alarm: Urgency | None) -> _Result:
    rules = deciding(reading, desk.searched)
    urgency = urgency_of(reading, rules)
    if alarm is not None:
        urgency = min(urgency, alarm, key=ORDER.index)
    belief = route(_with_history(desk, _words(desk, reading)), desk.model.names, reading, urgency)
    return _Result(urgency, belief, tuple(rule for rule in rules if rule.urgency == urgency), alarm)


def _words(desk: _Desk, reading: Reading) -> Vector:
    """Belief by the words alone."""
    heard = desk.heard
    for sentence in reading.said:
        heard = desk.model.read(sentence, heard)
    return desk.model.probabilities(heard)


def _with_history(desk: _Desk, words: Vector) -> Vector:
    evidence = desk.evidence
    return with_history(words, desk.model.names, recent=evidence.recent_departments, returning_to=evidence.returning_to)


def _next_question(desk: _Desk, reading: Reading, now: _Result, asked: set[str]) -> tuple[float, Question] | None:
    """The question with the largest expected change of the result, or None when no answer could change it.

    One that must come first does, as soon as it can change anything.
    """
    best: tuple[float, Question] | None = None
    for question in questions().values():
        if question.id in asked or not question.condition.holds(reading):
            continue
        gain = _gain(desk, reading, now, question)
        if gain >= LEAST_GAIN and question.first:
            return gain, question
        if gain >= LEAST_GAIN and (best is None or gain > best[0]):
            best = (gain, question)
    return best


def _shown(chosen: Question) -> given.Question:
    options = tuple(given.Option(option.value, option.title) for option in chosen.options)
    return given.Question(chosen.id, chosen.text, chosen.reason, options)


def _gain(desk: _Desk, reading: Reading, now: _Result, question: Question) -> float:
    """Expected change over the options; 0 when none of them would change what the patient is told."""
    total, changes = 0.0, False
    for option in question.options:
        then = _result(desk, with_answer(reading, question, option), now.alarm)
        moved = 0.5 * float(abs(then.belief - now.belief).sum())
        apart = abs(COST[then.urgency] - COST[now.urgency])
        changes = changes or apart > 0 or moved >= A_CHANGE
        total += option.share * (moved + apart)
    return total if changes else 0.0


def _ranked(desk: _Desk, reading: Reading, result: _Result) -> tuple[given.RankedDepartment, ...]:
    names = desk.model.names
    parents = {department.name: department.parent for department in all_departments()}
    order = sorted(range(len(names)), key=lambda place: (-result.belief[place], place))
    return tuple(
        given.RankedDepartment(
            name=names[place],
            parent=parents[names[place]],
            probability=round(float(result.belief[place]), 4),
            reason=_reason(desk, reading, result, names[place]) if rank < 3 else "",  # noqa: PLR2004
        )
        for rank, place in enumerate(order[:SHOWN])
    )


def _reason(desk: _Desk, reading: Reading, result: _Result, name: str) -> str:
    if name == "急诊科" and result.urgency in URGENT:
        return text("triage.reason.emergency")
    if name == desk.evidence.returning_to:
        return text("triage.reason.returning")
    words = reason_for(desk.model, reading, name)
    return words or (text("triage.reason.recent") if name in desk.evidence.recent_departments else "")
