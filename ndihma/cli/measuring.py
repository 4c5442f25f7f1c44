"""Commands that measure the model and check the content."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ndihma.cli.settings import load_settings
from ndihma.failure import Failure

if TYPE_CHECKING:
    from ndihma.config import Settings

__all__ = ["app"]

app = typer.Typer()


@app.command()
def classify() -> None:
    """Classify messages: one per line on standard input, one JSON object per line on standard output."""
    from ndihma.children import raise_on_signals
    from ndihma.classification import classify_stream
    from ndihma.progress import Terminal

    raise_on_signals()
    classify_stream(load_settings(), Terminal(sys.stderr))


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="Lines of text, tab, intent, and optionally tab, style.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as one JSON object.")] = False,
    report_folder: Annotated[
        Path | None, typer.Option("--report", metavar="DIR", help="Write report.html and report.json there too.")
    ] = None,
    learning_curve: Annotated[
        bool, typer.Option("--learning-curve", help="Train several models for the report's learning curve (minutes).")
    ] = False,
) -> None:
    """Measure the model on a labelled file."""
    import json

    from ndihma.children import raise_on_signals
    from ndihma.evaluation.command import measure, write_report
    from ndihma.progress import Terminal

    if learning_curve and report_folder is None:
        raise typer.BadParameter("--learning-curve needs --report DIR")
    settings, reporter = load_settings(), Terminal(sys.stderr)
    raise_on_signals()
    report = measure(settings, file, _known_intents(settings), reporter)
    if report_folder is not None:
        page = write_report(settings, report, file, report_folder, reporter, with_learning_curve=learning_curve)
        reporter.line(f"The report is {page}.")
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        from ndihma.evaluation.terminal import show

        show(report)


@app.command("cross-validate")
def cross_validate(
    folds: Annotated[
        int | None, typer.Option("--folds", min=2, help="Put the authors into so many groups; default: one each.")
    ] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="The whole model, as customers get it, not its linear part alone (long).")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as one JSON object.")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the JSON there too.")] = None,
) -> None:
    """Read each author's training messages with a model that never saw that author (one training for each).

    Tells how the model will do on a stranger. The fallback's thresholds take no part.
    """
    import json

    from ndihma.children import raise_on_signals
    from ndihma.evaluation.authors import leave_authors_out
    from ndihma.evaluation.command import write
    from ndihma.progress import Terminal

    settings, reporter = load_settings(), Terminal(sys.stderr)
    raise_on_signals()
    result = leave_authors_out(settings, reporter, folds, whole=whole)
    reporter.clear()
    text = json.dumps(result.as_json(), ensure_ascii=False, indent=2)
    if out is not None:
        write(out, text)
    if as_json:
        typer.echo(text)
    else:
        from ndihma.evaluation.terminal import show_authors

        show_authors(result)


@app.command("evaluate-entities")
def evaluate_entities(
    file: Annotated[Path, typer.Argument(help="Tab-separated columns text, entities, written_at, half.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as one JSON object.")] = False,
) -> None:
    """Measure on a labelled file how exactly entities and their values are found."""
    import json

    from ndihma.children import raise_on_signals
    from ndihma.evaluation.entity_command import measure_entities, show_entities
    from ndihma.progress import Terminal

    raise_on_signals()
    report = measure_entities(load_settings(), file, Terminal(sys.stderr))
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        show_entities(report)


@app.command()
def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    no_warnings: Annotated[bool, typer.Option("--no-warnings", help="Show errors only.")] = False,
    labels: Annotated[
        bool, typer.Option("--labels", help="Dispute the training sentences' labels instead (trains models, minutes).")
    ] = False,
) -> None:
    """Check the content: facts, sources, rules, actions, buttons, training sentences. Warnings do not fail it."""
    import json

    from ndihma.contentcheck import Severity, check_project

    if labels:
        from ndihma.children import raise_on_signals
        from ndihma.contentcheck.labels import check_labels
        from ndihma.progress import Terminal

        settings, reporter = load_settings(), Terminal(sys.stderr)
        raise_on_signals()
        findings = check_labels(settings, reporter)
        reporter.clear()
    else:
        findings = check_project(load_settings().home)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if as_json:
        typer.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in errors if no_warnings else findings:
            typer.echo(str(finding))
        typer.echo(f"{len(errors)} errors, {len(findings) - len(errors)} warnings")
    if errors:
        raise typer.Exit(1)


def _known_intents(settings: Settings) -> frozenset[str]:
    import yaml

    from ndihma.yaml_files import read_yaml

    try:
        domain: Any = read_yaml(settings.home / "domain.yml")
        return frozenset(next(iter(entry)) if isinstance(entry, dict) else entry for entry in domain["intents"])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise Failure("domain.yml cannot be read; `ndihma check` says why") from error
