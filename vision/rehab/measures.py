"""What can be measured on a body in the picture: named, in degrees or shares, each with its uncertainty."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from vision.rehab.geometry import angle, from_vertical, length, trunk_length, turned_from_camera, uncertainty
from vision.rehab.landmarks import SIDES, PoseTrack, Values, opposite
from vision.rehab.smoothing import smoothed

SHARE_NOISE = 0.06
"""Standard error of a distance over a body length: the pose noise of 6 degrees on a segment of that length, about half
of which both ends share."""
FORESHORTENED_NOISE_DEG = 15.0
"""Standard error of a flexion read from how short a limb looks from the front."""
FRONTAL_DEG = 45.0
"""Below this turn a flexion of the leg is read from foreshortening, above it from the angle in the picture."""
_NOSE_BEFORE_EARS = 1.2
_START_S = 0.6
_TO_SIDE = 90.0


class Plane(StrEnum):
    """The plane in which a measure lies, that is, from where it must be filmed."""

    SIDE = "side"
    FRONT = "front"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Body:
    """A track with what every measure needs to know of it once."""

    track: PoseTrack
    turned: float
    facing: float
    trunk: float

    @classmethod
    def of(cls, track: PoseTrack) -> "Body":
        return cls(track, turned_from_camera(track), _facing(track), trunk_length(track))

    def off(self, plane: Plane) -> float:
        """Degrees by which the camera stands off the direction that the plane asks for."""
        if plane is Plane.ANY or np.isnan(self.turned):
            return 0.0
        return self.turned if plane is Plane.FRONT else _TO_SIDE - self.turned

    @property
    def from_front(self) -> bool:
        return self.turned < FRONTAL_DEG


def _facing(track: PoseTrack) -> float:
    """1 when the person looks to the right of the picture, -1 to the left: by the feet, which a turned head leaves."""
    feet = np.concatenate([(track.at(side, "toe") - track.at(side, "heel"))[:, 0] for side in SIDES])
    feet = feet[~np.isnan(feet)]
    return -1.0 if len(feet) and np.median(feet) < 0 else 1.0


@dataclass(frozen=True, slots=True)
class Measure:
    """``of(body, side)`` gives (F,) values; a measure of the whole body takes no notice of ``side``."""

    of: Callable[[Body, str], Values]
    plane: Plane
    points: tuple[str, ...]
    sided: bool = True
    unit: str = "deg"
    noise: float = 1.0
    """Noise against that of thigh and shin: the same error in pixels turns a short segment further."""

    def sigma(self, body: Body) -> float:
        """One standard error, in the measure's unit, from where this clip was filmed."""
        if self.of is _knee_flexion and body.from_front:
            return FORESHORTENED_NOISE_DEG
        doubt = uncertainty(body.off(self.plane)) * self.noise
        return doubt if self.unit == "deg" else doubt / uncertainty(0.0) * SHARE_NOISE


def _joint(a: str, b: str, c: str) -> Callable[[Body, str], Values]:
    def of(body: Body, side: str) -> Values:
        track = body.track
        return angle(track.at(side, a), track.at(side, b), track.at(side, c))

    return of


def _flexion(a: str, b: str, c: str) -> Callable[[Body, str], Values]:
    joint = _joint(a, b, c)

    def of(body: Body, side: str) -> Values:
        return 180.0 - joint(body, side)

    return of


_knee_in_picture = _flexion("hip", "knee", "ankle")


def _knee_flexion(body: Body, side: str) -> Values:
    """From the side the angle itself. From the front thigh and shin keep their direction and lose length."""
    if not body.from_front:
        return _knee_in_picture(body, side)
    track = body.track
    thigh = track.at(side, "knee") - track.at(side, "hip")
    shin = track.at(side, "ankle") - track.at(side, "knee")
    return _leaning(track.times, thigh) + _leaning(track.times, shin)


def _leaning(times: Values, segment: Values) -> Values:
    """Smoothed before the arc cosine, which near an upright limb makes much of little noise, and all of one sign."""
    whole = smoothed(times, length(segment))
    known = whole[~np.isnan(whole)]
    if not len(known):
        return np.full(len(segment), np.nan)
    return np.degrees(np.arccos(np.clip(smoothed(times, segment[:, 1]) / np.percentile(known, 95), -1.0, 1.0)))


def _foot_pitch(body: Body, side: str) -> Values:
    """Heel above toe, positive: from its height over the foot's whole length, which a foot turned towards the camera
    does not blow up as it would the angle in the picture."""
    foot = body.track.at(side, "toe") - body.track.at(side, "heel")
    whole = length(foot)
    known = whole[~np.isnan(whole)]
    if not len(known):
        return np.full(len(foot), np.nan)
    return np.degrees(np.arcsin(np.clip(foot[:, 1] / np.percentile(known, 95), -1.0, 1.0)))


def _knee_over_toe(body: Body, side: str) -> Values:
    track = body.track
    shin = length(track.at(side, "knee") - track.at(side, "ankle"))
    return body.facing * (track.at(side, "knee") - track.at(side, "toe"))[:, 0] / np.nanpercentile(shin, 80)


def _knee_valgus(body: Body, side: str) -> Values:
    """Frontal plane projection angle (Willson 2006), positive when the knee falls inward."""
    track, other = body.track, opposite(side)
    hip, knee, ankle = (track.at(side, name) for name in ("hip", "knee", "ankle"))
    inward = np.sign(track.at(other, "hip")[:, 0] - hip[:, 0])
    leg = ankle - hip
    line_x = hip[:, 0] + leg[:, 0] * (knee[:, 1] - hip[:, 1]) / np.where(np.abs(leg[:, 1]) < 1, np.nan, leg[:, 1])
    return (180.0 - angle(hip, knee, ankle)) * np.sign(inward * (knee[:, 0] - line_x))


def _shrug(body: Body, side: str) -> Values:
    """How near the shoulder has come to the ear, as a negative share of the trunk: rises when it is shrugged."""
    return (body.track.at(side, "ear") - body.track.at(side, "shoulder"))[:, 1] / body.trunk


def _trunk(body: Body, _: str) -> Values:
    return body.facing * from_vertical(body.track.middle("shoulder") - body.track.middle("hip"))


def _side_bend(body: Body, _: str) -> Values:
    return np.abs(from_vertical(body.track.middle("shoulder") - body.track.middle("hip")))


def _pelvis(body: Body, _: str) -> Values:
    across = body.track.at("left", "hip") - body.track.at("right", "hip")
    return np.degrees(np.arctan2(np.abs(across[:, 1]), np.abs(across[:, 0])))


def _arm_from_trunk(body: Body, side: str) -> Values:
    """Between the upper arm and the trunk's own line, which the width of the hips does not tilt."""
    track = body.track
    shoulder = track.at(side, "shoulder")
    down = track.middle("hip") - track.middle("shoulder")
    return angle(shoulder + down, shoulder, track.at(side, "elbow"))


def _neck_rotation(body: Body, _: str) -> Values:
    """Turn of the head away from where it was at the start, by how far the nose has moved between the ears; both
    directions count alike. Against the start, not the camera, which seldom stands right before the face."""
    track = body.track
    left, right = track.at("left", "ear")[:, 0], track.at("right", "ear")[:, 0]
    nose = track.points[:, 0, 0] - (left + right) / 2
    turned = np.degrees(np.arctan2(nose, np.abs(left - right) / 2 * _NOSE_BEFORE_EARS))
    start = turned[(track.times <= track.times[0] + _START_S) & ~np.isnan(turned)]
    return np.abs(turned - (np.median(start) if len(start) else 0.0))


def _hip_line(body: Body, _: str) -> Values:
    """How far the hips are off the line from shoulders to ankles, positive above it: plank and push-up."""
    track = body.track
    shoulder, hip, ankle = (track.middle(name) for name in ("shoulder", "hip", "ankle"))
    line = ankle - shoulder
    at_hip = shoulder[:, 1] + line[:, 1] * (hip[:, 0] - shoulder[:, 0]) / np.where(
        np.abs(line[:, 0]) < 1, np.nan, line[:, 0]
    )
    return (180.0 - angle(shoulder, hip, ankle)) * np.sign(at_hip - hip[:, 1])


MEASURES: dict[str, Measure] = {
    "knee_flexion": Measure(_knee_flexion, Plane.SIDE, ("hip", "knee", "ankle")),
    "knee_extension": Measure(_joint("hip", "knee", "ankle"), Plane.SIDE, ("hip", "knee", "ankle")),
    "hip_flexion": Measure(_flexion("shoulder", "hip", "knee"), Plane.SIDE, ("shoulder", "hip", "knee")),
    "hip_extension": Measure(_joint("shoulder", "hip", "knee"), Plane.SIDE, ("shoulder", "hip", "knee")),
    "elbow_flexion": Measure(_flexion("shoulder", "elbow", "wrist"), Plane.ANY, ("shoulder", "elbow", "wrist")),
    "shoulder_abduction": Measure(_arm_from_trunk, Plane.FRONT, ("hip", "shoulder", "elbow")),
    "shoulder_flexion": Measure(_arm_from_trunk, Plane.SIDE, ("hip", "shoulder", "elbow")),
    "heel_rise": Measure(_foot_pitch, Plane.SIDE, ("heel", "toe"), noise=2.5),
    "knee_over_toe": Measure(_knee_over_toe, Plane.SIDE, ("knee", "toe"), unit="share"),
    "knee_valgus": Measure(_knee_valgus, Plane.FRONT, ("hip", "knee", "ankle")),
    "shrug": Measure(_shrug, Plane.FRONT, ("ear", "shoulder"), unit="share"),
    "trunk_lean": Measure(_trunk, Plane.SIDE, ("shoulder", "hip"), sided=False),
    "side_bend": Measure(_side_bend, Plane.FRONT, ("shoulder", "hip"), sided=False),
    "pelvis_tilt": Measure(_pelvis, Plane.FRONT, ("hip",), sided=False),
    "neck_rotation": Measure(_neck_rotation, Plane.FRONT, ("ear",), sided=False, noise=2.0),
    "hip_line": Measure(_hip_line, Plane.SIDE, ("shoulder", "hip", "ankle"), sided=False),
}
