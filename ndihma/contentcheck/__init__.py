"""``ndihma check``: what Rasa's own validation does not know about this project's content.

* ``marked``     YAML whose strings know their line
* ``project``    the Rasa project's files, read once
* ``contract``   the intents, facts and sources of facts.yml
* one module per group of checks: ``dialogue``, ``answers``, ``training`` (with ``similar``), and ``labels``, which
  trains models and is asked for by itself
"""

from __future__ import annotations

from pathlib import Path

from ndihma.contentcheck.findings import Finding, Severity

__all__ = ["Finding", "Severity", "check_project"]


def check_project(home: Path) -> list[Finding]:
    """All findings on the project in ``home``, errors first. Raises Failure when a file cannot be read."""
    from actions.catalogue import ACTION_NAMES
    from ndihma.contentcheck import answers, dialogue, training
    from ndihma.contentcheck.contract import Contract
    from ndihma.contentcheck.project import Project

    contract = Contract.load()
    project = Project.load(home)
    findings = [
        *dialogue.check(project, contract, ACTION_NAMES),
        *answers.check(project, contract),
        *training.check(project, contract),
    ]
    return sorted(
        set(findings), key=lambda each: (each.severity is not Severity.ERROR, each.file, each.line, each.message)
    )
