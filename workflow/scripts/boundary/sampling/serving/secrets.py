"""The key of a server stays here: it is removed from everything that the server sends, in errors or its list of
models."""

import httpx2

HIDDEN = b"<the key>"


class WithoutKey(httpx2.AsyncBaseTransport):
    """Answers with `HIDDEN` instead of the key, so nothing that is logged or stored can contain it."""

    def __init__(self, key: str):
        self.key, self.inner = key.encode(), httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request):
        answer = await self.inner.handle_async_request(request)
        try:
            await answer.aread()
        finally:
            await answer.aclose()
        kept = [pair for pair in answer.headers.raw if pair[0].lower() not in (b"content-encoding", b"content-length")]
        headers = [(name, value.replace(self.key, HIDDEN)) for name, value in kept]
        content = answer.content.replace(self.key, HIDDEN)
        return httpx2.Response(answer.status_code, headers=headers, content=content, request=request)

    async def aclose(self) -> None:
        await self.inner.aclose()
