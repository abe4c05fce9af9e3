"""A file as a network says what ONNX Runtime says of it, before and after it was trained and written back."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from training.report.export import export
from training.report.fit import BEFORE_HEAD, as_input, characters
from training.report.graph import Graph
from vision.report.ocr import RECOGNISER


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph(RECOGNISER)


def _lines() -> torch.Tensor:
    random = np.random.default_rng(1)
    return as_input([random.integers(0, 255, (48, width, 3), np.uint8) for width in (60, 320)])


def _said(path: Path, lines: torch.Tensor) -> np.ndarray:
    return np.asarray(onnxruntime.InferenceSession(str(path)).run(None, {"x": lines.numpy()})[0])


def test_torch_says_what_onnx_runtime_says(graph: Graph) -> None:
    with torch.no_grad():
        assert np.abs(graph(_lines()).numpy() - _said(RECOGNISER, _lines())).max() < 1e-3


def test_every_class_has_a_character(graph: Graph) -> None:
    with torch.no_grad():
        assert graph(_lines()).shape[2] == len(characters(graph))


def test_what_was_trained_is_written(graph: Graph, tmp_path: Path) -> None:
    with torch.no_grad():
        before = graph(_lines(), BEFORE_HEAD)
    trained = {name: value.detach() * 1.02 for name, value in graph.named_parameters()}
    export(graph, trained, tmp_path / "all.onnx", share=1.0)
    export(graph, trained, tmp_path / "none.onnx", share=0.0)
    with torch.no_grad():
        after = Graph(tmp_path / "all.onnx")(_lines(), BEFORE_HEAD)
    assert np.abs(_said(tmp_path / "none.onnx", _lines()) - _said(RECOGNISER, _lines())).max() < 1e-3
    assert (after - before).abs().max() > 0.01
