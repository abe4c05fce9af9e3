"""The hospital's own sign-in (OpenID Connect, by setting): authorization code with PKCE, state and nonce checked, the
identity token's signature verified with the provider's published keys.

The second factor is then the provider's: a hospital that has one identity for its staff has one place where the
factor is asked for, and the provider must ask for it (docs/security.md). Roles and departments come from claims, at
every sign-in: who lost a role there has lost it here.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx
from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from records.staff import Role
from settings import Settings

# Public keys only: a token that names "none" or a shared secret is refused (RFC 8725, 3.1).
ALGORITHMS = ["RS256", "PS256", "ES256"]
WITHIN_S = 5.0
LEEWAY_S = 60
# A step-up at the provider must have happened now, not an hour ago.
AGAIN_WITHIN_S = 120


class ProviderAway(Exception):
    """The hospital's own sign-in cannot be reached, or says nothing of use."""


class ProviderRefused(Exception):
    """The provider's answer is not one to what was asked, or does not prove who it is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was sent along with a browser, to be compared with what it brings back."""

    state: str
    nonce: str
    verifier: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is; ``subject`` is theirs for good."""

    subject: str
    username: str
    name: str
    role: Role | None
    departments: tuple[str, ...]


class Provider:
    """One provider, as its discovery document describes it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._described: Mapping[str, Any] | None = None
        self._keys: KeySet | None = None

    def way_there(self, *, redirect_uri: str, again: bool = False) -> tuple[str, Asked]:
        """Where to send the browser, and what to keep of it. With ``again`` the provider asks anew for every factor.
        Raises :class:`ProviderAway`."""
        asked = Asked(generate_token(32), generate_token(32), generate_token(64), again)
        more: dict[str, Any] = {"prompt": "login", "max_age": "0"} if again else {}
        uri: str = prepare_grant_uri(
            self._description()["authorization_endpoint"],
            client_id=self._settings.oidc_client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope="openid profile",
            state=asked.state,
            nonce=asked.nonce,
            code_challenge=create_s256_code_challenge(asked.verifier),
            code_challenge_method="S256",
            **more,
        )
        return uri, asked

    def identity(self, asked: Asked, *, code: str, redirect_uri: str, now: int) -> Identity:
        """Who came back with ``code``. Raises :class:`ProviderAway` or :class:`ProviderRefused`."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self._settings.oidc_client_id,
            "code_verifier": asked.verifier,
        }
        secret = self._secret()
        auth = httpx.BasicAuth(self._settings.oidc_client_id, secret) if secret else None
        answer = _fetch("POST", self._description()["token_endpoint"], data=form, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderRefused
        return self._identity(self._claims(token, asked, access_token=answer.get("access_token"), now=now))

    def _claims(self, token: str, asked: Asked, *, access_token: object, now: int) -> CodeIDToken:
        issuer = self._description()["issuer"]
        try:
            decoded = self._decoded(token)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={"iss": {"essential": True, "value": issuer}},
                params={
                    "client_id": self._settings.oidc_client_id,
                    "nonce": asked.nonce,
                    "access_token": access_token,
                    "max_age": AGAIN_WITHIN_S if asked.again else None,
                },
            )
            claims.validate(now=now, leeway=LEEWAY_S)
        except (JoseError, ValueError, KeyError) as error:
            raise ProviderRefused from error
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if self._settings.oidc_client_id not in audience or not claims.get("sub"):
            raise ProviderRefused
        if asked.again and now - int(claims["auth_time"]) > AGAIN_WITHIN_S:
            raise ProviderRefused
        return claims

    def _decoded(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, self._published_keys(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have changed its keys since: asked once more, then believed.
            self._keys = None
            return jwt.decode(token, self._published_keys(), algorithms=ALGORITHMS)

    def _published_keys(self) -> KeySet:
        if self._keys is None:
            self._keys = KeySet.import_key_set(_fetch("GET", self._description()["jwks_uri"]))  # type: ignore[arg-type]
        return self._keys

    def _identity(self, claims: CodeIDToken) -> Identity:
        departments = words(claims.get(self._settings.oidc_department_claim))
        subject = hashlib.sha256(f"{claims['iss']} {claims['sub']}".encode()).hexdigest()
        username = re.sub(r"[^a-z0-9._\-]", "", str(claims.get("preferred_username") or "").lower())
        return Identity(
            subject=subject,
            username=username or f"sso-{subject[:12]}",
            name=str(claims.get("name") or "")[:64],
            role=role_of(words(claims.get(self._settings.oidc_role_claim)), self._settings.oidc_roles),
            departments=tuple(departments),
        )

    def _description(self) -> Mapping[str, Any]:
        if self._described is None:
            found = _fetch("GET", self._settings.oidc_url)
            needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
            if not all(isinstance(found.get(name), str) for name in needed):
                raise ProviderAway
            self._described = found
        return self._described

    def _secret(self) -> str:
        file = self._settings.oidc_client_secret_file
        return file.read_text(encoding="utf-8").strip() if file else ""


@lru_cache(maxsize=4)
def provider_for(settings: Settings) -> Provider:
    """The provider of these settings; one a process, with what it has published."""
    return Provider(settings)


def role_of(values: list[str], mapping: str) -> Role | None:
    """The first role of ``mapping`` ("doctors=clinician,nurses=nurse") that one of the claim's values is for. Raises
    ``ValueError`` for a role that is none."""
    for pair in mapping.split(","):
        value, _, role = pair.partition("=")
        if value.strip() and value.strip() in values:
            return Role(role.strip())
    return None


def words(claim: object) -> list[str]:
    """A claim's values: a list of texts, or one text with spaces or commas between."""
    if isinstance(claim, str):
        return re.split(r"[\s,]+", claim.strip()) if claim.strip() else []
    return [str(one) for one in claim] if isinstance(claim, list) else []


def _fetch(method: str, url: str, **sent: Any) -> Mapping[str, Any]:
    try:
        with httpx.Client(timeout=WITHIN_S, trust_env=False) as http:
            answer = http.request(method, url, **sent)
        found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderAway from error
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or not isinstance(found, dict):
        raise ProviderAway
    if answer.status_code != httpx.codes.OK:
        raise ProviderRefused
    return found
