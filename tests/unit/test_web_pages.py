"""The built pages as the gateway serves them."""

import asyncio
import gzip
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from channels.web.pages import page_response, pages
from settings import get_settings


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    (tmp_path / "dist" / "assets").mkdir(parents=True)
    (tmp_path / "dist" / "index.html").write_text(
        "<h1>[[hospital_name]]</h1> 拨打 [[emergency_phone]]", encoding="utf-8"
    )
    (tmp_path / "dist" / "assets" / "index-abc123.js").write_text("console.log(1);" * 200)
    (tmp_path / "dist" / "secret.txt").write_text("not for the web")
    return tmp_path / "dist"


class Client:
    """Asks an application without a server."""

    def __init__(self, app: FastAPI) -> None:
        self._transport = httpx.ASGITransport(app)

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=self._transport, base_url="http://hospital.example:8000", headers=headers
            ) as client:
                return await client.get(path)

        return asyncio.run(ask())


@pytest.fixture
def client(dist: Path) -> Client:
    app = FastAPI()
    app.include_router(pages(dist=dist))
    return Client(app)


def test_the_page_has_the_hospitals_name_and_a_strict_policy(client: Client) -> None:
    response = client.get("/")
    assert get_settings().hospital_name in response.text
    assert "[[" not in response.text
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "ws://hospital.example:8000" in policy
    assert response.headers["cache-control"] == "no-cache"


def test_a_hostile_host_header_does_not_reach_the_policy(client: Client) -> None:
    response = client.get("/", headers={"host": "x; script-src *"})
    assert "script-src *" not in response.headers["content-security-policy"]


def test_a_name_with_markup_is_written_as_text(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINGLIN_HOSPITAL_NAME", "<script>alert(1)</script>")
    get_settings.cache_clear()
    assert "<script>" not in client.get("/").text


def test_assets_are_compressed_and_kept_for_a_year(client: Client, dist: Path) -> None:
    response = client.get("/assets/index-abc123.js")
    assert response.headers["content-encoding"] == "gzip"
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["content-type"].startswith("text/javascript")
    plain = client.get("/assets/index-abc123.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == response.text
    assert len(gzip.compress(plain.content)) < len(plain.content)


@pytest.mark.parametrize(
    "path",
    ["/assets/none.js", "/assets/..%2Fsecret.txt", "/assets/%2e%2e/secret.txt", "/assets/.js%00", "/secret.txt"],
)
def test_nothing_else_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_page_that_is_not_built_says_so(tmp_path: Path) -> None:
    app = FastAPI()
    app.include_router(pages(dist=tmp_path))
    response = Client(app).get("/")
    assert response.status_code == 503
    assert "120" in response.text


def test_the_console_may_allow_more_styles_but_no_more_scripts(dist: Path) -> None:
    app = FastAPI()

    @app.get("/console")
    def console(request: Request) -> Response:
        return page_response(request, "index.html", dist=dist, styles="'self' 'unsafe-inline'")

    policy = Client(app).get("/console").headers["content-security-policy"]
    assert "style-src 'self' 'unsafe-inline';" in policy
    assert "script-src 'self';" in policy
