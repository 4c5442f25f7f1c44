"""Stands in for ``dask``: its synchronous scheduler, the one that Rasa's graph runner uses, without its collections."""

# Imported here because ``from dask import config`` would otherwise look into this module and read the genuine one.
import dask.config  # noqa: F401
from dask.local import get_sync as get  # noqa: F401
