"""Work that Rasa does several times, or again, while it loads a model to serve; done once here.

The second spaCy pipeline and the schema check of the model's own domain took as long as importing spaCy.
"""

from __future__ import annotations

import gc
from functools import lru_cache
from typing import Any, Callable

__all__ = ["loading_begins", "loading_is_over", "take_shortcuts"]


def take_shortcuts() -> None:
    """Call after Rasa was imported and before a model is loaded; for a process that serves or classifies only."""
    from rasa.nlu.utils.spacy_utils import SpacyNLP
    from rasa.shared.constants import DOMAIN_SCHEMA_FILE
    from rasa.shared.utils import validation

    # Two nodes of the graph, one that provides the pipeline and one that runs it, would load the same folder each; the
    # second uses what the first provides.
    SpacyNLP.load_model = staticmethod(lru_cache(maxsize=None)(SpacyNLP.load_model))
    validation.validate_yaml_schema = _but_the_domain(validation.validate_yaml_schema, DOMAIN_SCHEMA_FILE)


def loading_begins() -> None:
    """Collect no garbage: what is read at a start stays."""
    gc.disable()


def loading_is_over() -> None:
    """Collect garbage again, but only among what comes from now on."""
    gc.collect()
    gc.freeze()
    gc.enable()


def _but_the_domain(validate: Callable[..., None], domain_schema: str) -> Callable[..., None]:
    """The one domain that a serving engine reads is in the model: Rasa wrote it from one that passed this check."""

    def validate_yaml_schema(content: str, schema: str, *rest: Any, **options: Any) -> None:
        if schema != domain_schema:
            validate(content, schema, *rest, **options)

    return validate_yaml_schema
