"""``make bench-rehab``: counting and form on real clips, rules on landmark frames, all on known skeletons, speed.

Runs in ``vision/.venv``. Real clips and frames come from the data folder and are skipped, said so, where it is missing.
"""

import argparse
import csv
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from vision.rehab.assess import Assessment, assess
from vision.rehab.clip import Clip
from vision.rehab.exercise import Exercise, exercise, exercises
from vision.rehab.geometry import angle, uncertainty
from vision.rehab.landmarks import PoseTrack
from vision.rehab.measures import MEASURES
from vision.rehab.reading import watch
from vision.rehab.skeletons import Filming, Performance, perform

DATA = Path(os.environ.get("XINGLIN_DATA", "../shared/data")) / "rehab"
NAMES = {
    "squats": "squat",
    "squat": "squat",
    "push-ups": "push_up",
    "pushup": "push_up",
    "elbow_flexion": "elbow_flexion",
}
COUNTED_BY = {"dips": "push_up"}
"""Dips are no exercise of ours; their elbows are counted like a push-up's."""
FROM_FRONT = {"squat": ("knee_inward",), "sit_to_stand": ("knee_inward",)}
SURELY = 1.6
"""Faults are made as large as their limit and this many times the stated uncertainty."""


def watched(track: PoseTrack, wanted: Exercise) -> Assessment:
    """An assessment of a track that has no video."""
    clip = Clip(Path())
    clip.times, clip.light = [float(one) for one in track.times], [100.0]
    return assess(track, clip, wanted)[0]


def clips() -> None:
    """Repetitions and form on real clips."""
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(DATA / "clips.tar") as archive:
            archive.extractall(folder, filter="data")
        rows = list(csv.DictReader((Path(folder) / "labels.csv").open()))
        counted, form, gates = [], Counter(), Counter()
        for row in rows:
            name = NAMES.get(row["exercise"]) or COUNTED_BY.get(row["exercise"])
            if name is None:
                continue
            found = watch(Path(folder) / row["file"], exercise(name)).assessment
            gates[str(found.problem or "ok")] += 1
            if row["reps_lo"]:
                low, high, got = float(row["reps_lo"]), float(row["reps_hi"]), len(found.repetitions)
                off = max(low - got, got - high, 0)
                counted.append(off)
                if off:
                    print(f"  miscounted {row['file']}: {got} for {low:.0f}-{high:.0f} ({found.problem})")
            if row["form"] and name == "squat":
                form[(row["form"], found.form)] += 1
                if found.form != row["form"]:
                    print(f"  form {row['file']}: {found.form} ({found.problem}) for {row['form']}")
    exact = np.mean([off == 0 for off in counted])
    far = sum(off > 1 for off in counted)
    print(f"clips: repetitions exact on {exact:.3f} of {len(counted)}, off by more than one on {far}")
    right = {
        label: form[(label, label)] / max(1, sum(n for (one, _), n in form.items() if one == label))
        for label in ("correct", "incorrect")
    }
    print(f"clips: squats {dict(form)}; balanced accuracy {np.mean(list(right.values())):.3f} (few)")
    print(f"clips: gate {dict(gates)}")


def frames() -> None:
    """Landmark rows of other people's videos, one verdict a row by our rules. They were filmed at 16:9."""
    with tarfile.open(DATA / "landmark_frames.tar.gz") as archive:

        def rows(name: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
            member = archive.extractfile(f"exercise_correction/{name}")
            assert member is not None
            read = list(csv.DictReader(io.TextIOWrapper(member, "utf-8")))
            names = [key[:-2] for key in read[0] if key.endswith("_x")]
            labels = np.array([row["label"] for row in read])
            return labels, {
                one: np.array([[float(row[f"{one}_x"]) * 16 / 9, float(row[f"{one}_y"])] for row in read])
                for one in names
            }

        for name in ("squat_model/train.csv", "squat_model/test.csv"):
            labels, at = rows(name)
            flexion = np.zeros(len(labels))
            for a, b in (("hip", "knee"), ("knee", "ankle")):
                segments = [at[f"{side}_{b}"] - at[f"{side}_{a}"] for side in ("left", "right")]
                whole = np.percentile(np.concatenate([np.hypot(*one.T) for one in segments]), 95)
                flexion += np.degrees(np.arccos(np.clip((segments[0] + segments[1])[:, 1] / 2 / whole, -1, 1)))
            verdict = np.where(flexion > DOWN_DEG, "down", "up")
            print(f"frames: {name} down/up {np.mean(verdict == labels):.3f} of {len(labels)}, peer {_peer(at, labels)}")
        labels, at = rows("lunge_model/err.test.csv")
        verdict = np.where(_over_toe(at), "L", "C")
        print(
            f"frames: lunge knee over toe {np.mean(verdict == labels):.3f} of {len(labels)}, peer {_peer(at, labels)}"
        )
        for name in ("plank_model/test.csv", "plank_model/kaggle.csv"):
            labels, at = rows(name)
            print(f"frames: {name} hips {np.mean(_hips(at) == labels):.3f} of {len(labels)}, peer {_peer(at, labels)}")


DOWN_DEG = 75.0


def _peer(at: dict[str, np.ndarray], labels: np.ndarray) -> str:
    """What a trained classifier does: ridge regression on all points, five folds of consecutive frames of one class."""
    classes = sorted(set(labels))
    if len(classes) == 1:
        return "none, one class"
    points = np.stack(list(at.values()), axis=1)
    points = points - points.mean(axis=1, keepdims=True)
    points /= np.abs(points).max(axis=(1, 2), keepdims=True)
    inputs = np.column_stack([points.reshape(len(labels), -1), np.ones(len(labels))])
    wanted = (labels[:, None] == np.array(classes)).astype(float)
    fold = np.zeros(len(labels), dtype=int)
    for one in classes:
        places = np.flatnonzero(labels == one)
        fold[places] = np.arange(len(places)) * 5 // len(places)
    right = 0
    for held in range(5):
        kept = fold != held
        gram = inputs[kept].T @ inputs[kept] + 1e-2 * np.eye(inputs.shape[1])
        weights = np.linalg.solve(gram, inputs[kept].T @ wanted[kept])
        right += int((np.array(classes)[(inputs[~kept] @ weights).argmax(axis=1)] == labels[~kept]).sum())
    return f"{right / len(labels):.3f}"


def _over_toe(at: dict[str, np.ndarray]) -> np.ndarray:
    limit = next(one for one in exercise("forward_lunge").faults if one.id == "knee_over_toe").above
    facing = np.sign(sum(at[f"{side}_foot_index"] - at[f"{side}_heel"] for side in ("left", "right"))[:, 0])
    ahead = {}
    for side in ("left", "right"):
        shin = np.percentile(np.hypot(*(at[f"{side}_knee"] - at[f"{side}_ankle"]).T), 80)
        ahead[side] = facing * (at[f"{side}_knee"] - at[f"{side}_foot_index"])[:, 0] / shin
    left_in_front = facing * (at["left_ankle"] - at["right_ankle"])[:, 0] > 0
    return np.where(left_in_front, ahead["left"], ahead["right"]) > limit


def _hips(at: dict[str, np.ndarray]) -> np.ndarray:
    limits = {one.id: one for one in exercise("plank").faults}
    shoulder, hip, ankle = ((at[f"left_{name}"] + at[f"right_{name}"]) / 2 for name in ("shoulder", "hip", "ankle"))
    line = ankle - shoulder
    at_hip = shoulder[:, 1] + line[:, 1] * (hip[:, 0] - shoulder[:, 0]) / line[:, 0]
    bent = (180.0 - angle(shoulder, hip, ankle)) * np.sign(at_hip - hip[:, 1])
    verdict = np.where(bent < limits["hips_sagging"].below - uncertainty(0), "L", "C")
    return np.where(bent > limits["hips_high"].above + uncertainty(0), "H", verdict)


def skeletons(seeds: int = 20) -> dict[str, float]:
    """Recovered ranges, counts and faults on performances whose truth is known."""
    random = np.random.default_rng(7)
    clean = noisy = inside = total = exact = 0
    for name, wanted in exercises().items():
        if wanted.hold_s is not None:
            continue
        for seed in range(seeds):
            whole = wanted.target - wanted.rest
            done = Performance(
                name,
                repetitions=int(random.integers(2, 6)),
                reached=wanted.rest + whole * random.uniform(0.7, 1.05),
                tempo_s=random.uniform(1.5, 5.0),
            )
            if wanted.measure != "knee_flexion" or wanted.view != "front":  # read from foreshortening: 15 degrees
                sharp = watched(perform(done), wanted)
                clean = max(clean, *(abs(one.range_deg - done.reached) for one in sharp.repetitions))
            rough = watched(
                perform(done, Filming(random.uniform(0, 20), 4.0, 0.03, seed=seed, mirrored=bool(seed % 2))), wanted
            )
            exact += len(rough.repetitions) == done.repetitions
            noisy += 1
            inside += sum(abs(one.range_deg - done.reached) <= one.uncertainty_deg for one in rough.repetitions)
            total += len(rough.repetitions)
    hits = misses = alarms = 0
    for name, wanted in exercises().items():
        for fault in wanted.faults:
            if fault.id == "not_locked":  # an opening of the joint at rest, tested by hand
                continue
            for seed in range(max(2, seeds // 4)):
                off = 85.0 if fault.id in FROM_FRONT.get(name, ()) else random.uniform(0, 12)
                filmed = Filming(off, 3.0, 0.02, seed=seed)
                measure = MEASURES[fault.measure]
                sigma = uncertainty(0 if off > 12 else off) * measure.noise if measure.unit == "deg" else 0.06
                size = fault.above + SURELY * sigma if fault.above is not None else fault.below - SURELY * sigma
                called = {
                    one.id
                    for one in watched(perform(Performance(name, faults={fault.id: size}), filmed), wanted).faults
                }
                hits += fault.id in called
                misses += fault.id not in called
                alarms += len(called - {fault.id}) + len(watched(perform(Performance(name), filmed), wanted).faults)
    return {
        "worst_error_without_noise_deg": round(clean, 2),
        "counts_exact": round(exact / noisy, 3),
        "ranges_within_uncertainty": round(inside / total, 3),
        "fault_recall": round(hits / (hits + misses), 3),
        "fault_precision": round(hits / max(1, hits + alarms), 3),
    }


def _peak_mb(path: Path) -> int:
    """Peak memory of a process of its own. Its own word for it: what the system counts for a child begins with what
    its parent, full of frames, had at the fork."""
    reading = (
        "import sys; from vision.rehab.__main__ import main; main();"
        "print([line for line in open('/proc/self/status') if line.startswith('VmHWM')][0])"
    )
    command = [sys.executable, "-c", reading, "--exercise", "squat", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout.splitlines()[-2].split()[1]) // 1024


def speed() -> None:
    """A made clip of 10 s, 30 frames a second, 1080p: everything against decoding and pose alone, on one core."""
    from bench.rehab_clip import clip_of_a_person

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        path = clip_of_a_person(Path(folder) / "clip.mp4")
        if path is None:
            print("speed: no clip with a person at hand")
            return
        bare, whole = [], []
        for _ in range(3):
            started = time.monotonic()
            from vision.rehab.pose import follow

            follow(Clip(path).frames())
            bare.append(time.monotonic() - started)
            started = time.monotonic()
            watch(path, exercise("squat"))
            whole.append(time.monotonic() - started)
        memory = _peak_mb(path)
    print(
        f"speed: 10 s of 1080p in {np.median(whole):.1f} s on one core, "
        f"{np.median(whole) / np.median(bare):.2f} of decoding and pose alone; {memory} MB in a process of its own"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.rehab")
    parser.add_argument("--only", choices=("skeletons", "clips", "frames", "speed"))
    asked = parser.parse_args()
    if asked.only in {None, "skeletons"}:
        for name, value in skeletons().items():
            print(f"skeletons: {name} {value}")
    for name, part in (("frames", frames), ("clips", clips), ("speed", speed)):
        if asked.only in {None, name}:
            if (DATA / "clips.tar").exists():
                part()
            else:
                print(f"{name}: not measured, no data at {DATA}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
