"""WeChat Official Account: pushes in, passive replies and customer-service messages out.

The gateway includes :func:`router`; the worker calls ``outbox().deliver_pending()`` every second; whoever fetches
media uses ``client()`` with :func:`channels.wechat.media.download_media`.
"""

from functools import lru_cache

from fastapi import APIRouter

from channels.results import TurnHandler
from channels.wechat.account import WeChatAccount
from channels.wechat.client import WeChatClient
from channels.wechat.outbox import Outbox
from channels.wechat.reception import PASSIVE_WAIT_S, Reception
from channels.wechat.routes import wechat_routes
from records.vault import get_vault
from settings import get_settings


@lru_cache(maxsize=1)
def client() -> WeChatClient:
    """This process's client of the hospital's account."""
    return WeChatClient(WeChatAccount.from_settings(get_settings()), get_vault())


@lru_cache(maxsize=1)
def outbox() -> Outbox:
    """This process's sender; ``outbox().deliver_pending()`` blocks, so call it in a thread of its own."""
    return Outbox(client(), get_vault())


def reception(turn: TurnHandler, *, passive_wait_s: float = PASSIVE_WAIT_S) -> Reception:
    """What takes pushes; ``await reception.settle()`` at shutdown."""
    account = WeChatAccount.from_settings(get_settings())
    return Reception(turn, account=account, vault=get_vault(), outbox=outbox(), passive_wait_s=passive_wait_s)


def router(turn: TurnHandler, *, at: Reception | None = None) -> APIRouter:
    """GET and POST ``/wechat``. Without an account in the settings everything is answered 403."""
    return wechat_routes(at or reception(turn))


__all__ = ["client", "outbox", "reception", "router"]
