"""The operator's own systems over TM Forum Open APIs v4; docs/tmforum.md says where each field comes from.

The only part of the accounts package that speaks HTTP.
"""

import logging

from ndihma.accounts.adapters.tmforum.client import TmfClient
from ndihma.accounts.adapters.tmforum.directory import TmfAccountDirectory
from ndihma.accounts.adapters.tmforum.mapping import Api, TmfMapping
from ndihma.accounts.adapters.tmforum.opening import open_client
from ndihma.accounts.adapters.tmforum.tickets import TmfTickets

__all__ = ["Api", "TmfAccountDirectory", "TmfClient", "TmfMapping", "TmfTickets", "open_client"]

logging.getLogger(__name__).addHandler(logging.NullHandler())  # a command without logging prints its own sentence only
