"""Skeletons with known range, tempo and faults, filmed from a known place: they prove every rule (tests and bench).

A stick figure of a person of 1.7 m (segment lengths after Winter, Biomechanics and Motor Control of Human Movement),
moved by an exercise's own pose function, turned, projected without perspective, and given the noise of a pose model.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from vision.rehab.exercise import Exercise, exercise
from vision.rehab.landmarks import POINTS, SIDES, Point, PoseTrack, Values, point

PIXELS_PER_METRE = 330.0
SIZE = (1280, 960)
TRUNK, THIGH, SHIN, FOOT, UPPER_ARM, FOREARM = 0.50, 0.42, 0.41, 0.20, 0.29, 0.25
NECK, EAR, HALF_SHOULDERS, HALF_HIPS = 0.13, 0.075, 0.1875, 0.10
NOSE_BEFORE_EARS = 1.2
TOE_BEFORE_ANKLE = FOOT * (1.0 - 0.25 * float(np.sin(np.radians(30.0))))
RATE = 15.0

DOWN = 180.0
"""Directions in the sagittal plane: 0 up, 90 forward, 180 down, 270 backward."""


@dataclass(frozen=True, slots=True)
class Posture:
    """Directions of the segments in degrees at one moment; ``out`` and ``in`` tilt a limb sideways."""

    trunk: float = 0.0
    thigh: tuple[float, float] = (DOWN, DOWN)
    shin: tuple[float, float] = (DOWN, DOWN)
    foot: tuple[float, float] = (90.0, 90.0)
    upper_arm: tuple[float, float] = (DOWN, DOWN)
    forearm: tuple[float, float] = (DOWN, DOWN)
    arm_out: tuple[float, float] = (8.0, 8.0)
    forearm_in: float = 0.0
    knee_in: tuple[float, float] = (0.0, 0.0)
    head_turn: float = 0.0
    side_bend: float = 0.0
    pelvis: float = 0.0
    shrug: float = 0.0
    heel_up: float = 0.0


@dataclass(frozen=True, slots=True)
class Performance:
    """What is done: ``reached`` degrees at the turn, ``tempo_s`` a repetition, faults by id with their size, each in
    its own unit. ``side`` is the limb that moves; ``both`` is the left one where one moves at a time."""

    exercise: str
    repetitions: int = 3
    reached: float | None = None
    tempo_s: float = 3.0
    pause_s: float = 0.8
    faults: dict[str, float] = field(default_factory=dict)
    side: str = "both"


@dataclass(frozen=True, slots=True)
class Filming:
    """How it is filmed: ``off_deg`` from the view asked for, noise in pixels, share of points lost, frames a second."""

    off_deg: float = 0.0
    noise_px: float = 0.0
    dropped: float = 0.0
    rate: float = RATE
    seed: int = 0
    mirrored: bool = False


def perform(done: Performance, filmed: Filming = Filming()) -> PoseTrack:
    """The track of a performance."""
    wanted = exercise(done.exercise)
    reached = wanted.target if done.reached is None else done.reached
    if wanted.hold_s is not None:
        times = np.arange(0.0, wanted.hold_s, 1.0 / filmed.rate)
        course = np.ones_like(times)
    else:
        times, course = _course(done, filmed.rate)
    poses = [
        _POSES[done.exercise](wanted.rest + share * (reached - wanted.rest), float(share), done) for share in course
    ]
    body = np.stack([_figure(pose) for pose in poses])
    return _filmed(times, body, wanted, filmed)


def _course(done: Performance, rate: float) -> tuple[Values, Values]:
    """Times and the share of the way from rest to turn: smooth there and back, with pauses at rest."""
    cycle = done.tempo_s + done.pause_s
    times = np.arange(0.0, done.pause_s + done.repetitions * cycle, 1.0 / rate)
    within = np.mod(times - done.pause_s, cycle)
    moving = (times >= done.pause_s) & (within < done.tempo_s)
    share = np.where(moving, 0.5 - 0.5 * np.cos(2 * np.pi * within / done.tempo_s), 0.0)
    return times, share


def _direction(sagittal: float, sideways: float = 0.0) -> Values:
    """A unit vector (left, up, forward); ``sideways`` tilts it to the left."""
    s, a = np.radians(sagittal), np.radians(sideways)
    return np.array([np.sin(a), np.cos(a) * np.cos(s), np.cos(a) * np.sin(s)])


def _figure(pose: Posture) -> Values:
    """(33, 3) metres: left, up, forward; the middle of the hips at the origin."""
    at = np.zeros((POINTS, 3))
    tilt = np.radians(pose.pelvis)
    up = _direction(pose.trunk, pose.side_bend)
    across = np.array([np.cos(np.radians(pose.side_bend)), -np.sin(np.radians(pose.side_bend)), 0.0])
    for index, side in enumerate(SIDES):
        sign = 1.0 if side == "left" else -1.0
        hip = sign * HALF_HIPS * np.array([np.cos(tilt), np.sin(tilt), 0.0])
        knee = hip + THIGH * _direction(pose.thigh[index], -sign * pose.knee_in[index])
        ankle = knee + SHIN * _direction(pose.shin[index], sign * pose.knee_in[index])
        heel = ankle + 0.25 * FOOT * _direction(pose.foot[index] + 120.0)
        toe = heel + FOOT * _direction(pose.foot[index] + pose.heel_up)
        shoulder = TRUNK * up + sign * HALF_SHOULDERS * across + pose.shrug * TRUNK * up
        elbow = shoulder + UPPER_ARM * _direction(pose.upper_arm[index], sign * pose.arm_out[index])
        wrist = elbow + FOREARM * _direction(pose.forearm[index], sign * (pose.arm_out[index] + pose.forearm_in))
        for name, place in zip(
            ("hip", "knee", "ankle", "heel", "toe", "shoulder", "elbow", "wrist"),
            (hip, knee, ankle, heel, toe, shoulder, elbow, wrist),
            strict=True,
        ):
            at[point(side, name)] = place
        turn = np.radians(pose.head_turn)
        head = (TRUNK + NECK) * up
        at[point(side, "ear")] = head + sign * EAR * np.array([np.cos(turn), 0.0, -np.sin(turn)])
        at[Point.NOSE] = head + NOSE_BEFORE_EARS * EAR * np.array([np.sin(turn), 0.0, np.cos(turn)])
    return at


def _filmed(times: Values, body: Values, wanted: Exercise, filmed: Filming) -> PoseTrack:
    random = np.random.default_rng(filmed.seed)
    square_on = 0.0 if wanted.view == "front" else 90.0
    turn = np.radians(square_on - filmed.off_deg if square_on else filmed.off_deg)
    # From the front the person's left is at the right of the picture; turned to the side they look to its right.
    across = body[:, :, 0] * np.cos(turn) + body[:, :, 2] * np.sin(turn)
    depth = -(body[:, :, 2] * np.cos(turn) - body[:, :, 0] * np.sin(turn))
    if filmed.mirrored:
        across = -across
    pixels = np.stack([across, -body[:, :, 1]], axis=2) * PIXELS_PER_METRE + np.array(SIZE) / 2
    pixels += filmed.noise_px * _jitter(random, pixels.shape) * _SHARE_OF_NOISE
    visibility = np.full(pixels.shape[:2], 0.98)
    if filmed.dropped:
        lost = random.random(pixels.shape[:2]) < filmed.dropped
        pixels[lost] = np.nan
        visibility[lost] = 0.0
        pixels[:, Point.NOSE] = np.nan_to_num(pixels[:, Point.NOSE], nan=float(SIZE[0]) / 2)
    return PoseTrack(times, pixels, depth * PIXELS_PER_METRE, visibility, SIZE)


# The face's points are set from a larger crop of it: their errors are a fraction of the body's.
_SHARE_OF_NOISE = np.where(np.arange(POINTS) <= Point.RIGHT_EAR, 0.4, 1.0)[None, :, None]


def _jitter(random: np.random.Generator, shape: tuple[int, ...]) -> Values:
    """Noise that stays for a few frames, as a pose model's does: first order, 0.6 a frame, unit variance."""
    fresh = random.standard_normal(shape)
    kept = fresh.copy()
    for frame in range(1, shape[0]):
        kept[frame] = 0.6 * kept[frame - 1] + 0.8 * fresh[frame]
    return kept


def _one_limb(done: Performance, moving: float, still: float) -> tuple[float, float]:
    """Of both sides, left first."""
    return (still, moving) if done.side == "right" else (moving, still)


def _squatting(flexion: float, share: float, done: Performance) -> Posture:
    shin_forward = 0.3 * flexion
    if "knee_over_toe" in done.faults:  # the knee as far before the toes as asked, at the turn
        ahead = done.faults["knee_over_toe"] * SHIN + TOE_BEFORE_ANKLE
        shin_forward = max(shin_forward, share * float(np.degrees(np.arcsin(min(0.95, ahead / SHIN)))))
    thigh_back = flexion - shin_forward
    lean = share * max(25.0, done.faults.get("trunk_leaning", 0.0))
    valgus = share * done.faults.get("knee_inward", 0.0) / 2
    return Posture(
        trunk=lean,
        thigh=(DOWN - thigh_back,) * 2,
        shin=(DOWN + shin_forward,) * 2,
        heel_up=share * done.faults.get("heel_lift", 0.0),
        knee_in=(valgus, valgus),
    )


def _sitting_up(flexion: float, share: float, done: Performance) -> Posture:
    half_up = float(np.sin(np.pi * min(1.0, share)))
    valgus = half_up * done.faults.get("knee_inward", 0.0) / 2
    return Posture(
        trunk=half_up * max(30.0, done.faults.get("trunk_leaning", 0.0)),
        thigh=(DOWN - flexion,) * 2,
        knee_in=(valgus, valgus),
        heel_up=done.faults.get("heel_lift", 0.0) * share,
    )


def _arms_out(degrees: float, share: float, done: Performance) -> Posture:
    bent = done.faults.get("elbow_bent", 0.0)
    half_up = float(np.sin(np.pi * min(1.0, share)))
    out = tuple(degrees if done.side in {"both", side} else 8.0 for side in SIDES)
    return Posture(
        arm_out=(out[0], out[1]),
        forearm_in=bent * share,
        shrug=done.faults.get("shoulder_shrugging", 0.0) * half_up,
        side_bend=done.faults.get("side_leaning", 0.0) * share,
    )


def _arms_forward(degrees: float, share: float, done: Performance) -> Posture:
    arms = tuple(DOWN - degrees if done.side in {"both", side} else DOWN for side in SIDES)
    bent = done.faults.get("elbow_bent", 0.0) * share
    back = -done.faults.get("leaning_back", 0.0) * share
    turned = tuple(arm + back for arm in arms)  # the arm is measured against the trunk
    return Posture(
        trunk=back,
        upper_arm=(turned[0], turned[1]),
        forearm=(turned[0] - bent, turned[1] - bent),
        arm_out=(0.0, 0.0),
    )


def _bending_elbows(degrees: float, share: float, done: Performance) -> Posture:
    swing = done.faults.get("upper_arm_moving", 0.0) * share
    back = -done.faults.get("leaning_back", 0.0) * share
    upper = DOWN - swing + back
    arms = tuple(upper - degrees if done.side in {"both", side} else upper for side in SIDES)
    return Posture(trunk=back, upper_arm=(upper,) * 2, forearm=(arms[0], arms[1]), arm_out=(0.0, 0.0))


def _raising_leg(degrees: float, share: float, done: Performance) -> Posture:
    lying = 270.0
    bent = done.faults.get("knee_bent", 0.0) * share
    raised = 90.0 - degrees
    return Posture(
        trunk=lying,
        thigh=_one_limb(done, raised, 90.0),
        shin=_one_limb(done, raised + bent, 90.0),
        foot=(0.0, 0.0),
        upper_arm=(90.0, 90.0),
        forearm=(90.0, 90.0),
        arm_out=(0.0, 0.0),
    )


def _bridging(degrees: float, _: float, done: Performance) -> Posture:
    trunk = 270.0 + (180.0 - degrees) / 2 - 0.0
    thigh = trunk + degrees - 360.0 if trunk + degrees >= 360.0 else trunk + degrees  # noqa: PLR2004
    knee = done.faults.get("knees_drifting", 90.0)
    return Posture(
        trunk=trunk,
        thigh=(thigh,) * 2,
        shin=(thigh + knee,) * 2,
        upper_arm=(90.0, 90.0),
        forearm=(90.0, 90.0),
        arm_out=(0.0, 0.0),
    )


def _lunging_sideways(degrees: float, share: float, done: Performance) -> Posture:
    valgus = share * done.faults.get("knee_inward", 0.0) / 2
    return Posture(
        thigh=_one_limb(done, DOWN - 0.6 * degrees, DOWN),
        shin=_one_limb(done, DOWN + 0.4 * degrees, DOWN),
        knee_in=_one_limb(done, valgus, 0.0),
        side_bend=share * done.faults.get("side_leaning", 0.0),
    )


def _lunging_forward(degrees: float, share: float, done: Performance) -> Posture:
    ahead = done.faults.get("knee_over_toe")
    front_shin = 0.1 * degrees
    if ahead is not None:
        before = ahead * SHIN + TOE_BEFORE_ANKLE
        front_shin = max(front_shin, share * float(np.degrees(np.arcsin(np.clip(before / SHIN, 0.0, 0.95)))))
    lean = share * done.faults.get("trunk_leaning", 5.0)
    return Posture(
        trunk=lean,
        thigh=(DOWN - (degrees - front_shin), DOWN + 10.0 * share),
        shin=(DOWN + front_shin, DOWN + 10.0 * share + degrees),
    )


def _rising_on_toes(degrees: float, share: float, done: Performance) -> Posture:
    bent = done.faults.get("knee_bent", 0.0) * share
    lean = done.faults.get("trunk_leaning", 0.0) * share
    return Posture(trunk=lean, thigh=(DOWN - bent / 2,) * 2, shin=(DOWN + bent / 2,) * 2, heel_up=degrees)


def _straightening_knee(degrees: float, share: float, done: Performance) -> Posture:
    back = -done.faults.get("leaning_back", 0.0) * share
    return Posture(trunk=back, thigh=(90.0, 90.0), shin=_one_limb(done, 90.0 + 180.0 - degrees, DOWN))


def _turning_head(degrees: float, share: float, done: Performance) -> Posture:
    return Posture(head_turn=degrees, side_bend=done.faults.get("side_leaning", 0.0) * share)


def _bending_sideways(degrees: float, share: float, done: Performance) -> Posture:
    return Posture(side_bend=degrees, pelvis=done.faults.get("hip_hiking", 0.0) * share)


def _in_plank(degrees: float, _: float, done: Performance) -> Posture:
    """Facing down, head forward: hips ``degrees`` above the line from shoulders to ankles."""
    hips = done.faults.get("hips_high", done.faults.get("hips_sagging", degrees))
    return Posture(
        trunk=90.0 + hips / 2,
        thigh=(270.0 - hips / 2,) * 2,
        shin=(270.0 - hips / 2,) * 2,
        foot=(150.0, 150.0),
        upper_arm=(DOWN, DOWN),
        forearm=(90.0, 90.0),
        arm_out=(0.0, 0.0),
    )


def _pushing_up(degrees: float, _: float, done: Performance) -> Posture:
    hips = done.faults.get("hips_high", done.faults.get("hips_sagging", 0.0))
    return Posture(
        trunk=80.0 + hips / 2,
        thigh=(260.0 - hips / 2,) * 2,
        shin=(260.0 - hips / 2,) * 2,
        foot=(150.0, 150.0),
        upper_arm=(DOWN + degrees / 2,) * 2,
        forearm=(DOWN - degrees / 2,) * 2,
        arm_out=(0.0, 0.0),
    )


_POSES: dict[str, Callable[[float, float, Performance], Posture]] = {
    "squat": _squatting,
    "sit_to_stand": _sitting_up,
    "shoulder_abduction": _arms_out,
    "shoulder_flexion": _arms_forward,
    "elbow_flexion": _bending_elbows,
    "straight_leg_raise": _raising_leg,
    "side_lunge": _lunging_sideways,
    "forward_lunge": _lunging_forward,
    "heel_raise": _rising_on_toes,
    "bridge": _bridging,
    "plank": _in_plank,
    "knee_extension": _straightening_knee,
    "cervical_rotation": _turning_head,
    "trunk_side_bend": _bending_sideways,
    "push_up": _pushing_up,
}
