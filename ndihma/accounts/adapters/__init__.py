"""The account systems behind the directory port: the app's own tables, the operator's TM Forum APIs, a stale copy."""
