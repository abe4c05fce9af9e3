"""The patient's chat page: browser sessions, a WebSocket that loses and doubles nothing, uploads, the page itself.

``mount(app, turn=..., hub=...)`` is all that the gateway calls; ``async with hub.running()`` belongs in its lifespan.
"""

from channels.web.hub import Hub
from channels.web.pages import page_response, pages
from channels.web.routes import mount, router
from channels.web.spool import sweep_spool

__all__ = ["Hub", "mount", "page_response", "pages", "router", "sweep_spool"]
