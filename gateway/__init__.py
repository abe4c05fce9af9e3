"""The gateway process: every channel and the console behind one address.

It stands above ``channels`` and ``clinic``, which know nothing of each other.
"""

from gateway.app import create_app

__all__ = ["create_app"]
