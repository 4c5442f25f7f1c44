"""Imports every module that declares tables, so that the metadata is complete."""

import ndihma.accounts.adapters.sql
import ndihma.audit.tables
import ndihma.desk.tables
import ndihma.puk.tables
import ndihma.verification.tables
