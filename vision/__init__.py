"""Bytes in, findings out: the only process that parses media from outside.

It imports nothing of the house, opens no database, knows no secret and reaches no network: a hostile file can at
worst kill one of its workers, which comes back.
"""
