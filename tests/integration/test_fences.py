"""What stands before every route: headers on every answer, limits for floods, bounds for bodies, the caller's address.

GB/T 22239-2019, 8.1.3 (boundary protection) and 8.1.4.1 (sign-ins are limited).
"""

import asyncio
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.routing import iter_route_contexts
from starlette.types import Receive, Scope, Send
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from channels.limits import InProcess, Rate, Shared, limiter_for
from channels.web.pages import DIST
from clinic.signing_in import COOKIE as STAFF_COOKIE
from deploy.trial import free_port
from gateway.app import create_app
from gateway.connections import ImpatientProtocol
from gateway.fences.addresses import ClientAddress, UnknownNetwork
from gateway.fences.bodies import JSON_BYTES, BodyFence, Patience
from gateway.fences.headers import HEADERS, HSTS
from gateway.fences.limits import RULES, By
from settings import Settings, get_settings
from tests.web_house import until

UNSAFE = ("'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:")


@pytest.fixture
def app(database: None, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    monkeypatch.setenv("XINGLIN_RASA_PORT", "9")
    get_settings.cache_clear()
    return create_app()


def ask(app: Any, method: str, path: str, *, base: str = "http://xinglin.test", **sent: Any) -> httpx.Response:
    async def sending() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=base) as http:
            return await http.request(method, path, **sent)

    return asyncio.run(sending())


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in iter_route_contexts(app.routes):
        for method in sorted(getattr(route, "methods", None) or ()):
            yield (
                method,
                "/".join("0a1b2c3d4e5f6071" if part.startswith("{") else part for part in route.path.split("/")),
            )


class TestHeaders:
    def test_every_route_has_them_whatever_it_answers(self, app: FastAPI) -> None:
        asked = [*routes(app), ("GET", "/nowhere"), ("PUT", "/"), ("GET", "/assets/none.js")]
        assert len(asked) > 20
        for method, path in asked:
            answer = ask(app, method, path)
            for name in HEADERS:
                assert answer.headers.get_list(name), (method, path, name)
            assert answer.headers["x-content-type-options"] == "nosniff", (method, path)
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], (method, path)
            if path.startswith("/api/"):
                assert "no-store" in answer.headers["cache-control"], (method, path)

    def test_an_error_has_them_and_tells_nothing(self, app: FastAPI) -> None:
        @app.get("/breaks")
        def breaks() -> None:
            raise RuntimeError("a secret of the inside")

        # The pages' catch-all stands before it.
        app.router.routes.insert(0, app.router.routes.pop())
        answer = ask(app, "GET", "/breaks")
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert all(answer.headers[name] == value for name, value in HEADERS.items())

    def test_no_page_runs_scripts_from_elsewhere_or_inline(self, app: FastAPI) -> None:
        if not (DIST / "index.html").exists():
            pytest.skip("the pages are not built")
        for path in ("/", "/console"):
            policy = ask(app, "GET", path).headers["content-security-policy"]
            directives = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.split()}
            assert directives["default-src"] == ["'none'"], path
            assert directives["script-src"] == ["'self'"], path
            assert not set(directives["connect-src"]) & set(UNSAFE), path
        chat = ask(app, "GET", "/").headers["content-security-policy"]
        assert "unsafe" not in chat

    def test_https_is_remembered_behind_https_only(self, app: FastAPI) -> None:
        assert "strict-transport-security" not in ask(app, "GET", "/healthz").headers
        assert ask(app, "GET", "/healthz", base="https://xinglin.test").headers["strict-transport-security"] == HSTS


class TestLimits:
    @pytest.mark.parametrize("rule", [rule for rule in RULES if rule.method == "POST"], ids=lambda rule: rule.rate.name)
    def test_who_is_too_fast_is_told_how_long_to_wait(self, app: FastAPI, rule: Any) -> None:
        cookies = {STAFF_COOKIE: "of one browser"} if rule.by is By.STAFF else {}

        async def flood() -> list[httpx.Response]:
            transport = httpx.ASGITransport(app, client=("192.0.2.1", 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://xinglin.test", cookies=cookies) as http:
                answers: list[httpx.Response] = []
                # The bucket refills meanwhile, by much on a busy machine.
                while len(answers) < 3 * rule.rate.burst and (not answers or answers[-1].status_code != 429):
                    answers.append(await http.request("POST", rule.path, json={}))
                    http.cookies = httpx.Cookies(cookies)  # who comes with a session has a limit of its own
                return answers

        answers = asyncio.run(flood())
        assert len(answers) > rule.rate.burst
        refused = answers[-1]
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
        said = refused.json()
        assert "秒后再试" in (said["text"] if rule.path.startswith(("/api/chat", "/wechat")) else said["detail"])
        assert refused.headers["x-content-type-options"] == "nosniff"
        # Nobody else has to wait.
        assert ask(app, "POST", rule.path, json={}).status_code != 429

    def test_a_partner_that_is_too_fast_is_refused_in_the_form_of_its_document(self, app: FastAPI) -> None:
        async def flood() -> httpx.Response:
            transport = httpx.ASGITransport(app, client=("192.0.2.3", 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://xinglin.test") as http:
                for _ in range(1000):
                    answer = await http.get("/api/partner/v1/patients")
                    if answer.status_code == 429:
                        break
                return answer

        refused = asyncio.run(flood())
        assert refused.status_code == 429
        assert "秒后再试" in refused.json()["detail"]

    def test_every_kind_of_doing_has_a_limit(self) -> None:
        assert {rule.rate.name for rule in RULES} >= {"sign-in", "sessions", "sockets", "console", "requests"}
        assert {rule.by for rule in RULES} == set(By)

    def test_a_socket_too_many_is_refused_before_it_opens(self, served: str) -> None:
        session = httpx.post(f"{served}/api/chat/session")
        cookie = f"xinglin_session={session.cookies['xinglin_session']}"
        (rule,) = (rule for rule in RULES if rule.rate.name == "sockets")
        with pytest.raises(InvalidStatus) as refused:
            for _ in range(int(rule.rate.burst) + 5):
                connect(
                    served.replace("http", "ws", 1) + "/api/chat/socket",
                    origin=served,  # type: ignore[arg-type]
                    additional_headers={"Cookie": cookie},
                ).close()
        assert refused.value.response.status_code == 429
        assert int(refused.value.response.headers["Retry-After"]) >= 1


class TestBodies:
    @pytest.mark.parametrize("declared", [True, False])
    def test_a_body_that_is_too_large(self, app: FastAPI, declared: bool) -> None:
        async def chunks() -> Any:
            for _ in range(2 + JSON_BYTES // 65536):
                yield bytes(65536)

        content = bytes(JSON_BYTES + 1) if declared else chunks()
        answer = ask(app, "POST", "/api/console/sign-in", content=content, headers={"x-xinglin-console": "1"})
        assert answer.status_code == 413
        assert answer.headers["connection"] == "close"
        assert answer.json()["detail"]

    @pytest.mark.parametrize(("pause_s", "patience"), [(0.5, Patience(9, 0.1)), (0.05, Patience(0.3, 9))])
    def test_a_body_that_does_not_come_to_its_end(self, pause_s: float, patience: Patience) -> None:
        """A slow upload ends by the clock, and its route sees its caller leave."""
        left: list[str] = []

        async def upload(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope, receive)
            try:
                async for _ in request.stream():
                    pass
            finally:
                left.append("ended")

        async def trickle() -> Any:
            for _ in range(40):
                yield b"x"
                await asyncio.sleep(pause_s)

        fence = BodyFence(upload, settings=get_settings(), for_files=patience)
        started = time.monotonic()
        answer = ask(fence, "POST", "/api/chat/media", content=trickle())
        assert (answer.status_code, answer.json()["code"], left) == (408, "too_slow", ["ended"])
        assert time.monotonic() - started < 40 * pause_s

    def test_a_connection_that_never_finishes_its_headers(self, served: str) -> None:
        host, port = served.removeprefix("http://").split(":")
        with closing(socket.create_connection((host, int(port)))) as waiting:
            waiting.sendall(b"GET /healthz HTTP/1.1\r\nHost: x")
            waiting.settimeout(10)
            assert waiting.recv(100) == b""
        with closing(socket.create_connection((host, int(port)))) as again:
            again.settimeout(10)
            again.sendall(b"GET /assets/none.js HTTP/1.1\r\nHost: x\r\n\r\n")
            assert again.recv(4096).startswith(b"HTTP/1.1 404")
            again.sendall(b"G")
            while again.recv(4096):
                pass


@pytest.fixture
def served(app: FastAPI) -> Iterator[str]:
    """The gateway on a port, as ``python -m gateway`` serves it but for shorter patience."""

    class Hasty(ImpatientProtocol):
        headers_within_s = 0.3

    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="error", http=Hasty, ws="websockets-sansio", proxy_headers=False,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started, wait_s=60)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


class TestClientAddress:
    @pytest.mark.parametrize(
        ("trusted", "peer", "forwarded", "address"),
        [
            ("", "10.0.0.1", "203.0.113.9", "10.0.0.1"),  # nobody is believed by default
            ("10.0.0.1", "10.0.0.1", "203.0.113.9", "203.0.113.9"),
            ("10.0.0.0/8", "10.0.0.1", "203.0.113.9, 10.0.0.7", "203.0.113.9"),  # two proxies of ours
            ("10.0.0.1", "10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first one is made up
            ("10.0.0.1", "192.0.2.5", "203.0.113.9", "192.0.2.5"),  # not through the proxy
            ("10.0.0.1", "10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1,::1", "::1", "[2001:db8::7]:443", "2001:db8::7"),
            ("10.0.0.1", "10.0.0.1", "203.0.113.9:5501", "203.0.113.9"),
        ],
    )
    def test_only_a_named_proxy_is_believed(self, trusted: str, peer: str, forwarded: str, address: str) -> None:
        seen: list[Any] = []

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            seen.append((scope["client"][0], scope["scheme"]))

        scope = {
            "type": "http",
            "client": (peer, 1),
            "scheme": "http",
            "headers": [(b"x-forwarded-for", forwarded.encode()), (b"x-forwarded-proto", b"https")],
        }
        asyncio.run(ClientAddress(app, trusted=trusted)(scope, None, None))  # type: ignore[arg-type]
        believed = bool(trusted) and peer != "192.0.2.5"
        assert seen == [(address, "https" if believed else "http")]

    def test_a_setting_that_is_no_network_is_refused(self) -> None:
        with pytest.raises(UnknownNetwork, match="XINGLIN_TRUSTED_PROXIES"):
            ClientAddress(None, trusted="the proxy")  # type: ignore[arg-type]


class TestShared:
    @pytest.fixture
    def redis_url(self, tmp_path: Path) -> Iterator[str]:
        """A Redis of this test alone."""
        if not shutil.which("redis-server"):
            pytest.skip("no redis-server is installed")
        port = free_port()
        server = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
            stdout=subprocess.DEVNULL,
        )
        try:
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                with closing(socket.socket()) as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)

    RATE = Rate("tries", burst=3, per_second=0.5)

    def test_two_gateways_count_together(self, redis_url: str) -> None:
        async def both() -> tuple[list[float], list[bytes]]:
            one, other = Shared(redis_url), Shared(redis_url)
            try:
                waits = [await (one, other)[turn % 2].wait(self.RATE, "203.0.113.9") for turn in range(4)]
                waits.append(await one.wait(self.RATE, "203.0.113.10"))
                return waits, await one._redis.keys("*")
            finally:
                await one.close()
                await other.close()

        waits, keys = asyncio.run(both())
        assert waits[:3] == [0, 0, 0]
        assert 1 < waits[3] <= 2
        assert waits[4] == 0
        assert not any(b"203.0.113" in key for key in keys)

    def test_nobody_is_turned_away_because_redis_is_away(self) -> None:
        async def ask() -> list[float]:
            shared = Shared(f"redis://127.0.0.1:{free_port()}/0")
            try:
                return [await shared.wait(self.RATE, "somebody") for _ in range(4)]
            finally:
                await shared.close()

        waits = asyncio.run(ask())
        assert waits[:3] == [0, 0, 0]
        assert waits[3] > 0  # counted in this process meanwhile

    def test_the_gateway_uses_what_the_setting_names(
        self, redis_url: str, monkeypatch: pytest.MonkeyPatch, installation: Settings
    ) -> None:
        assert isinstance(limiter_for(installation), InProcess)
        monkeypatch.setenv("XINGLIN_REDIS_URL", redis_url)
        assert isinstance(limiter_for(Settings()), Shared)
        assert redis_url not in repr(Settings())
