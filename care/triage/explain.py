"""How an assessment came about: words to evidence, words and rules to departments, rules to urgency, and the question.

The same numbers as in :func:`care.triage.assess`, not a story told afterwards.
"""

from dataclasses import dataclass

from care.triage.assess import Traced, trace
from care.triage.classifier import Classifier, Vector
from care.triage.evidence import Evidence
from care.triage.features import normalise
from care.triage.urgency import Rule, sources
from language.tokens import tokenize

SHOWN_DEPARTMENTS = 3
SHOWN_WORDS = 6
UNUSED = frozenset(("date", "time", "department", "doctor"))
"""Kinds of mentions that triage does not use."""
LEAST = 0.05
"""Log odds below which a word is not worth naming."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Words of the patient and what they are read as; ``denied`` for "不发烧"."""

    words: str
    kind: str
    value: str
    denied: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """What one word adds to the log odds of a department over the average department."""

    word: str
    log_odds: float


@dataclass(frozen=True, slots=True)
class Moved:
    """Belief in one department after a step: "words" is the model, the rest are rules of ``routing.py``."""

    step: str
    probability: float


@dataclass(frozen=True, slots=True)
class Department:
    """Why a department has its probability: its prior, the words for and against it, then each rule."""

    name: str
    prior: float
    words: tuple[Weighed, ...]
    steps: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class RuleMatched:
    """A rule of ``urgency.yaml`` that set the urgency; ``because`` are the conditions that held."""

    id: str
    why: str
    because: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class FlagMatched:
    """A red flag of ``care/emergency`` that matched."""

    id: str
    name: str
    urgency: str
    source: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one answer to the next question would lead to."""

    answer: str
    share: float
    urgency: str
    department: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The next question: the reason the patient reads, how much it is expected to change, and what each answer does."""

    id: str
    text: str
    reason: str
    expected_change: float
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """All of it. ``patient`` is what is known of whose complaint it is; unknown things are left out."""

    heard: tuple[Heard, ...]
    patient: dict[str, str | float | bool]
    urgency: str
    rules: tuple[RuleMatched, ...]
    raised_by_answers: tuple[str, ...]
    red_flags: tuple[FlagMatched, ...]
    departments: tuple[Department, ...]
    question: Asked | None
    rationale: str


def explain(evidence: Evidence) -> Explanation:
    """The explanation of ``assess(evidence)``. Raises for nothing that a patient can write."""
    found = trace(evidence)
    reading = found.reading
    known = {
        "age_years": reading.age_years,
        "child": reading.child or None,
        "newborn": reading.newborn or None,
        "sex": reading.sex,
        "pregnant": reading.pregnant,
        "temperature": reading.temperature,
        "days": reading.days,
        "severity": reading.severity,
        "animal": reading.animal or None,
    }
    return Explanation(
        heard=tuple(Heard(m.text, m.kind, m.value, m.negated) for m in found.mentions if m.kind not in UNUSED),
        patient={name: value for name, value in known.items() if value is not None},
        urgency=str(found.assessment.urgency),
        rules=tuple(_rule(rule, found) for rule in found.rules),
        raised_by_answers=reading.raised,
        red_flags=tuple(
            FlagMatched(flag.id, flag.name, str(flag.urgency), flag.source) for flag in found.assessment.red_flags
        ),
        departments=_departments(found),
        question=_question(found),
        rationale=found.assessment.rationale,
    )


def _rule(rule: Rule, found: Traced) -> RuleMatched:
    reading = found.reading
    because = sorted((rule.any_of | rule.all_of | rule.only) & reading.present)
    if rule.words is not None:
        hits = (rule.words.search(sentence) for sentence in reading.sentences)
        because += [f"“{hit.group()}”" for hit in hits if hit]
    measured = (
        ("age_years", reading.age_years, (rule.age_below, rule.age_from, rule.age_until)),
        ("temperature", reading.temperature, (rule.temperature_from, rule.temperature_below)),
        ("days", reading.days, (rule.days_from, rule.days_to)),
    )
    for name, value, limits in measured:
        if value is not None and any(limit is not None for limit in limits):
            because.append(f"{name}={value:g}")
    if rule.severity:
        because.append(f"severity={reading.severity}")
    if rule.pregnant is not None:
        because.append(f"pregnant={bool(reading.pregnant)}".lower())
    return RuleMatched(rule.id, rule.why, tuple(because), sources()[rule.source])


def _departments(found: Traced) -> tuple[Department, ...]:
    model = found.model
    names = [one.name for one in found.assessment.departments[:SHOWN_DEPARTMENTS]]
    told = [_weigh(model, sentence) for sentence in (found.reading.text, *found.reading.said)]
    explained = []
    for name in names:
        row = model.names.index(name)
        sums: dict[str, float] = {}
        for words in told:
            for word, adds in words.items():
                sums[word] = sums.get(word, 0.0) + float(adds[row])
        ranked = sorted(sums.items(), key=lambda one: (-abs(one[1]), one[0]))[:SHOWN_WORDS]
        explained.append(
            Department(
                name=name,
                prior=round(float(model.prior[row]), 4),
                words=tuple(Weighed(word, round(adds, 2)) for word, adds in ranked if abs(adds) >= LEAST),
                steps=tuple(Moved(step.rule, round(float(step.belief[row]), 4)) for step in found.steps),
            )
        )
    return tuple(explained)


def _weigh(model: Classifier, sentence: str) -> dict[str, Vector]:
    """Word -> log odds of every department: each n-gram is shared out over the words that it touches."""
    grams = model.weighed(sentence)
    text = normalise(sentence)
    words = [(word, start, start + len(word)) for word, start in tokenize(text)]
    found: dict[str, Vector] = {}
    for gram, adds in grams.items():
        start = text.find(gram)
        end = start + len(gram)
        for word, begin, stop in words:
            if begin < end and stop > start:
                part = adds * ((min(end, stop) - max(start, begin)) / len(gram))
                found[word] = found[word] + part if word in found else part
    return found


def _question(found: Traced) -> Asked | None:
    question = found.assessment.question
    if question is None:
        return None
    outcomes = tuple(
        Outcome(option.title, option.share, str(then.urgency), found.model.names[int(then.belief.argmax())])
        for option, then in found.answers
    )
    return Asked(question.id, question.text, question.reason, round(found.gain, 3), outcomes)
