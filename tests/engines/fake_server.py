"""A small server of completions and chats that does what a test tells it to, request by request."""

import json
import threading
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from boundary.sampling.serving.probing import SEEDS


def completion(text: str = " 1", tokens: int = 3, reason: str | None = "stop", logprobs: list | None = None) -> dict:
    """The body of an answer."""
    choice = {"index": 0, "text": text, "finish_reason": reason}
    choice |= {"logprobs": {"token_logprobs": logprobs}} if logprobs else {}
    usage = {"prompt_tokens": 4, "completion_tokens": tokens, "total_tokens": 4 + tokens}
    return {"id": "x", "object": "text_completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}


def message(text: str | None = " 1", tokens: int = 3, reason: str | None = "stop", **more) -> dict:
    """The body of an answer to a chat. more: of its message, such as `reasoning_content`."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text} | more, "finish_reason": reason}
    return completion(tokens=tokens) | {"object": "chat.completion", "choices": [choice]}


def error(message: str) -> dict:
    return {"error": {"message": message, "type": "error"}}


def probed(body: dict, before: int) -> tuple[int, dict, dict]:
    """An answer that heeds seeds."""
    text = f" {body['seed']}" if body["temperature"] else " greedy"
    return 200, message(text) if "messages" in body else completion(text), {}


class Fake:
    """answer(body of a request, how many came before) -> status, body, headers; None breaks the connection off."""

    def __init__(self, answer: Callable = lambda body, before: (200, completion(), {}), port: int = 0, **about):
        self.answer, self.asked, self.lock = answer, [], threading.Lock()
        self.probe: Callable = probed  # answers what comes before samples; None: `answer` does, and it is in `asked`
        self.probed: list[dict] = []
        self.running = self.most = 0  # requests at one time
        self.key: str | None = None
        self.models = [{"id": "m", "object": "model", "created": 1, "owned_by": "vllm"} | about]
        self.pages: dict[str, dict | str] = {}  # further ones, by path
        self.paths: list[str] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                fake.paths.append(self.path)
                pages = {"/v1/models": {"object": "list", "data": fake.models}} | fake.pages
                found = pages.get(self.path)
                self.say(*((200, found) if found else (404, error("no such page"))))

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                if fake.probe and body.get("seed") in SEEDS:
                    fake.probed.append(body)
                    self.say(*fake.probe(body, len(fake.probed) - 1))
                    return
                with fake.lock:
                    before, fake.running = len(fake.asked), fake.running + 1
                    fake.most = max(fake.most, fake.running)
                    fake.asked.append(body)
                said = fake.answer(body, before)
                with fake.lock:
                    fake.running -= 1
                if said is None:
                    self.close_connection = True
                else:
                    self.say(*said)

            def say(self, status: int, body: dict | str, headers: dict | None = None):
                if fake.key and self.headers["authorization"] != f"Bearer {fake.key}":
                    status, body = 401, {"error": "Unauthorized"}
                data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
                self.send_response(status)
                form = "text/plain" if isinstance(body, str) else "application/json"
                said = {"content-type": form, "content-length": str(len(data))} | (headers or {})
                for name, value in said.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass  # who asked is gone

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def serving(*arguments, **about):
    fake = Fake(*arguments, **about)
    try:
        yield fake
    finally:
        fake.stop()
