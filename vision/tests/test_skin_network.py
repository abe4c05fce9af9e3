"""The skin networks as shipped: held to what torch said of them, and to what everybody builds on."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from vision.skin.frame import Frame, place
from vision.skin.history import ASKED, LENGTH, SITES, encode
from vision.skin.invented import NO_LESION, spot
from vision.skin.network import MODELS, History, Kind, Network, Reading, Risk, WeightsOff

KINDS = list(Kind)


@lru_cache
def network(kind: Kind) -> Network:
    return Network(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_says_what_torch_said(kind: Kind) -> None:
    # Recorded by training.skin.export from the very weights that it wrote.
    said = np.load(MODELS / f"{kind}.check.npz")
    for number, photo in enumerate(said["photo"]):
        asked = {"photo": photo[None]}
        if kind is Kind.PHONE:
            asked["history"] = said["history"][number][None]
        names = ("logits", "mask", "heat", "unlike")
        for name, value in zip(names, network(kind).session.run(names, asked), strict=True):
            assert np.abs(value[0] - said[name][number]).max() < 1e-3, name


def test_weights_are_small() -> None:
    assert sum(path.stat().st_size for path in MODELS.iterdir()) < 40e6


def sound(reading: Reading, shape: tuple[int, int], kind: Kind) -> None:
    assert tuple(reading.probabilities) == network(kind).settings.labels
    assert sum(reading.probabilities.values()) == pytest.approx(1)
    assert 0 <= reading.malignant <= 1
    for values in (reading.mask, reading.heat):
        assert values.shape == shape
        assert values.dtype == np.float32
        assert values.min() >= 0
        assert values.max() <= 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(150, 200), (1, 1), (40, 900), (900, 40), (1024, 768)])
def test_reads_any_size_and_aspect(kind: Kind, shape: tuple[int, int]) -> None:
    sound(network(kind).read(spot(*shape)), shape, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_mask_lies_on_the_spot(kind: Kind) -> None:
    mask = network(kind).read(spot()).mask >= 0.5
    rows, columns = np.mgrid[:300, :400]
    truth = np.hypot(rows - 150, columns - 200) < 0.18 * 300
    assert 2 * (mask & truth).sum() / (mask.sum() + truth.sum()) > 0.8


@pytest.mark.parametrize("kind", KINDS)
def test_mask_turns_with_the_photo(kind: Kind) -> None:
    photo = np.roll(spot(), (40, -60), (0, 1))
    straight = network(kind).read(photo).mask >= 0.5
    turned = np.rot90(network(kind).read(np.ascontiguousarray(np.rot90(photo))).mask >= 0.5, -1)
    assert 2 * (straight & turned).sum() / (straight.sum() + turned.sum()) > 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_mask_of_bare_skin_is_mostly_empty(kind: Kind) -> None:
    assert (network(kind).read(spot(size=0)).mask >= 0.5).mean() < 0.1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("picture", NO_LESION, ids=lambda made: made.__name__)
def test_what_is_no_lesion_is_unclear(kind: Kind, picture: Any) -> None:
    reading = network(kind).read(picture())
    assert reading.unlike > 1
    assert reading.risk is Risk.UNCLEAR


def test_nothing_known_is_as_no_history() -> None:
    phone = network(Kind.PHONE)
    assert phone.read(spot()).probabilities == phone.read(spot(), History()).probabilities
    assert phone.read(spot(), History(site="elsewhere")).probabilities == phone.read(spot()).probabilities


def test_a_bleeding_lesion_of_the_old_is_more_suspect() -> None:
    phone = network(Kind.PHONE)
    young = History(age_years=25, site="back", bleed=False, grew=False, changed=False)
    old = History(age_years=80, site="nose", bleed=True, grew=True)
    assert phone.read(spot(), old).malignant > phone.read(spot()).malignant > phone.read(spot(), young).malignant


def test_dermoscopy_takes_no_notice_of_the_history() -> None:
    history = History(age_years=80, bleed=True)
    assert network(Kind.DERMOSCOPY).read(spot(), history).malignant == network(Kind.DERMOSCOPY).read(spot()).malignant


def test_encoding_tells_no_from_unknown() -> None:
    assert encode(History(itch=False))[3 + len(SITES)] == -1
    assert encode(History(itch=True))[3 + len(SITES)] == 1
    assert not encode(History()).any()
    assert encode(History(age_years=58.0)).tolist()[:3] == [1, 0, 0]
    assert 3 + len(SITES) + len(ASKED) == LENGTH


@pytest.mark.parametrize("kind", KINDS)
def test_weights_that_are_off_are_not_loaded(kind: Kind) -> None:
    # The phone network too: it starts from the dermoscopy network.
    with pytest.raises(WeightsOff):
        Network(kind, non_commercial=False)


@pytest.mark.parametrize(
    ("malignant", "precancerous", "unlike", "risk"),
    [
        (0.5, 0.0, 0.5, Risk.URGENT),  # at the threshold is over it
        (0.4, 0.0, 0.5, Risk.DERMATOLOGIST),  # not clearly benign
        (0.1, 0.3, 0.5, Risk.DERMATOLOGIST),  # precancerous
        (0.1, 0.1, 0.5, Risk.WATCH),
        (0.9, 0.0, 1.01, Risk.UNCLEAR),  # however sure: it does not know such photos
        (0.9, 0.0, float("nan"), Risk.UNCLEAR),
    ],
)
def test_tiers(malignant: float, precancerous: float, unlike: float, risk: Risk) -> None:
    settings = replace(network(Kind.PHONE).settings, urgent=0.5, dermatologist=0.35)
    rest = 1 - malignant - precancerous
    beliefs = {"ACK": precancerous, "BCC": malignant, "MEL": 0.0, "NEV": rest, "SCC": 0.0, "SEK": 0.0}
    assert settings.risk(beliefs, unlike) is risk


@pytest.mark.parametrize("shape", [(150, 200), (200, 150), (300, 300), (90, 400), (2000, 1500)])
def test_maps_come_back_to_where_they_were(shape: tuple[int, int]) -> None:
    photo = np.zeros((*shape, 3), np.uint8)
    photo[shape[0] // 5 : shape[0] // 2, shape[1] // 4 : shape[1] // 2] = 255
    placed = place(photo, Frame(192, 256, 200))
    back = placed.back((placed.pixels[..., 0] / 255).astype(np.float32)) >= 0.5
    truth = photo[..., 0] > 0
    assert (back & truth).sum() / (back | truth).sum() > 0.9
