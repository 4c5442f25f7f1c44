"""The requests of the account panel. Numbers come in bodies, never in addresses."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from ndihma.console.account_desk import Revealable

__all__ = [
    "AccountAgain",
    "AccountOfConversation",
    "AccountSearch",
    "FieldAsked",
    "ProofAsked",
    "PukAsked",
    "RequestConfirmed",
    "RequestRejected",
]


class _In(BaseModel):
    """What it does not know is dropped; what is typed shows in no representation."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


Key = Annotated[str, Field(min_length=1, max_length=400, description="The account's key in this session.")]
Conversation = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,64}$")]
Why = Annotated[
    Conversation | None, Field(description="The conversation for which the account is read; null: the customer calls.")
]
Reason = Annotated[str, Field(min_length=1, max_length=300, description="Why; it is recorded.")]


class AccountSearch(_In):
    """A number in any form, such as `044 123 456`, `+383 44 123 456`, `00377 44 123 456`."""

    number: SecretStr = Field(min_length=1, max_length=64)
    conversation_id: Why = None


class AccountOfConversation(_In):
    """The conversation whose customer has proved a number."""

    conversation_id: Conversation


class AccountAgain(_In):
    """An account that was found, read anew."""

    account: Key
    conversation_id: Why = None


class FieldAsked(_In):
    """Which masked field; of contacts, which of them."""

    account: Key
    field: Revealable
    contact: str | None = Field(None, max_length=32, description="The `id` of a contact.")
    reason: Reason


class PukAsked(_In):
    """Why the PUK is shown: at least 10 characters."""

    account: Key
    reason: Reason


class ProofAsked(_In):
    """Which proof, and why it is looked at."""

    account: Key
    proof: str = Field(pattern="^[A-Za-z0-9_-]{1,64}$")
    conversation_id: Why = None


class RequestConfirmed(_In):
    """Of which account the request is."""

    account: Key


class RequestRejected(RequestConfirmed):
    """`reason`: 3 to 299 characters, read by the customer. `seen`: the `seen` of the request as it was shown."""

    reason: str = Field(min_length=1, max_length=600)
    seen: AwareDatetime
