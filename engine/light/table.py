"""Which modules the light engine answers differently, how, and why.

Rasa imports everything it could ever need: TensorFlow, thirteen chat channels, four databases, plotting. What our
pipeline (config.yml) never touches is listed here, for exactly one version of Rasa and of spaCy. Four ways to answer
an import:

* **absent**: as though the package were not installed. What would be read only because it is there, or by mistake.
* **hollow**: the module is there with the names that Rasa asks for, and each of them raises
  :class:`engine.light.hollow.LeftOut` as soon as it is called, subclassed or otherwise used.
* **late**: the genuine module, read when something of it is used for the first time. Nothing else changes.
* **ours**: a short module of ours with the names that Rasa uses; the first other name reads the genuine module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Mapping, Tuple

__all__ = ["ABSENT", "HOLLOW", "LATE", "NEEDS_TENSORFLOW", "OURS", "STORES", "VERSIONS", "Hollow"]

VERSIONS: Final[Mapping[str, str]] = {"rasa": "3.6.21", "spacy": "3.7.5"}
"""The versions whose imports were read for this table; the light engine starts with no other."""


@dataclass(frozen=True)
class Hollow:
    """A module without content: ``names`` raise when used, ``exceptions`` are classes that nothing ever raises."""

    names: Tuple[str, ...]
    why: str
    exceptions: Tuple[str, ...] = ()


_TENSORFLOW: Final = "it needs TensorFlow"
_TRAINS: Final = "only TensorFlow components use it"
_STORE: Final = "the tracker store is SQL"
_PLOTS: Final = "only `rasa test` draws"

ABSENT: Final[Mapping[str, str]] = {
    "tensorflow": "no component of ours uses it",
    "keras": "part of TensorFlow",
    "tensorflow_hub": "part of TensorFlow",
    "tensorflow_text": "part of TensorFlow",
    "h5py": "thinc imports it when it is there, for Keras models",
    "rich": "structlog imports it when it is there, to colour a terminal",
    "redis": "no store or lock of ours is in Redis; portalocker imports it when it is there",
}
"""Package → why it is left out. Its submodules are left out with it."""

NEEDS_TENSORFLOW: Final[Mapping[str, str]] = {
    "rasa.nlu.classifiers.diet_classifier": "DIETClassifier",
    "rasa.nlu.selectors.response_selector": "ResponseSelector",
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer": "ConveRTFeaturizer",
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer": "LanguageModelFeaturizer",
    "rasa.core.policies.ted_policy": "TEDPolicy",
    "rasa.core.policies.unexpected_intent_policy": "UnexpecTEDIntentPolicy",
}
"""Module → the component in it. Rasa's recipe imports them all to know their names; a model with one is refused."""

STORES: Final[Mapping[Tuple[str, str], str]] = {
    ("tracker_store", "mongod"): "pymongo",
    ("tracker_store", "dynamo"): "boto3",
    ("tracker_store", "redis"): "redis",
    ("lock_store", "redis"): "redis",
    ("lock_store", "concurrent_redis"): "redis",
}
"""Section and type in endpoints.yml → the package below that it needs; refused like a component."""

HOLLOW: Final[Mapping[str, Hollow]] = {
    **{module: Hollow((component,), _TENSORFLOW) for module, component in NEEDS_TENSORFLOW.items()},
    "rasa.utils.tensorflow.callback": Hollow(("RasaTrainingLogger", "RasaModelCheckpoint"), _TRAINS),
    "rasa.utils.tensorflow.data_generator": Hollow(("RasaBatchDataGenerator",), _TRAINS),
    "rasa.utils.tensorflow.model_data": Hollow(
        ("Data", "FeatureArray", "RasaModelData", "ragged_array_to_ndarray"), _TRAINS + ", and it imports scikit-learn"
    ),
    "boto3": Hollow((), _STORE),
    "boto3.dynamodb": Hollow((), _STORE),
    "boto3.dynamodb.conditions": Hollow(("Key",), _STORE),
    "botocore": Hollow((), _STORE),
    "botocore.exceptions": Hollow((), _STORE, exceptions=("BotoCoreError",)),
    "pymongo": Hollow((), _STORE),
    "pymongo.collection": Hollow(("Collection",), _STORE),
    "pymongo.errors": Hollow((), _STORE, exceptions=("ConnectionFailure", "OperationFailure")),
    "rasa.utils.plotting": Hollow((), _PLOTS),
    "sanic_jwt": Hollow(("Initialize", "exceptions"), "Rasa's own HTTP API is off"),
}

LATE: Final[Mapping[str, str]] = {
    "aio_pika": "an event broker",
    "aio_pika.exceptions": "an event broker that cannot be reached",
    "aiormq": "an event broker",
    "langcodes": "spaCy's way to find a language that has no code of its own",
    "spacy.cli": "spaCy's command line",
    "scipy.sparse.csgraph": "graph algorithms on sparse matrices",
    "jwt": "a channel of Rasa's with a JSON web token",
    "rasa.core.channels.console": "`rasa shell`",
    "rasa.core.jobs": "reminders and pulling a model from a server",
    "randomname": "names a model that has none",
    "requests": "telemetry (off), Duckling",
}
"""Module → what it is for."""

OURS: Final[Mapping[str, Tuple[str, str]]] = {
    "rasa.core.channels": ("channels.py", "Rasa imports all its channels; ours imports the one that is asked for"),
    "dask": ("dask.py", "Rasa uses one function of it"),
    "pkg_resources": (
        "pkg_resources.py",
        "Rasa asks it where a schema is; its import looks at every package there is",
    ),
    "packaging.requirements": ("requirements.py", "spaCy names it; its grammar is pyparsing's, a slow import"),
    "spacy.cli.info": ("spacy_info.py", "Rasa asks a pipeline's version; the genuine one needs spaCy's command line"),
}
"""Module → the file in stand_ins/ that takes its place, and why. Any name that is not in ours reads the genuine one."""
