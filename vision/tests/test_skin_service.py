"""A photo through the service: confined worker, findings, pictures, and every kind of file that is none."""

import io
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import httpx
import numpy as np
import pillow_heif
import pytest
from PIL import Image

from vision.tests.files import archive, bomb, photo
from vision.tests.lesions import Scene, encoded, grown, lit, sheet, turned, written
from vision.tests.test_rehab_service import parts

ROOT = Path(__file__).resolve().parents[2]
GPS = {1: "N", 2: (39.0, 54.0, 20.0), 3: "E", 4: (116.0, 23.0, 29.0)}


def lesion(form: str = "JPEG", **options: object) -> bytes:
    return encoded(Scene().photo(), form, **options)


def of(response: httpx.Response) -> dict[str, object]:
    assert response.status_code == 200, response.text
    found: dict[str, object] = json.loads(parts(response)["findings"])
    return found


def problem_of(response: httpx.Response) -> str | None:
    quality = of(response)["quality"]
    assert isinstance(quality, dict)
    return quality["problem"]


def exif(orientation: int = 1) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = "SomePhone"
    tags[0x8825] = GPS
    return tags


def animation(form: str) -> bytes:
    first, second = Image.fromarray(Scene().photo()), Image.new("RGB", (600, 450), "blue")
    return encoded(first, form, save_all=True, append_images=[second], duration=100)


def sixteen_bits() -> bytes:
    grey = np.asarray(Image.fromarray(Scene().photo()).convert("L"))
    return encoded(Image.fromarray(grey.astype(np.uint16) * 257), "PNG")


def heic() -> bytes:
    target = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(Scene().photo())).save(target, quality=90)
    return target.getvalue()


def cmyk() -> bytes:
    return encoded(Image.fromarray(Scene().photo()).convert("CMYK"))


def size_of(data: bytes | Path) -> tuple[int, int]:
    with Image.open(io.BytesIO(data.read_bytes() if isinstance(data, Path) else data)) as picture:
        return picture.size


@pytest.fixture(scope="module")
def answered(socket_path: Path) -> httpx.Response:
    """One lesion, read once for all tests that look at what is said of it."""
    with httpx.Client(
        transport=httpx.HTTPTransport(uds=str(socket_path)), base_url="http://vision", timeout=90
    ) as http:
        return http.post("/skin", content=lesion(exif=exif()))


@pytest.fixture
def patient(service: httpx.Client) -> httpx.Client:
    """The networks are loaded by the first photo, which takes longer on a busy machine."""
    service.timeout = httpx.Timeout(90)
    return service


def test_findings_are_whole_and_small(answered: httpx.Response) -> None:
    found = of(answered)
    assert found["quality"]["ok"], found["quality"]  # type: ignore[index]
    probabilities = found["probabilities"]
    assert isinstance(probabilities, dict)
    assert set(probabilities) == {"ACK", "BCC", "MEL", "NEV", "SCC", "SEK"}
    assert sum(probabilities.values()) == pytest.approx(1, abs=1e-3)
    assert found["risk"] in {"urgent", "dermatologist", "watch", "unclear"}
    assert found["malignant"] == pytest.approx(sum(probabilities[name] for name in ("MEL", "BCC", "SCC")), abs=1e-3)
    assert set(found["abcd"]) >= {"asymmetry", "border", "colour", "diameter_px", "diameter_mm"}  # type: ignore[call-overload]
    assert str(found["version"]).startswith("skin-1/phone-")
    assert len(parts(answered)["findings"]) < 8192


@pytest.mark.parametrize("name", ["mask", "overlay", "heat"])
def test_pictures_fit_the_photo_and_say_that_they_were_generated(answered: httpx.Response, name: str) -> None:
    data = parts(answered)[name]
    picture = Image.open(io.BytesIO(data))
    assert picture.size == (600, 450)
    assert picture.mode == {"mask": "L", "overlay": "RGB", "heat": "RGBA"}[name]
    assert json.loads(picture.text["AIGC"])["Label"] == "1"  # type: ignore[attr-defined]
    assert picture.text["Comment"] == "由AI提供"  # type: ignore[attr-defined]


def test_no_place_and_no_phone_in_anything_that_comes_out(answered: httpx.Response) -> None:
    for data in parts(answered).values():
        assert [word for word in (b"SomePhone", b"Exif", b"eXIf", b"GPS") if word in data] == []


def test_the_history_counts_and_what_is_no_history_is_said(patient: httpx.Client, answered: httpx.Response) -> None:
    history = {"age_years": 80, "site": "nose", "grew": True, "bleed": True, "elevation": True, "palms": 3}
    told = of(patient.post("/skin", params={"history": json.dumps(history)}, content=lesion()))
    assert told["probabilities"] != of(answered)["probabilities"]
    for wrong in ("[1]", "nonsense", '{"grew": 3}', '{"age_years": -1}', '{"age_years": NaN}'):
        response = patient.post("/skin", params={"history": wrong}, content=lesion())
        assert (response.status_code, response.json()) == (422, {"problem": "no_history"})
    assert patient.post("/skin", params={"history": "x" * 2000}, content=b"").status_code == 422


def test_dermoscopy_has_its_own_classes_and_may_be_switched_off(patient: httpx.Client) -> None:
    told = of(patient.post("/skin", params={"kind": "dermoscopy"}, content=lesion()))
    assert set(told["probabilities"]) == {"akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"}  # type: ignore[call-overload]
    assert told["psoriasis"] is None
    off = patient.post("/skin", params={"kind": "dermoscopy", "non_commercial": False}, content=lesion())
    assert (off.status_code, off.json()) == (404, {"problem": "weights_off"})
    assert patient.post("/skin", params={"kind": "x-ray"}, content=lesion()).status_code == 422


@pytest.mark.parametrize(
    ("data", "status", "problem"),
    [
        (b"", 415, "empty"),
        (archive(), 415, "no_photo"),  # whatever it is called
        (b"%PDF-1.4 nothing", 415, "no_photo"),
        (lesion()[:4000], 422, "damaged"),
        (lesion("PNG")[:60_000], 422, "damaged"),
        (bomb(20_000, 20_000), 413, "too_many_pixels"),
        (bomb(), 413, "too_many_pixels"),
        (b"\xff\xd8\xff" + b"\0" * 300, 422, "damaged"),
        (b"GIF89a" + zlib.compress(bytes(5000)), 422, "damaged"),
    ],
    ids="empty zip pdf truncated-jpeg truncated-png 20000x20000 bomb broken-jpeg broken-gif".split(),
)
def test_a_file_that_is_no_photo_is_told_so(patient: httpx.Client, data: bytes, status: int, problem: str) -> None:
    response = patient.post("/skin", content=data)
    assert (response.status_code, response.json()) == (status, {"problem": problem})


@pytest.mark.parametrize(
    "data",
    [lesion("PNG"), lesion("WEBP"), lesion("BMP"), heic(), lesion(quality=40), cmyk()],
    ids="png webp bmp heic poor-jpeg cmyk".split(),
)
def test_every_format_that_phones_send_is_skin_to_the_gate(patient: httpx.Client, data: bytes) -> None:
    quality = of(patient.post("/skin", content=data))["quality"]
    # Whether a border is seen in what hard pressing has left is the network's to say.
    assert quality["problem"] in {None, "no_lesion"}  # type: ignore[index]
    assert quality["measured"]["shorter_side_px"] == 450  # type: ignore[index]
    assert quality["measured"]["skin"] > 0.9  # type: ignore[index]


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_of_an_animation_the_first_picture_is_read_and_it_is_said(patient: httpx.Client, form: str) -> None:
    quality = of(patient.post("/skin", content=animation(form)))["quality"]
    assert quality["notes"][:1] == ["animated"]  # type: ignore[index]


def test_sixteen_bits_of_grey_are_no_white_page(patient: httpx.Client) -> None:
    assert problem_of(patient.post("/skin", content=sixteen_bits())) == "no_skin"


def test_a_photo_taken_upright_is_looked_at_upright(patient: httpx.Client) -> None:
    lying = np.rot90(Scene().photo())
    response = patient.post("/skin", content=encoded(np.ascontiguousarray(lying), exif=exif(orientation=6)))
    assert size_of(parts(response)["mask"]) == (600, 450)


def test_a_sheet_is_offered_to_the_report_reader_and_has_no_classes(patient: httpx.Client) -> None:
    response = patient.post("/skin", content=encoded(sheet()))
    assert problem_of(response) == "document"
    assert of(response)["probabilities"] is None
    assert set(parts(response)) == {"findings"}


def test_two_photos_are_compared(patient: httpx.Client) -> None:
    first = lesion()
    later = lit(turned(grown(Scene(), 0.5).photo(), 8, scale=1.05), 0.95)
    response = patient.post("/skin/compare", params={"first_bytes": len(first)}, content=first + encoded(later))
    found = of(response)
    assert found["registered"], found
    assert size_of(parts(response)["side_by_side"]) == (1200, 450)


@pytest.mark.parametrize(
    ("first_bytes", "status", "problem"), [(0, 415, "empty"), (10, 415, "no_photo"), (10**9, 422, "damaged")]
)
def test_two_photos_that_are_not_two(patient: httpx.Client, first_bytes: int, status: int, problem: str) -> None:
    response = patient.post("/skin/compare", params={"first_bytes": first_bytes}, content=b"x" * 100)
    assert (response.status_code, response.json()) == (status, {"problem": problem})


def test_the_worker_is_confined_and_stays_below_700_mb(answered: httpx.Response, socket_path: Path) -> None:
    assert answered.status_code == 200
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            owner = Path(f"/proc/{parent}/cmdline").read_bytes()
        except OSError:
            continue
        if b"vision.worker" in line and b"skin" in line and str(socket_path).encode() in owner:
            break
    else:
        pytest.fail("no worker")
    status = dict(row.split(":", 1) for row in (folder / "status").read_text().splitlines())
    assert int(status["VmHWM"].split()[0]) < 700 * 1024
    limits = {row[:26].strip(): row[26:].split() for row in (folder / "limits").read_text().splitlines()}
    assert limits["Max file size"][0] == "0"
    assert limits["Max address space"][0] == str(4096 * 1024 * 1024)


def test_the_command_line_has_a_line_for_each_file(tmp_path: Path) -> None:
    good, page, broken = written(tmp_path / "a.jpg", Scene().photo()), tmp_path / "b.jpg", tmp_path / "c.jpg"
    page.write_bytes(encoded(sheet()))
    broken.write_bytes(photo()[:500])
    done = subprocess.run(
        [sys.executable, "-m", "vision.skin", "--out", str(tmp_path / "out"), str(good), str(page), str(broken)],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        check=True,
    )
    first, second, third = (json.loads(line) for line in done.stdout.splitlines())
    assert first["quality"]["ok"]
    assert size_of(Path(first["mask"])) == (600, 450)
    assert (second["quality"]["problem"], second["risk"]) == ("document", "unclear")
    assert second["probabilities"]
    assert (third["quality"]["problem"], third["probabilities"]) == ("damaged", None)
