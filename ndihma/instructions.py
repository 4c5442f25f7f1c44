"""Typed instructions from actions to the edge, carried as a reply's ``custom`` payload.

An action that needs something done outside the engine (verify a person, take a file) returns one of
these; secrets never travel in them. The gateway carries them out; an unknown one is an error it logs.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

__all__ = ["AttachProof", "CancelVerification", "Instruction", "InstructionKind", "Verify", "parse_instruction"]


class InstructionKind(StrEnum):
    VERIFY = "verify"
    CANCEL_VERIFICATION = "cancel_verification"
    ATTACH_PROOF = "attach_proof"


class _Base(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Verify(_Base):
    """Ask the customer to prove a number; afterwards send ``resume_intent`` to the engine."""

    kind: Literal["verify"] = "verify"
    resume_intent: str
    """The intent that was interrupted, such as ``check_account``."""


class CancelVerification(_Base):
    """Stop a verification step that is under way, if there is one."""

    kind: Literal["cancel_verification"] = "cancel_verification"


class AttachProof(_Base):
    """Open the upload step for a proof of payment; the reconnection request is already filed."""

    kind: Literal["attach_proof"] = "attach_proof"
    request_reference: str


Instruction = Annotated[Verify | CancelVerification | AttachProof, Field(discriminator="kind")]
_ADAPTER: TypeAdapter[Verify | CancelVerification | AttachProof] = TypeAdapter(Instruction)


def parse_instruction(payload: object) -> Verify | CancelVerification | AttachProof:
    """Read the ``custom`` payload of a reply. Raises pydantic.ValidationError when it is not one."""
    return _ADAPTER.validate_python(payload)
