"""The agents' console: its API below ``/api/console/`` and its pages below ``/console/``."""
