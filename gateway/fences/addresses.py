"""Who is really asking: a proxy's word counts only when the proxy is one that the hospital has named."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

Network = IPv4Network | IPv6Network


class UnknownNetwork(ValueError):
    """``XINGLIN_TRUSTED_PROXIES`` holds something that is no address and no network."""


def networks(named: str) -> tuple[Network, ...]:
    """The networks in a list with commas; raises :class:`UnknownNetwork`."""
    try:
        return tuple(ip_network(one.strip(), strict=False) for one in named.split(",") if one.strip())
    except ValueError as error:
        raise UnknownNetwork(f"XINGLIN_TRUSTED_PROXIES: {error}") from None


class ClientAddress:
    """Puts the caller's own address and scheme into the scope.

    ``X-Forwarded-For`` is read from its end: each proxy appends whom it saw, so the last address that is no proxy of
    ours is the caller; what stands before it anybody may have written.
    """

    def __init__(self, app: ASGIApp, *, trusted: str) -> None:
        self._app = app
        self._trusted = networks(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"} and self._trusted and scope.get("client"):
            peer, port = scope["client"]
            if self._ours(peer):
                forwarded = _values(scope, b"x-forwarded-for")
                caller = next((one for one in reversed(forwarded) if not self._ours(one)), None)
                scope = {**scope, "client": (_plain(caller) if caller else peer, port)}
                scheme = _values(scope, b"x-forwarded-proto")[-1:]
                if scheme in (["https"], ["http"]):
                    scope["scheme"] = scheme[0] if scope["type"] == "http" else scheme[0].replace("http", "ws")
        await self._app(scope, receive, send)

    def _ours(self, address: str) -> bool:
        try:
            parsed = ip_address(_plain(address))
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted)


def _values(scope: Scope, name: bytes) -> list[str]:
    found = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return [one.strip() for one in ",".join(found).split(",") if one.strip()]


def _plain(address: str) -> str:
    """Without port and brackets: ``[::1]:80`` and ``10.0.0.1:80`` are written by some proxies."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address
