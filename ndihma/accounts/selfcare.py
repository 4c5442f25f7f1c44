"""Where a customer stands with the selfcare portal (FAQ 000, "Si mund të di shpenzimet … Postpaid?")."""

from __future__ import annotations

from enum import StrEnum

from ndihma.accounts.model import Line, LineKind

__all__ = ["SelfcareState", "needs_pin_by_sms", "selfcare_state"]


class SelfcareState(StrEnum):
    NOT_REGISTERED = "not_registered"
    """Never logged in: the number is the user name and, this one time, the password too; there is no other way to
    register. A PIN by SMS is asked for at this login as at every later one."""
    REGISTERED = "registered"
    """Own password chosen; a PIN comes by SMS at every login."""
    LOCKED = "locked"
    """Locked out, before or after the first login; the operator unlocks it."""
    PREPAID = "prepaid"
    """Not applicable: the portal shows postpaid spending."""
    FIXED_LINE = "fixed_line"
    """Not applicable: for a fixed line one registers an e-mail or mobile number at the Customer Care Centre."""


def selfcare_state(line: Line) -> SelfcareState:
    """The state of a line's portal account; a lock wins over everything, no record means never registered."""
    if line.kind is LineKind.PREPAID:
        return SelfcareState.PREPAID
    if line.kind is LineKind.FIXED:
        return SelfcareState.FIXED_LINE
    if line.selfcare is None:
        return SelfcareState.NOT_REGISTERED
    if line.selfcare.locked:
        return SelfcareState.LOCKED
    if line.selfcare.registered_on is None:
        return SelfcareState.NOT_REGISTERED
    return SelfcareState.REGISTERED


def needs_pin_by_sms(state: SelfcareState) -> bool:
    """Whether the next login asks for a PIN that comes by SMS: "për çdo kyçje në portal do t'ju kërkohet PINI"."""
    return state in {SelfcareState.NOT_REGISTERED, SelfcareState.REGISTERED}
