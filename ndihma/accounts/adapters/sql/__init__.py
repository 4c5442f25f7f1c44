"""The account directory in the application's own database (SQLite or PostgreSQL)."""

from ndihma.accounts.adapters.sql.directory import SqlAccountDirectory
from ndihma.accounts.adapters.sql.tables import BillRow, ClubRow, ContactRow, LineRow, PaymentRow, SubscriberRow
from ndihma.accounts.adapters.sql.writer import SqlAccountWriter

__all__ = [
    "BillRow",
    "ClubRow",
    "ContactRow",
    "LineRow",
    "PaymentRow",
    "SqlAccountDirectory",
    "SqlAccountWriter",
    "SubscriberRow",
]
