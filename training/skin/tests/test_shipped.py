"""The shipped networks on photos of the test part: wherever the data folder is."""

import numpy as np
import pytest

from training.skin.figures import auc, overlap
from training.skin.photos import folder, load, part
from vision.skin.network import Kind, Network


@pytest.mark.shared_data
@pytest.mark.skipif(not folder().is_dir(), reason="no data folder: XINGLIN_DATA")
def test_dermoscopy_lesions_never_seen() -> None:
    photos = part(load(Kind.DERMOSCOPY), "test")
    some = photos.only(range(0, len(photos), 6))
    network = Network(Kind.DERMOSCOPY)
    readings = [network.read(image) for image in some.images]
    ill = np.isin(np.array(some.labels)[some.truth], list(network.settings.malignant))
    # The card has the figures of all; these bounds lie below what so few photos can show by chance.
    assert auc(np.array([one.malignant for one in readings]), ill) > 0.85
    overlaps = [overlap(one.mask >= 0.5, mask >= 128) for one, mask in zip(readings, some.masks, strict=True)]
    assert np.mean(overlaps) > 0.89
    assert np.mean([one.unlike > 1 for one in readings]) < 0.05
