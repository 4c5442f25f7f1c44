"""The command line: ``ndihma``. Imports stay inside the commands, so that ``--help`` answers at once."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from ndihma.failure import Failure, Interrupted, from_os_error

if TYPE_CHECKING:
    from ndihma.client import ChatClient
    from ndihma.config import Settings

__all__ = ["app", "main"]

app = typer.Typer(
    help="Ndihma, the Albanian support assistant of a Kosovo mobile operator.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print locals, and locals hold what customers wrote
    context_settings={"help_option_names": ["-h", "--help"]},
)

_EXIT_INTERRUPTED = 130
_EXIT_UNAVAILABLE = 3


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"ndihma {version('ndihma')}")
        except PackageNotFoundError:
            typer.echo("ndihma (not installed)")
        raise typer.Exit


@app.callback()
def _options(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Settings come from the environment (NDIHMA_…; docs/operations.md lists them)."""


@app.command()
def serve() -> None:
    """Start engine, actions and gateway, and keep them running until Ctrl-C."""
    from ndihma.progress import Terminal
    from ndihma.supervision.serve import serve as run

    run(_settings(), Terminal())


@app.command()
def setup() -> None:
    """Train the model and prepare the database; start nothing."""
    from ndihma.children import raise_on_signals
    from ndihma.modelstore import ModelStore
    from ndihma.preparation import prepare_data
    from ndihma.progress import Terminal
    from ndihma.supervision.preflight import check_disk

    settings, reporter = _settings(), Terminal()
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

    settings, reporter = _settings(), Terminal()
    raise_on_signals()
    check_disk(settings.var)
    model = ModelStore(settings).ensure(reporter, force=force)
    reporter.line(f"The model is models/{model.name}.")


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in Albanian.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print intent, confidence and replies as JSON.")] = False,
) -> None:
    """Ask one question and print the reply.

    A running system is used when there is one; otherwise one is started for the question. Exit code 3: no answer
    could be given now.
    """
    import json

    def answer(client: ChatClient) -> None:
        exchange = client.ask(question)
        if as_json:
            replies = [
                {key: reply[key] for key in ("text", "buttons", "source", "outcome")} for reply in exchange.replies
            ]
            content = {"text": exchange.text, "intent": exchange.intent, "confidence": exchange.confidence}
            typer.echo(json.dumps({**content, "replies": replies}, ensure_ascii=False))
        else:
            typer.echo(exchange.text)
        if not exchange.is_answered:
            raise typer.Exit(_EXIT_UNAVAILABLE)

    _with_client(answer)


@app.command()
def chat() -> None:
    """Talk to the assistant in the terminal; Ctrl-D ends."""
    from ndihma.terminal_chat import run

    _with_client(run)


@app.command()
def classify() -> None:
    """Classify messages: one per line on standard input, one JSON object per line on standard output."""
    from ndihma.children import raise_on_signals
    from ndihma.classification import classify_stream
    from ndihma.progress import Terminal

    raise_on_signals()
    classify_stream(_settings(), Terminal(sys.stderr))


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
    settings, reporter = _settings(), Terminal(sys.stderr)
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

    settings, reporter = _settings(), Terminal(sys.stderr)
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
    report = measure_entities(_settings(), file, Terminal(sys.stderr))
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

        settings, reporter = _settings(), Terminal(sys.stderr)
        raise_on_signals()
        findings = check_labels(settings, reporter)
        reporter.clear()
    else:
        findings = check_project(_settings().home)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if as_json:
        typer.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in errors if no_warnings else findings:
            typer.echo(str(finding))
        typer.echo(f"{len(errors)} errors, {len(findings) - len(errors)} warnings")
    if errors:
        raise typer.Exit(1)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def accounts(context: typer.Context) -> None:
    """Import, show and list customer accounts (`ndihma accounts --help`)."""
    from ndihma.accounts.cli import app as accounts_app

    accounts_app(args=list(context.args), prog_name="ndihma accounts")


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def requests(context: typer.Context) -> None:
    """List, show, confirm and reject reconnection requests (`ndihma requests --help`)."""
    from ndihma.desk.cli import app as requests_app

    requests_app(args=list(context.args), prog_name="ndihma requests", obj=_settings)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def puk(context: typer.Context) -> None:
    """Store PUK codes encrypted, renew their encryption (`ndihma puk --help`)."""
    from ndihma.puk.cli import app as puk_app

    puk_app(args=list(context.args), prog_name="ndihma puk", obj=_settings)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def audit(context: typer.Context) -> None:
    """Verify and list the audit trail (`ndihma audit --help`)."""
    from ndihma.audit.cli import app as audit_app

    audit_app(args=list(context.args), prog_name="ndihma audit", obj=_settings)


@app.command()
def erase(
    msisdn: Annotated[list[str], typer.Argument(help="The number, in any form.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show how much is held.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the audit trail.")] = "",
) -> None:
    """Erase everything held about a number, in every store; the audit trail keeps a hash (S11)."""
    from ndihma.privacy.cli import erase as run
    from ndihma.privacy.cli import parse_number

    run(_settings(), parse_number(msisdn), dry_run=dry_run, sure=yes, reason=reason)


@app.command()
def export(
    msisdn: Annotated[list[str], typer.Argument(help="The number, in any form.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there, for you alone.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the audit trail.")] = "",
) -> None:
    """Write everything held about a number as one JSON document, without codes and PUKs (S11)."""
    from ndihma.privacy.cli import export as run
    from ndihma.privacy.cli import parse_number

    run(_settings(), parse_number(msisdn), out=out, reason=reason)


def _settings() -> Settings:
    """The settings. Raises Failure with the variables that are wrong."""
    from pydantic import ValidationError

    from ndihma.config import Settings

    try:
        return Settings()
    except ValidationError as error:
        problems = [
            f"{'NDIHMA_' + str(each['loc'][0]).upper() + ': ' if each['loc'] else ''}"
            f"{each['msg'].removeprefix('Value error, ')}"
            for each in error.errors(include_input=False, include_url=False)
        ]
        raise Failure(f"settings: {'; '.join(problems)}") from None


def _known_intents(settings: Settings) -> frozenset[str]:
    import yaml

    try:
        domain: Any = yaml.safe_load((settings.home / "domain.yml").read_text(encoding="utf-8"))
        return frozenset(next(iter(entry)) if isinstance(entry, dict) else entry for entry in domain["intents"])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise Failure("domain.yml cannot be read; `ndihma check` says why") from error


def _with_client(talk: Callable[[ChatClient], None]) -> None:
    """Run ``talk`` on the system that runs, or on one started for it."""
    from ndihma.children import raise_on_signals
    from ndihma.client import ApiProblem, ChatClient, Unreachable, is_gateway
    from ndihma.progress import Terminal
    from ndihma.supervision.serve import gateway_url, running_gateway, temporary_system

    settings = _settings()
    raise_on_signals()
    address = running_gateway(settings) or gateway_url(settings)
    try:
        with contextlib.ExitStack() as stack:
            if not is_gateway(address):
                reporter = Terminal(sys.stderr)
                address = stack.enter_context(temporary_system(settings, reporter))
                reporter.clear()
            talk(stack.enter_context(ChatClient(address)))
    except Unreachable as error:
        raise Failure(f"the gateway at {address} does not answer: {error}", exit_code=_EXIT_UNAVAILABLE) from error
    except ApiProblem as error:
        raise Failure(str(error), exit_code=_EXIT_UNAVAILABLE) from error


def main() -> NoReturn:
    """The console script: expected failures become one line on standard error and an exit code."""
    os.umask(0o077)  # whichever command comes first makes var/, where customers' data will be
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        app(prog_name="ndihma")
        sys.exit(0)
    except Failure as failure:
        _complain(str(failure))
        sys.exit(failure.exit_code)
    except Interrupted:
        sys.exit(_EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader has had enough; Python would complain at exit
        sys.exit(0)
    except OSError as error:
        _complain(str(from_os_error(error, "go on")))
        sys.exit(1)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # while Python shuts down, Ctrl-C would be a traceback again


def _complain(message: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        print(f"ndihma: {message}", file=sys.stderr)
