"""An authorization server on loopback, made of Authlib's parts, and a CalDAV server that wants its tokens: the other
end of `termintreu login`. Its faults and its clock are set by the tests.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import http.server
import json
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from authlib.oauth2.rfc6749 import (
    AuthorizationCodeMixin,
    AuthorizationServer,
    ClientMixin,
    OAuth2Payload,
    OAuth2Request,
    TokenMixin,
)
from authlib.oauth2.rfc6749.errors import InvalidRequestError, OAuth2Error
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc6750.token import BearerTokenGenerator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant, DeviceCredentialDict

from tests.servers import DavServer

CLIENT = "termintreu-test"
SECRET = "client secret: shh"
_METHODS = ["none", "client_secret_basic", "client_secret_post"]


class _Client(ClientMixin):
    secret: str | None = None

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return "http://127.0.0.1/"

    def get_allowed_scope(self, scope: str) -> str:
        return scope or "caldav"

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        parts = urlsplit(redirect_uri)
        return (parts.scheme, parts.hostname, parts.path) == ("http", "127.0.0.1", "/")  # RFC 8252 7.3: any port

    def check_client_secret(self, client_secret: str) -> bool:
        return self.secret is not None and client_secret == self.secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method == "none") == (self.secret is None)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return True


@dataclass
class _Code(AuthorizationCodeMixin):
    code: str
    redirect_uri: str
    scope: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> None:
        return None

    def get_auth_time(self) -> None:
        return None


@dataclass
class _Token(TokenMixin):
    access: str
    refresh: str | None
    scope: str
    ends: float
    refresh_ends: float
    revoked: bool = False
    used_at: float | None = None

    def check_client(self, client: ClientMixin) -> bool:
        return True

    def get_scope(self) -> str:
        return self.scope

    def is_revoked(self) -> bool:
        return self.revoked


class _Payload(OAuth2Payload):
    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    @property
    def data(self) -> dict[str, str]:
        return self._values

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return defaultdict(list, {name: [value] for name, value in self._values.items()})


class _Request(OAuth2Request):
    def __init__(self, method: str, path: str, form: dict[str, str], headers: dict[str, str]) -> None:
        super().__init__(method, f"https://loopback{path}", headers=headers)
        query = dict(parse_qsl(urlsplit(path).query))
        self.payload = _Payload({**query, **form})
        self._form, self._args = form, query

    @property
    def form(self) -> dict[str, str]:
        return self._form

    @property
    def args(self) -> dict[str, str]:
        return self._args


@dataclass
class OAuthServer:
    """Its state, and what tests set and see. `with serving() as server`."""

    seconds: float = 3600.0
    """Life of an access token; 0: it does not say."""
    refresh_seconds: float | None = None
    """Life of a refresh token, which it then tells; None: no end."""
    refresh_slides: bool = False
    gives_refresh: bool = True
    grace: float = 0.0
    """Seconds for which a refresh token that was used is taken once more."""
    skew: float = 0.0
    """Seconds by which its clock differs from this machine's."""
    interval: float = 0.05
    """Of the device flow."""
    refuses: bool = False
    """The user says no."""
    down: bool = False
    loses: int = 0
    """Answers of the token endpoint that are lost from now on."""
    hold: threading.Event | None = None
    """The token endpoint answers after this only."""
    issuer: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    """What its metadata says otherwise."""
    client: _Client = field(default_factory=_Client)
    url: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Path and form of each request."""
    tokens: list[_Token] = field(default_factory=list)
    codes: dict[str, _Code] = field(default_factory=dict)
    devices: dict[str, dict[str, Any]] = field(default_factory=dict)
    polls: dict[str, float] = field(default_factory=dict)
    first_refresh_at: float | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def now(self) -> float:
        return time.time() + self.skew

    @property
    def grants(self) -> list[str]:
        """What the token endpoint was asked for."""
        return [form.get("grant_type", "").rpartition(":")[2] for path, form in self.asked if path == "/token"]

    @property
    def secrets(self) -> set[str]:
        """Everything that must be read nowhere."""
        return {one for token in self.tokens for one in (token.access, token.refresh) if one} | {SECRET}

    def takes(self, access: str) -> bool:
        """Whether an access token is good now."""
        with self.lock:
            return any(
                secrets.compare_digest(token.access, access) and not token.revoked and token.ends > self.now
                for token in self.tokens
            )

    def withdraw(self) -> None:
        """The user takes back all access in the provider's settings."""
        for token in self.tokens:
            token.revoked = True

    def end_access(self) -> None:
        """All access tokens end now, whatever was said."""
        for token in self.tokens:
            token.ends = self.now - 1

    def allow_device(self) -> None:
        """The user types the code that was given last."""
        with self.lock:
            next(reversed(self.devices.values()))["allowed"] = not self.refuses

    def refreshed(self, token: _Token) -> None:
        """A refresh token was used: its rotation."""
        token.used_at = token.used_at or self.now


class _Authorization(AuthorizationServer):
    def __init__(self, state: OAuthServer) -> None:
        super().__init__()
        self.state = state
        generate = BearerTokenGenerator(
            lambda **_: secrets.token_urlsafe(24),
            lambda **_: secrets.token_urlsafe(24) if state.gives_refresh else None,
            lambda *_: state.seconds,
        )
        self.register_token_generator("default", generate)
        self.register_grant(_CodeGrant, [CodeChallenge(required=True)])
        self.register_grant(_RefreshGrant)
        self.register_grant(_DeviceGrant)
        self.register_endpoint(_Device)
        self.register_endpoint(_Revocation)

    def query_client(self, client_id: str) -> ClientMixin | None:
        return self.state.client if client_id == CLIENT else None

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        state = self.state
        lives = state.refresh_seconds
        if state.first_refresh_at is None or state.refresh_slides:
            state.first_refresh_at = state.now
        ends = float("inf") if lives is None else state.first_refresh_at + lives
        if not token.get("refresh_token"):
            token.pop("refresh_token", None)
        if lives is not None:
            token["refresh_token_expires_in"] = round(ends - state.now)
        state.tokens.append(
            _Token(
                access=token["access_token"],
                refresh=token.get("refresh_token"),
                scope=token.get("scope") or "caldav",
                ends=state.now + (state.seconds or 3600),
                refresh_ends=ends,
            )
        )

    def create_oauth2_request(self, request: _Request) -> _Request:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> tuple[int, Any, Any]:
        return status, body, headers

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        pass


class _CodeGrant(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS

    def save_authorization_code(self, code: str, request: _Request) -> None:
        given = request.payload.data
        if given.get("code_challenge_method") != "S256":
            raise InvalidRequestError("S256 is wanted")
        self.server.state.codes[code] = _Code(
            code, given["redirect_uri"], given.get("scope", ""), given["code_challenge"], "S256"
        )

    def query_authorization_code(self, code: str, client: ClientMixin) -> _Code | None:
        return self.server.state.codes.get(code)

    def delete_authorization_code(self, authorization_code: _Code) -> None:
        del self.server.state.codes[authorization_code.code]

    def authenticate_user(self, authorization_code: _Code) -> str:
        return "anna"


class _RefreshGrant(RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> _Token | None:
        state = self.server.state
        for token in state.tokens:
            if token.refresh == refresh_token and not token.revoked and token.refresh_ends > state.now:
                if token.used_at is None or state.now - token.used_at <= state.grace:
                    return token
                state.withdraw()  # used twice: somebody has a copy
        return None

    def authenticate_user(self, refresh_token: _Token) -> str:
        return "anna"

    def revoke_old_credential(self, refresh_token: _Token) -> None:
        self.server.state.refreshed(refresh_token)


class _Device(DeviceAuthorizationEndpoint):
    def create_endpoint_response(self, request: _Request) -> Any:
        status, data, headers = super().create_endpoint_response(request)
        return status, {**data, "interval": self.server.state.interval}, headers

    def get_verification_uri(self) -> str:
        return f"{self.server.state.url}device"

    def save_device_credential(self, client_id: str, scope: str, data: dict[str, Any]) -> None:
        self.server.state.devices[data["device_code"]] = {
            **data,
            "client_id": client_id,
            "scope": scope or "caldav",
            "expires_at": time.time() + data["expires_in"],
            "allowed": None,
        }


class _DeviceGrant(DeviceCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS

    def query_device_credential(self, device_code: str) -> DeviceCredentialDict | None:
        found = self.server.state.devices.get(device_code)
        return None if found is None else DeviceCredentialDict(found)

    def query_user_grant(self, user_code: str) -> tuple[str, bool] | None:
        one = next(each for each in self.server.state.devices.values() if each["user_code"] == user_code)
        return None if one["allowed"] is None else ("anna", one["allowed"])

    def should_slow_down(self, credential: DeviceCredentialDict) -> bool:
        state, code = self.server.state, credential["device_code"]
        before, state.polls[code] = state.polls.get(code), time.monotonic()
        return before is not None and state.polls[code] - before < state.interval


class _Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = _METHODS

    def query_token(self, token_string: str, token_type_hint: str) -> _Token | None:
        found = [one for one in self.server.state.tokens if token_string in {one.access, one.refresh}]
        return found[0] if found else None

    def revoke_token(self, token: _Token, request: _Request) -> None:
        token.revoked = True


def _handler(state: OAuthServer) -> type[http.server.BaseHTTPRequestHandler]:
    authorization = _Authorization(state)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._take({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._take(dict(parse_qsl(body.decode())))

        def _take(self, form: dict[str, str]) -> None:
            path = urlsplit(self.path).path
            if path == "/token" and state.hold is not None:
                state.hold.wait(30)
            with state.lock:
                state.asked.append((path, form))
                status, body, headers = self._answer(path, form)
                loses = path == "/token" and state.loses > 0
                state.loses -= loses
            if loses:
                self.close_connection = True
                return
            content = json.dumps(body).encode() if isinstance(body, dict) else str(body or "").encode()
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _answer(self, path: str, form: dict[str, str]) -> tuple[int, Any, list[tuple[str, str]]]:
            request = _Request(self.command, self.path, form, dict(self.headers.items()))
            if state.down:
                return 503, {}, []
            match path:
                case "/.well-known/oauth-authorization-server":
                    return 200, _metadata(state), [("Content-Type", "application/json")]
                case "/authorize":
                    try:
                        grant = authorization.get_consent_grant(request, "anna")
                    except OAuth2Error as error:
                        return authorization.handle_error_response(request, error)
                    user = None if state.refuses else "anna"
                    return authorization.create_authorization_response(request, user, grant)
                case "/token":
                    return authorization.create_token_response(request)
                case "/device_authorization":
                    return authorization.create_endpoint_response("device_authorization", request)
                case "/revoke":
                    return authorization.create_endpoint_response("revocation", request)
            return 404, {}, []

        def log_message(self, *args: object) -> None:
            pass

    return Handler


def _metadata(state: OAuthServer) -> dict[str, Any]:
    said = {
        "issuer": state.issuer,
        "authorization_endpoint": f"{state.url}authorize",
        "token_endpoint": f"{state.url}token",
        "device_authorization_endpoint": f"{state.url}device_authorization",
        "revocation_endpoint": f"{state.url}revoke",
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": _METHODS,
        **state.metadata,
    }
    return dict(AuthorizationServerMetadata({name: value for name, value in said.items() if value is not None}))


@contextlib.contextmanager
def oauth_server(**settings: Any) -> Iterator[OAuthServer]:
    """An authorization server; the settings are fields of `OAuthServer`."""
    state = OAuthServer(**settings)
    with served(_handler(state)) as port:
        state.url = f"http://127.0.0.1:{port}/"
        state.issuer = state.issuer or state.url.rstrip("/")
        yield state


@contextlib.contextmanager
def served(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Guarded:
    """A CalDAV server behind a check of tokens."""

    url: str = ""
    refuses: bool = False
    """Every token, however new."""
    names_server: bool = True
    """Its 401 leads to the authorization server (RFC 9728)."""
    seen: list[tuple[str, str, int]] = field(default_factory=list)
    """Method, path and status of each request."""


def passed_on(
    asked: http.server.BaseHTTPRequestHandler, dav: DavServer, body: bytes, below: str = ""
) -> tuple[int, list[tuple[str, str]], bytes]:
    """What a CalDAV server answers its user to a request that came here, where it stands below a path."""
    connection = http.client.HTTPConnection("127.0.0.1", dav.port, timeout=30)
    hop = {"authorization", "connection", "host", "content-length", "accept-encoding"}
    headers = {name: value for name, value in asked.headers.items() if name.lower() not in hop}
    headers["Authorization"] = "Basic " + base64.b64encode(f"{dav.username}:{dav.password}".encode()).decode()
    if below:
        headers["X-Script-Name"] = below
    try:
        connection.request(asked.command, asked.path.removeprefix(below), body or None, headers)
        reply = connection.getresponse()
        content = reply.read()
    finally:
        connection.close()
    dropped = {"transfer-encoding", "content-length"}
    return reply.status, [pair for pair in reply.getheaders() if pair[0].lower() not in dropped], content


@contextlib.contextmanager
def guarded(oauth: OAuthServer, dav: DavServer) -> Iterator[Guarded]:
    """A CalDAV server that lets through whoever has a token of `oauth`, as the user of `dav`."""
    gate = Guarded()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            given = self.headers.get("Authorization", "")
            if self.path == "/.well-known/oauth-protected-resource" and gate.names_server:
                said = {"resource": gate.url, "authorization_servers": [oauth.issuer]}
                self._send(200, [("Content-Type", "application/json")], json.dumps(said).encode())
            elif gate.refuses or not given.startswith("Bearer ") or not oauth.takes(given[7:]):
                where = f'resource_metadata="{gate.url}.well-known/oauth-protected-resource"'
                challenge = f"Bearer {where}" if gate.names_server else "Bearer"
                self._send(401, [("WWW-Authenticate", challenge)], b"")
            else:
                self._send(*passed_on(self, dav, body))

        def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            gate.seen.append((self.command, self.path, status))
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    for method in ("GET", "PUT", "DELETE", "PROPFIND", "PROPPATCH", "REPORT", "MKCALENDAR", "MKCOL", "OPTIONS"):
        setattr(Handler, f"do_{method}", Handler.handle_any)
    with served(Handler) as port:
        gate.url = f"http://127.0.0.1:{port}/"
        yield gate
