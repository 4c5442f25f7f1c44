"""Imports every module that declares tables, so that the metadata is complete."""

import ndihma.accounts.adapters.sql  # noqa: F401
import ndihma.desk.tables  # noqa: F401
import ndihma.verification.tables  # noqa: F401
