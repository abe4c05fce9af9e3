"""The console's API: sign in, alerts to acknowledge, conversations to answer."""

from clinic.app import router

__all__ = ["router"]
