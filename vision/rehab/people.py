"""Several people in the picture: the one who exercises is followed, not the one whom the model finds first."""

from dataclasses import dataclass

import numpy as np

from vision.rehab.clip import Picture
from vision.rehab.exercise import Exercise
from vision.rehab.landmarks import PoseTrack
from vision.rehab.motion import motion_of
from vision.rehab.pose import PoseReader, Region, follow

MOST_PEOPLE = 3
LOOKS = 3
"""Frames in which people are looked for, spread over the clip; a real one is found in two of them at least."""
SMALLEST_SHARE = 0.45
"""Somebody whose trunk is smaller than this share of the largest one's stands in the background."""
VISIBLE = 0.6
MARGIN = 0.25
_BODY = list(range(11, 33))


@dataclass(frozen=True, slots=True)
class Person:
    """Where somebody was seen: shares of the picture."""

    left: float
    top: float
    right: float
    bottom: float
    trunk: float
    looks: int = 1

    def overlaps(self, other: "Person") -> bool:
        """Whether the two are one person seen twice: centres nearer than half a width."""
        apart = abs((self.left + self.right) - (other.left + other.right)) / 2
        return apart < 0.5 * min(self.right - self.left, other.right - other.left)

    def region(self) -> Region:
        """The box with room to move."""
        wide, high = (self.right - self.left) * MARGIN, (self.bottom - self.top) * MARGIN
        return Region(self.left - wide, self.top - high, self.right + wide, self.bottom + high)

    def joined(self, other: "Person") -> "Person":
        return Person(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
            max(self.trunk, other.trunk),
            self.looks + other.looks,
        )


def find_people(pictures: list[Picture]) -> list[Person]:
    """Everybody of some size in these frames: found one after the other, each covered up before the next look."""
    found: list[Person] = []
    with PoseReader(still=True) as reader:
        for picture in pictures:
            covered = picture.copy()
            for _ in range(MOST_PEOPLE):
                person = _person(reader.rows(covered))
                if person is None:
                    break
                _cover(covered, person)
                same = next((one for one in found if one.overlaps(person)), None)
                if same is None:
                    found.append(person)
                else:
                    found[found.index(same)] = same.joined(person)
    found = [one for one in found if one.looks > 1]
    largest = max((one.trunk for one in found), default=0.0)
    return [one for one in found if one.trunk >= SMALLEST_SHARE * largest]


def _person(rows: np.ndarray) -> Person | None:
    if np.isnan(rows).any() or np.median(rows[_BODY, 3]) < VISIBLE:
        return None
    left, top = rows[:, :2].min(axis=0)
    right, bottom = rows[:, :2].max(axis=0)
    trunk = float(np.hypot(*((rows[11, :2] + rows[12, :2] - rows[23, :2] - rows[24, :2]) / 2)))
    return Person(float(left), float(top), float(right), float(bottom), trunk)


def _cover(picture: Picture, person: Person) -> None:
    height, width = picture.shape[:2]
    top, bottom = (int(np.clip(share, 0, 1) * height) for share in (person.top, person.bottom))
    left, right = (int(np.clip(share, 0, 1) * width) for share in (person.left, person.right))
    picture[top:bottom, left:right] = picture.reshape(-1, 3).mean(axis=0).astype(np.uint8)


def exercising(people: list[Person], frames: list[tuple[float, Picture]], exercise: Exercise) -> Person:
    """Whoever moves most in the way of the exercise, on whichever side, by a quick look at frames spread over the
    clip."""
    either = exercise.prescribed()
    ways = [_way(follow(frames, person.region()), either) for person in people]
    return people[int(np.argmax(ways))]


def _way(track: PoseTrack, exercise: Exercise) -> float:
    values = motion_of(track, exercise).values
    known = values[~np.isnan(values)]
    return float(np.percentile(known, 95) - np.percentile(known, 5)) if len(known) else 0.0
