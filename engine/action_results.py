"""Checks what the action server answers as Rasa does, with a validator that is made once.

Rasa 3.6.21 calls ``jsonschema.validate`` on every answer, which first validates the unchanging schema itself: half of
the engine's time under load (py-spy, `bench.burst`).
"""

from __future__ import annotations

from typing import Any, Dict, Text

__all__ = ["make_validator_once"]


def make_validator_once() -> None:
    """Replace ``RemoteAction``'s check. A malformed answer raises the same ``jsonschema.ValidationError`` as before."""
    from jsonschema.exceptions import best_match
    from jsonschema.validators import validator_for
    from rasa.core.actions.action import RemoteAction

    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)

    def validate_action_result(self: RemoteAction, result: Dict[Text, Any]) -> bool:
        problem = best_match(validator.iter_errors(result))
        if problem is not None:
            raise problem
        return True

    RemoteAction._validate_action_result = validate_action_result
