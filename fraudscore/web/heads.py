"""HEAD, by which monitors and download tools ask what GET would answer."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class Heads:
    """Middleware: HEAD is answered as GET is. The server leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope.get("method") == "HEAD":
            scope = {**scope, "method": "GET"}  # the server looks at its own to know what was asked
        await self.app(scope, receive, send)
