"""Our chat widget beside those that npm offers, in one run (``python -m bench.widget``)."""
