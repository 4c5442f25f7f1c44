"""What a training of many messages does over and over is done once. The results are the same.

Measured on 10,640 messages (cProfile of ``engine.train``): half of a training went into reading, validating, copying
and fingerprinting the same messages again.
"""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Text

if TYPE_CHECKING:
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

__all__ = ["take_training_shortcuts"]


def take_training_shortcuts() -> None:
    """For a process that trains and ends: training files are taken as they are at their first reading."""
    from rasa.shared.nlu.training_data import loading
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData
    from rasa.shared.utils import validation

    read = loading._load

    @lru_cache(maxsize=None)
    def read_once(filename: str) -> Any:
        return read(filename)

    # The language that Rasa names with some of its calls means nothing to its YAML reader.
    loading._load = lambda filename, language=None: _handed_out(read_once(filename))
    TrainingData.sanitize_examples = staticmethod(_sanitize_examples)
    # Rasa copies every message twelve times while it merges what files hold. Messages are handed out as copies above,
    # so that what one reading changes is not in the next, and then stay themselves.
    Message.__deepcopy__ = lambda message, memo: message

    find_mistakes = validation.validate_yaml_schema

    def validate(content: Text, schema_path: Text, package_name: Text = validation.PACKAGE_NAME) -> None:
        """As Rasa's, which parses a file in pure Python for the sake of the line numbers of mistakes: that takes ten
        times as long as libyaml, and is left to files that have one.
        """
        if not _is_valid(content, schema_path, package_name):
            find_mistakes(content, schema_path, package_name)

    validation.validate_yaml_schema = validate


def _sanitize_examples(examples: List[Message]) -> List[Message]:
    """As Rasa's: strip intents and responses, drop repeated examples. Rasa sets them even where nothing changes, and
    every set makes a message forget its fingerprint, by which repetitions are found.
    """
    first: Dict[Text, Message] = {}
    for example in examples:
        for key in ("intent", "response"):
            value = example.get(key)
            if value and value != value.strip():
                example.set(key, value.strip())
        first.setdefault(example.fingerprint(), example)
    return list(first.values())


def _handed_out(read: Optional[TrainingData]) -> Optional[TrainingData]:
    """What was read from a file, with messages of its own."""
    if read is None:
        return None
    data = copy.copy(read)
    data.training_examples = [_twin(message) for message in read.training_examples]
    return data


def _twin(message: Message) -> Message:
    """What :func:`copy.deepcopy` would make of a message, its texts and dictionaries of texts the quick way."""
    twin = copy.copy(message)
    vars(twin).update({name: _copied(value) for name, value in vars(message).items()})
    return twin


def _copied(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if type(value) is dict:
        return {key: _copied(each) for key, each in value.items()}
    return copy.deepcopy(value)


def _is_valid(content: Text, schema_path: Text, package_name: Text) -> bool:
    """Whether a file keeps to its schema, by the same schemas and the same validator as Rasa's."""
    from importlib.resources import files

    from pykwalify.core import Core
    from pykwalify.errors import SchemaError
    from rasa.shared.utils import io, validation
    from ruamel.yaml.error import YAMLError

    def of_rasa(path: Text, package: Text = validation.PACKAGE_NAME) -> Text:
        return str(files(package) / path)

    try:
        source = io.read_yaml(content)
    except YAMLError:
        return False
    schema = dict(
        io.read_yaml_file(of_rasa(schema_path, package_name)),
        **io.read_yaml_file(of_rasa(validation.RESPONSES_SCHEMA_FILE)),
    )
    core = Core(source_data=source, schema_data=schema, extensions=[of_rasa(validation.SCHEMA_EXTENSIONS_FILE)])
    try:
        core.validate(raise_exception=True)
    except SchemaError:
        return False
    return True
