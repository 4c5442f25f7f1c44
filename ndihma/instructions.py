"""Typed instructions from actions to the edge, carried as a reply's ``custom`` payload.

An action that needs something done outside the engine (verify a person, take a file) returns one of
these; secrets never travel in them. The gateway carries them out; an unknown one is an error it logs.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from ndihma.verification.model import Purpose

__all__ = [
    "AnyInstruction",
    "AttachProof",
    "CancelVerification",
    "HandOff",
    "Instruction",
    "InstructionKind",
    "Reveal",
    "Verify",
    "parse_instruction",
]


class InstructionKind(StrEnum):
    VERIFY = "verify"
    CANCEL_VERIFICATION = "cancel_verification"
    ATTACH_PROOF = "attach_proof"
    REVEAL = "reveal"
    HANDOFF = "handoff"


class _Base(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Verify(_Base):
    """Ask the customer to prove a number; afterwards send ``resume_intent`` to the engine."""

    kind: Literal["verify"] = "verify"
    resume_intent: str
    """The intent that was interrupted, such as ``check_account``."""
    purpose: Purpose = Purpose.ACCOUNT


class CancelVerification(_Base):
    """Stop a verification step that is under way, if there is one."""

    kind: Literal["cancel_verification"] = "cancel_verification"


class AttachProof(_Base):
    """Open the upload step for a proof of payment; the reconnection request is already filed."""

    kind: Literal["attach_proof"] = "attach_proof"
    request_reference: str


class Reveal(_Base):
    """Cover a PUK on the edge, to be opened once; without the conversation's session ``reference`` is worth nothing."""

    kind: Literal["reveal"] = "reveal"
    reference: str = Field(pattern=r"^[A-Za-z0-9_-]{22}$")
    expires_at: AwareDatetime


class HandOff(_Base):
    """The customer asks for a person. The text beside it is said only where no agents work with the console."""

    kind: Literal["handoff"] = "handoff"


AnyInstruction = Verify | CancelVerification | AttachProof | Reveal | HandOff
Instruction = Annotated[AnyInstruction, Field(discriminator="kind")]
_ADAPTER: TypeAdapter[AnyInstruction] = TypeAdapter(Instruction)


def parse_instruction(payload: object) -> AnyInstruction:
    """Read the ``custom`` payload of a reply. Raises pydantic.ValidationError when it is not one."""
    return _ADAPTER.validate_python(payload)
