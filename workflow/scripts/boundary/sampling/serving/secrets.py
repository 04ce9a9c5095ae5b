"""The key of a server stays here: what the server says of it, in an error or in its list of models, is taken out."""

import httpx2

HIDDEN = b"<the key>"


class WithoutKey(httpx2.AsyncBaseTransport):
    """Answers as they come, with `HIDDEN` wherever they hold the key: nothing that is logged or kept can have it."""

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
