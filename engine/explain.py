"""Tells why a message was read as one intent and not as another: ``python -m engine.explain --model ARCHIVE``.

Each line of standard input is a JSON object with ``text``, ``intent`` and ``instead``; each line of standard output has
``words``, the message's words in their order with how much each speaks for ``intent`` against ``instead``, and
``ngrams``, the model's own features that weighed most, likewise. A word's weight is what the two intents' log odds lose
when it is left out, so it holds for whatever the model looks at, its second opinion too; the n-grams are the linear
classifier's. Needs the trained intent model alone, not Rasa.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import tarfile
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Final, Iterator, List, Sequence, Tuple

from engine.embedding import EmbeddingUnavailable, load_embedder
from engine.intent_model import IntentModel, ModelUnreadable
from engine.unseen import UNSEEN_FILE, Unseen

__all__ = ["explain", "main", "model_of", "unseen_of"]

_WORD: Final = re.compile(r"\S+")
_COMPONENT: Final = re.compile(r".*AlbanianIntentClassifier\d*/")
_FILES: Final = ("vocabulary.json", "weights.npz")
_NGRAMS: Final = 8
_LEAST: Final = 1e-12
_DIGITS: Final = 3


def main() -> int:
    """Returns 0, or 3 when the model cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    try:
        model = _with_second_opinion(model_of(parser.parse_args().model))
    except ModelUnreadable as error:
        print(f"engine: {error}", file=sys.stderr)
        return 3
    for line in sys.stdin.buffer:
        question = json.loads(line)
        answer = explain(model, question["text"], question["intent"], question["instead"])
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    return 0


def model_of(archive: Path) -> IntentModel:
    """The intent model inside a trained Rasa model. Raises ModelUnreadable."""
    with _unpacked(archive, _FILES) as folder:
        return IntentModel.load(folder)


def unseen_of(archive: Path) -> Unseen:
    """How the training messages were read by models of other authors. Raises ModelUnreadable."""
    with _unpacked(archive, (UNSEEN_FILE,)) as folder:
        try:
            return Unseen.load(folder)
        except (OSError, ValueError, KeyError) as error:
            raise ModelUnreadable(f"{archive.name} holds no readings by other authors' models") from error


@contextmanager
def _unpacked(archive: Path, names: Sequence[str]) -> Iterator[Path]:
    """A folder with those files of the classifier's; what the archive lacks is missing there."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with tarfile.open(archive) as tar:
                for member in tar:
                    path = Path(member.name)
                    if member.isfile() and path.name in names and _COMPONENT.match(member.name):
                        source = tar.extractfile(member)
                        if source is not None:
                            (Path(folder) / path.name).write_bytes(source.read())
        except (OSError, tarfile.TarError) as error:
            raise ModelUnreadable(f"{archive.name} cannot be read: {type(error).__name__}") from error
        yield Path(folder)


def _with_second_opinion(model: IntentModel) -> IntentModel:
    if model.second is None:
        return model
    try:
        return model.with_embedding(load_embedder())
    except EmbeddingUnavailable as error:
        print(f"engine: explained without the second opinion: {error}", file=sys.stderr)
        return model


def explain(model: IntentModel, text: str, intent: str, instead: str) -> Dict[str, Any]:
    """See the module. An intent that the model does not know has neither words nor n-grams that speak for it."""
    if intent not in model.intents or instead not in model.intents:
        return {"words": [[match.group(), 0.0] for match in _WORD.finditer(text)], "ngrams": []}
    whole = _log_odds(model, text, intent, instead)
    words: List[List[Any]] = []
    for match in _WORD.finditer(text):
        without = f"{text[: match.start()]} {text[match.end() :]}"
        words.append([match.group(), round(whole - _log_odds(model, without, intent, instead), _DIGITS)])
    return {"words": words, "ngrams": _deciding_ngrams(model, text, intent, instead)}


def _log_odds(model: IntentModel, text: str, intent: str, instead: str) -> float:
    confidence = dict(model.rank(text))
    return math.log(max(confidence[intent], _LEAST)) - math.log(max(confidence[instead], _LEAST))


def _deciding_ngrams(model: IntentModel, text: str, intent: str, instead: str) -> List[Tuple[str, float]]:
    against = dict(model.explain(text, instead))
    shares = [(ngram, round(share - against[ngram], _DIGITS)) for ngram, share in model.explain(text, intent)]
    return sorted(shares, key=lambda share: (-abs(share[1]), share[0]))[:_NGRAMS]


if __name__ == "__main__":
    sys.exit(main())
