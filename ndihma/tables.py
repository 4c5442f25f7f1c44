"""Imports every module that declares tables, so that the metadata is complete."""

import ndihma.accounts.adapters.sql.tables
import ndihma.assist.tables
import ndihma.audit.tables
import ndihma.desk.calls.tables
import ndihma.desk.handoff.tables
import ndihma.desk.tables
import ndihma.puk.tables
import ndihma.staff.tables
import ndihma.telegram.tables
import ndihma.verification.tables
