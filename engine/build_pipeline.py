"""Builds the Albanian spaCy pipeline and saves it where config.yml's SpacyNLP loads it.

``python -m engine.build_pipeline FOLDER``
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import spacy
from spacy.language import Language

from engine.albanian.components import BARE_PRICE, ENTITIES, NORMS
from engine.albanian.tokenization import customise_tokenizer

__all__ = ["build", "main"]


def build() -> Language:
    """A blank ``sq`` pipeline with our tokenizer rules, norms and entities."""
    nlp = spacy.blank("sq")
    customise_tokenizer(nlp)
    nlp.add_pipe(ENTITIES)
    nlp.add_pipe(NORMS)
    nlp.add_pipe(BARE_PRICE)
    return nlp


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    build().to_disk(fresh)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


if __name__ == "__main__":
    main()
