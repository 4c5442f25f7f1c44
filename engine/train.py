"""Trains the whole model (NLU and rules) into one archive: ``python -m engine.train --out models/NAME.tar.gz``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.environment import prepare, refuse_what_is_left_out

__all__ = ["main"]


def main() -> int:
    """Returns 0 when the archive was written, 1 when training failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the archive to write, ending in .tar.gz")
    parser.add_argument("--config", default="config.yml")
    parser.add_argument("--domain", default="domain.yml")
    parser.add_argument("--data", default="data")
    arguments = parser.parse_args()
    out: Path = arguments.out
    prepare()
    refuse_what_is_left_out(config=Path(arguments.config))

    from rasa.model_training import train

    from engine.logs import configure_logging
    from engine.training_shortcuts import take_training_shortcuts

    configure_logging()
    take_training_shortcuts()
    result = train(
        domain=arguments.domain,
        config=arguments.config,
        training_files=[arguments.data],
        output=str(out.parent),
        fixed_model_name=out.name[: -len(".tar.gz")] if out.name.endswith(".tar.gz") else out.name,
        force_training=True,
    )
    if result.code != 0 or not result.model:
        print("engine: training failed", file=sys.stderr)
        return 1
    print(result.model)
    return 0


if __name__ == "__main__":
    sys.exit(main())
