"""The account panel's operations, for the gateway's table of routes."""

from __future__ import annotations

from typing import Final

from ndihma.console.account_asked import (
    AccountAgain,
    AccountOfConversation,
    AccountSearch,
    FieldAsked,
    ProofAsked,
    PukAsked,
    RequestConfirmed,
    RequestRejected,
)
from ndihma.console.account_schemas import AccountShown, FieldShown, PukToAgent
from ndihma.console.accounts import AccountsApi
from ndihma.gateway.openapi import Operation

__all__ = ["account_operations"]

_ACCOUNTS: Final = "/api/console/accounts"
_REQUEST: Final = f"{_ACCOUNTS}/requests/{{reference}}"
_READ: Final = (400, 401, 403, 404, 408, 410, 413, 415, 422, 429, 503)
_DECIDE: Final = (400, 401, 403, 404, 408, 409, 410, 413, 415, 422, 429, 503)


def account_operations(api: AccountsApi) -> tuple[Operation, ...]:
    """Customers' accounts, for agents and supervisors; every look is audited."""
    return (
        Operation(
            "POST", f"{_ACCOUNTS}/search", "findAccount", "The account of a number, masked",
            api.search, {200: AccountShown}, takes=(AccountSearch,), scheme="staff", refuses=_READ,
        ),
        Operation(
            "POST", f"{_ACCOUNTS}/conversation", "accountOfConversation",
            "The account of the number that a conversation's customer has proved",
            api.of_conversation, {200: AccountShown}, takes=(AccountOfConversation,), scheme="staff", refuses=_READ,
        ),
        Operation(
            "POST", f"{_ACCOUNTS}/read", "readAccount", "An account that was found, as it is now",
            api.again, {200: AccountShown}, takes=(AccountAgain,), scheme="staff", refuses=_READ,
        ),
        Operation(
            "POST", f"{_ACCOUNTS}/reveal", "revealField", "One masked field in clear, for a reason that is recorded",
            api.reveal, {200: FieldShown}, takes=(FieldAsked,), scheme="staff", refuses=_READ,
        ),
        Operation(
            "POST", f"{_ACCOUNTS}/puk", "showPukToAgent", "The PUK, within the limits of customers; contacts are told",
            api.puk, {200: PukToAgent}, takes=(PukAsked,), scheme="staff", refuses=_DECIDE,
        ),
        Operation(
            "POST", f"{_ACCOUNTS}/proof", "readProof", "The file of a proof of payment",
            api.proof, {200: None}, takes=(ProofAsked,), scheme="staff", refuses=_READ,
            file_of="The file without metadata, as an attachment: image/jpeg, image/png or application/pdf.",
        ),
        Operation(
            "POST", f"{_REQUEST}/confirm", "confirmRequest", "The line is on again; the customer is told",
            api.confirm, {204: None}, takes=(RequestConfirmed,), scheme="staff", refuses=_DECIDE,
        ),
        Operation(
            "POST", f"{_REQUEST}/reject", "rejectRequest", "The proof proves nothing; the customer is told why",
            api.reject, {204: None}, takes=(RequestRejected,), scheme="staff", refuses=_DECIDE,
        ),
    )  # fmt: skip
