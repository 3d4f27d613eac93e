"""Clients other than the ssh that the other tests drive, each behind the same small adapter (adapter.py)."""
