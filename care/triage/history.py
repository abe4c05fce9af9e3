"""What the hospital knows of a patient's last visits, as a prior on the departments.

It moves belief before the rules of age, sex and urgency do, and never touches the urgency: an emergency is one
whoever was seen where. The strengths are measured in ``bench/prior.py`` on written scenarios.
"""

from collections.abc import Sequence

from care.triage.classifier import Vector

SEEN_LATELY = 5.0
"""How many times likelier a department is in which the patient was seen within the last weeks."""
RETURNING_SHARE = 0.6
"""Share of belief for the department to which the patient says to return with the same."""


def with_history(
    belief: Vector, names: tuple[str, ...], *, recent: Sequence[str] = (), returning_to: str | None = None
) -> Vector:
    """``belief`` (in the order of ``names``, summing to 1) in the light of the last visits; sums to 1."""
    seen = [names.index(name) for name in recent if name in names]
    back = names.index(returning_to) if returning_to in names else None
    if not seen and back is None:
        return belief
    moved = belief.copy()
    moved[seen] *= SEEN_LATELY
    moved /= moved.sum()
    if back is not None:
        moved *= 1 - RETURNING_SHARE
        moved[back] += RETURNING_SHARE
    return moved
