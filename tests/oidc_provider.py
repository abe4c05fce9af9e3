"""A hospital's own sign-in in small: an OpenID provider over real HTTP, with real RS256 tokens, that keeps to the rules
(code once, redirect address, client secret, PKCE) and can be made to break one of them."""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Header, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "xinglin-console", "secret-of-the-client"


@dataclass
class OpenIdProvider:
    """Who is at the browser is ``person``: the claims beyond those that every token has."""

    address: str
    redirect_uri: str
    person: dict[str, Any]
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    # What the next token says instead, or is signed with; what the authorization endpoint was asked.
    instead: dict[str, Any] = field(default_factory=dict)
    signed_with: RSAKey | OctKey | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    keys_fetched: int = 0

    def app(self) -> FastAPI:
        """Its endpoints."""
        app = FastAPI()
        app.add_api_route("/.well-known/openid-configuration", self.describe)
        app.add_api_route("/authorize", self.authorize)
        app.add_api_route("/token", self.token, methods=["POST"])
        app.add_api_route("/keys", self.keys)
        return app

    def describe(self) -> dict[str, str]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
        }

    def authorize(self, request: Request) -> Response:
        """The person signs in with both factors, and is sent back."""
        query = dict(request.query_params)
        assert (query["client_id"], query["redirect_uri"], query["response_type"]) == (
            CLIENT,
            self.redirect_uri,
            "code",
        )
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        self.asked.append(query)
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return RedirectResponse(f"{self.redirect_uri}?{urlencode({'code': code, 'state': query['state']})}", 302)

    def token(
        self,
        code: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
        grant_type: Annotated[str, Form()],
        authorization: Annotated[str, Header()] = "",
    ) -> Response:
        """The identity token, once for a code and only to who has the verifier and the client's secret."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(code, None)
        right = asked is not None and challenge == asked["code_challenge"] and redirect_uri == self.redirect_uri
        if asked is None or not right or authorization != basic or grant_type != "authorization_code":
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        return JSONResponse({"access_token": "opaque", "token_type": "Bearer", "id_token": self.identity(asked)})

    def identity(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": "person-1",
            "exp": now + 300,
            "iat": now,
            "auth_time": now,
            "nonce": asked["nonce"],
            **self.person,
            **self.instead,
        }
        key = self.signed_with or self.key
        header = {"alg": "HS256" if isinstance(key, OctKey) else "RS256", "kid": "one"}
        return jwt.encode(header, {name: value for name, value in claims.items() if value is not None}, key)

    def keys(self) -> dict[str, Any]:
        self.keys_fetched += 1
        return {"keys": [self.key.as_dict(private=False)]}
