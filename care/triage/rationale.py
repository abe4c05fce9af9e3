"""Why: which of the patient's own words led where. Never a diagnosis, never a dose."""

from collections.abc import Sequence

from care.emergency import RedFlag
from care.texts import text
from care.triage.classifier import Classifier
from care.triage.evidence import RankedDepartment
from care.triage.reading import Reading
from care.triage.urgency import Rule
from care.urgency import Urgency

MOST_WORDS = 3
LONGEST_WORD = 12


def telling_words(model: Classifier, reading: Reading, name: str) -> list[str]:
    """The patient's words that speak for ``name``, the strongest first; empty when none does."""
    words = list(dict.fromkeys(word for word, _ in reading.words if len(word) <= LONGEST_WORD))[:12]
    if not words:
        return []
    weights = model.contributions(reading.text, name, among=words)
    ranked = sorted(zip(weights, words, strict=True), reverse=True)
    return [word for weight, word in ranked if weight > 0][:MOST_WORDS]


def reason_for(model: Classifier, reading: Reading, name: str) -> str:
    """One short sentence for the card, or ""."""
    said = telling_words(model, reading, name)
    if said:
        return text("triage.reason.words", words="、".join(f"“{word}”" for word in said))
    if name in ("小儿内科", "小儿外科", "新生儿科", "儿童保健科") and reading.child:
        return text("triage.reason.child")
    if name == "产科" and reading.pregnant:
        return text("triage.reason.pregnant")
    return ""


def rationale(
    reading: Reading,
    departments: Sequence[RankedDepartment],
    urgency: Urgency,
    rules: Sequence[Rule],
    flags: Sequence[RedFlag],
) -> str:
    """A sentence or two that the patient can read; no department is named by a diagnosis."""
    parts = []
    best = departments[0]
    if reading.animal:
        return text("triage.rationale.animal")
    if best.reason:
        parts.append(text("triage.rationale.department", reason=best.reason, department=best.name))
    elif not reading.words:
        parts.append(text("triage.rationale.unknown"))
    whys = list(dict.fromkeys(rule.why for rule in rules))[:2]
    if whys and urgency != Urgency.OUTPATIENT:
        parts.append(text("triage.rationale.urgency", why="；".join(whys)))
    elif flags:
        parts.append(text("triage.rationale.flags", names="、".join(flag.name for flag in flags[:2])))
    if reading.child and reading.words:
        parts.append(text("triage.rationale.child"))
    elif reading.pregnant and reading.words:
        parts.append(text("triage.rationale.pregnant"))
    return "".join(parts)
