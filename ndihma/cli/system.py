"""Commands that start the system or prepare its start."""

from __future__ import annotations

from typing import Annotated

import typer

from ndihma.cli.settings import load_settings

__all__ = ["app"]

app = typer.Typer()


@app.command()
def serve() -> None:
    """Start engine, actions and gateway, and keep them running until Ctrl-C."""
    from ndihma.progress import Terminal
    from ndihma.supervision.serve import serve as run

    run(load_settings(), Terminal())


@app.command()
def setup() -> None:
    """Train the model and prepare the database; start nothing."""
    from ndihma.children import raise_on_signals
    from ndihma.modelstore import ModelStore
    from ndihma.preparation import prepare_data
    from ndihma.progress import Terminal
    from ndihma.supervision.preflight import check_disk

    settings, reporter = load_settings(), Terminal()
    raise_on_signals()
    check_disk(settings.var)
    model = ModelStore(settings).ensure(reporter)
    prepare_data(settings, reporter)
    reporter.line(f"Everything is set up (model {model.name}). `make run` starts it.")


@app.command()
def train(
    force: Annotated[bool, typer.Option("--force", help="Train although there is a model for this data.")] = False,
) -> None:
    """Train the model, unless there is one for the present data."""
    from ndihma.children import raise_on_signals
    from ndihma.modelstore import ModelStore
    from ndihma.progress import Terminal
    from ndihma.supervision.preflight import check_disk

    settings, reporter = load_settings(), Terminal()
    raise_on_signals()
    check_disk(settings.var)
    model = ModelStore(settings).ensure(reporter, force=force)
    reporter.line(f"The model is models/{model.name}.")
