"""The light engine's imports: what is left out, what is late, and that anything left out says so when it is used.

Each case runs in a Python of its own, because what is imported belongs to the whole process.
"""

import ast
import json
import textwrap
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, Iterator, Optional

import pytest
from light_engines import ROOT, run

from engine.light.table import ABSENT, HOLLOW, LATE, OURS, VERSIONS


def light(code: str) -> Any:
    """What ``code`` leaves in ``answer``, run after the light engine was installed."""
    program = "from engine.environment import prepare\nprepare()\n" + textwrap.dedent(code)
    done = run("-W", "ignore", "-c", program + "\nimport json\nprint(json.dumps(answer))", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def refusal(expression: str) -> str:
    """The message of the LeftOut that ``expression`` raises."""
    return str(
        light(
            f"""
            from engine.light import LeftOut
            try:
                exec({expression!r})
                answer = "nothing was raised"
            except LeftOut as error:
                answer = str(error)
            """
        )
    )


def test_a_serving_engine_imports_nothing_that_is_left_out() -> None:
    imported = light(
        """
        import engine.classifier, engine.channel, rasa.core.run
        import rasa.core.policies.rule_policy, rasa.nlu.utils.spacy_utils, rasa.nlu.tokenizers.spacy_tokenizer
        import rasa.graph_components.validators.default_recipe_validator, rasa.nlu.extractors.spacy_entity_extractor
        import sys
        answer = sorted({name.partition(".")[0] for name in sys.modules})
        """
    )
    costly = {"tensorflow", "keras", "sklearn", "skops", "matplotlib", "rich", "h5py", "aiogram", "slack_sdk", "jinja2"}
    assert not costly & set(imported)


def test_late_modules_are_not_read_by_a_start() -> None:
    unread = light(
        """
        import engine.classifier, rasa.core.run, sys
        from engine.light.finder import is_unread
        answer = sorted(name for name, module in sys.modules.items() if is_unread(module))
        """
    )
    assert {"rasa.core.jobs", "requests", "jwt", "spacy.cli", "spacy.cli.info", "dask"} <= set(unread)


@pytest.mark.parametrize(
    "use",
    [
        "import tensorflow",
        "import tensorflow.keras.layers",
        "from keras import Model",
        "import redis.asyncio",
        "import boto3.session",
        "import rasa.utils.tensorflow.model_data as m; m.RasaModelData()",
        "from rasa.utils.tensorflow.model_data import ragged_array_to_ndarray as f; f([])",
        "from rasa.core.policies.ted_policy import TEDPolicy as T; T.create({}, None, None, None)",
        "from rasa.core.policies.ted_policy import TEDPolicy as T\nclass Mine(T): pass",
        "from rasa.nlu.classifiers.diet_classifier import DIETClassifier as D; bool(D)",
        "from rasa.nlu.classifiers.diet_classifier import DIETClassifier as D; list(D)",
    ],
)
def test_what_is_left_out_says_so_when_it_is_used(use: str) -> None:
    message = refusal(use)
    assert "is not in the light engine" in message
    assert "NDIHMA_ENGINE_FULL=1" in message


@pytest.mark.parametrize("use", ["import boto3; boto3.client('s3')", "import pymongo; pymongo.MongoClient()"])
def test_a_name_that_is_not_in_the_table_is_never_answered(use: str) -> None:
    done = run("-W", "ignore", "-c", f"from engine.environment import prepare\nprepare()\n{use}", cwd=ROOT)
    assert done.returncode != 0
    assert "is not in the light engine" in done.stderr.splitlines()[-1]


def test_what_is_left_out_may_be_named_and_asked_about() -> None:
    assert light(
        """
        from typing import List, Optional
        from rasa.nlu.classifiers.diet_classifier import DIETClassifier
        def annotated(one: Optional[DIETClassifier], many: List[DIETClassifier]) -> DIETClassifier: ...
        answer = [isinstance(1, DIETClassifier), issubclass(int, DIETClassifier), DIETClassifier in (int,)]
        """
    ) == [False, False, False]


def test_a_late_module_is_the_genuine_one_once_it_is_used() -> None:
    assert light(
        """
        import requests, langcodes, scipy.sparse.csgraph, pkg_resources, rasa.core.jobs, asyncio
        from packaging.requirements import Requirement
        import spacy
        scheduler = type(asyncio.new_event_loop().run_until_complete(rasa.core.jobs.scheduler())).__module__
        distribution = pkg_resources.get_distribution("rasa").version
        requirement = str(Requirement("spacy<4,>=3").specifier)
        nodes = scipy.sparse.csgraph.connected_components(scipy.sparse.eye(1))[0]
        answer = [
            requests.Session.__module__, langcodes.tag_is_valid("sq"), nodes, scheduler, distribution, requirement,
            spacy.info()["spacy_version"], type(requests).__name__,
        ]
        """
    ) == [
        "requests.sessions",
        True,
        1,
        "apscheduler.schedulers.asyncio",
        VERSIONS["rasa"],
        "<4,>=3",
        VERSIONS["spacy"],
        "module",
    ]


def test_a_package_is_read_before_a_module_in_it() -> None:
    assert light(
        """
        import requests
        from engine.light.finder import is_unread
        before = is_unread(requests)
        import requests.sessions
        answer = [before, is_unread(requests)]
        """
    ) == [True, False]


def test_the_schemas_are_where_the_genuine_module_finds_them() -> None:
    ask = "pkg_resources.resource_filename('rasa', 'shared/utils/schemas/domain.yml')"
    ours = light(f"import pkg_resources\nanswer = {ask}")
    done = run("-W", "ignore", "-c", f"import pkg_resources; print({ask})", cwd=ROOT)
    assert ours == done.stdout.strip()
    assert Path(ours).is_file()


def test_a_saved_pipeline_is_described_as_by_spacy(tmp_path: Path) -> None:
    assert run("-m", "engine.build_pipeline", str(tmp_path / "sq"), cwd=ROOT).returncode == 0
    ask = f"spacy.info({str(tmp_path / 'sq')!r})"
    done = run("-W", "ignore", "-c", f"import spacy, json; print(json.dumps({ask}))", cwd=ROOT)
    assert light(f"import spacy\nanswer = {ask}") == json.loads(done.stdout.splitlines()[-1])


def test_every_channel_of_rasa_is_found_by_its_name() -> None:
    list_them = "{name: f'{c.__module__}.{c.__qualname__}' for name, c in rasa.core.channels.BUILTIN_CHANNELS.items()}"
    program = f"import rasa.core.channels, json; print(json.dumps({list_them}))"
    done = run("-W", "ignore", "-c", program, cwd=ROOT)
    assert light(f"import rasa.core.channels\nanswer = {list_them}") == json.loads(done.stdout.splitlines()[-1])


def test_another_version_of_rasa_is_refused() -> None:
    done = run(
        "-c",
        "import engine.light as light\nlight.VERSIONS = {'rasa': '3.6.20'}\n"
        "from engine.environment import prepare\nprepare()",
        cwd=ROOT,
    )
    assert done.returncode == 2
    assert "knows rasa 3.6.20, not" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_coming_after_rasa_is_refused() -> None:
    done = run("-W", "ignore", "-c", "import rasa\nfrom engine.environment import prepare\nprepare()", cwd=ROOT)
    assert done.returncode == 2
    assert "before rasa is imported" in done.stderr


def test_a_setting_that_is_neither_yes_nor_no_is_refused() -> None:
    program = "import os; os.environ['NDIHMA_ENGINE_FULL'] = 'perhaps'; import engine.environment as e; e.prepare()"
    done = run("-c", program, cwd=ROOT)
    assert (done.returncode, done.stderr) == (2, "engine: NDIHMA_ENGINE_FULL must be true or false\n")


def test_the_setting_brings_everything_back() -> None:
    done = run(
        "-W", "ignore", "-c",
        "from engine.environment import prepare\nprepare()\nfrom engine.light import is_installed\n"
        "import rasa.core.channels\nprint(is_installed(), type(rasa.core.channels.BUILTIN_CHANNELS).__name__)",
        cwd=ROOT, full=True,
    )  # fmt: skip
    assert done.stdout.split() == ["False", "dict"]


@pytest.mark.parametrize("module", [*HOLLOW, *LATE, *OURS])
def test_the_table_names_modules_that_exist(module: str) -> None:
    assert _source(module) is not None


@pytest.mark.parametrize("module", [name for name, hollow in HOLLOW.items() if hollow.names or hollow.exceptions])
def test_the_table_names_what_the_modules_have(module: str) -> None:
    source = _source(module)
    assert source is not None
    assert {*HOLLOW[module].names, *HOLLOW[module].exceptions} <= set(_top_names(source))


def test_no_module_is_answered_in_two_ways() -> None:
    listed = [*HOLLOW, *LATE, *OURS]
    assert len(listed) == len(set(listed))
    assert not {name.partition(".")[0] for name in listed} & set(ABSENT)


def _source(module: str) -> Optional[Path]:
    """Where the genuine module is, found without importing anything."""
    folders = None
    spec = None
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        spec = PathFinder.find_spec(".".join(parts[:end]), folders)
        if spec is None:
            return None
        folders = list(spec.submodule_search_locations or [])
    return Path(spec.origin) if spec is not None and spec.origin else None


def _top_names(source: Path) -> Iterator[str]:
    for node in ast.parse(source.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name for alias in node.names)
    yield from (path.stem for path in source.parent.glob("*.py") if source.name == "__init__.py")
