"""A hub on loopback: what huggingface_hub's client asks of one, for repositories that a test makes up.

Small files are served as they are, those over 1,000 bytes by a redirect to another path, as large ones are by a real
hub. A test can let the next transfer break off in the middle, and reads in `asked` what was asked for.
"""

import functools
import hashlib
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

LARGE = 1000


@functools.cache
def checksums(content: bytes) -> tuple[str, str]:
    """Of a file: git's own, and sha256."""
    git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    return git, hashlib.sha256(content).hexdigest()


@dataclass
class Repository:
    """Commits of a repository, each with its files; the last is where `main` is."""

    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    token: str | None = None  # gated: only for whoever has it

    @property
    def main(self) -> str:
        return list(self.commits)[-1]


class LocalHub:
    """`url` is its address; `repositories` maps `models/org/name` or `datasets/org/name` to what is there."""

    def __init__(self):
        self.repositories: dict[str, Repository] = {}
        self.asked: list[tuple[str, str, str | None]] = []  # method, path, range
        self.break_next = False
        handler = type("Handler", (_Handler,), {"hub": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def add(self, name: str, files: dict[str, bytes], token: str | None = None) -> str:
        """A new commit of a repository, whose files are these; returns its hash."""
        repository = self.repositories.setdefault(name, Repository(token=token))
        commit = hashlib.sha1(f"{name}{len(repository.commits)}".encode()).hexdigest()
        repository.commits[commit] = files
        return commit

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    hub: LocalHub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self._answer()

    def do_GET(self):
        self._answer()

    def do_POST(self):  # paths-info, and nothing else, is asked by POST
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer()

    def _answer(self):
        path = unquote(urlsplit(self.path).path).lstrip("/")
        self.hub.asked.append((self.command, path, self.headers.get("Range")))
        if large := re.fullmatch(r"large/(\w+)", path):
            return self._send_bytes(self._blobs()[large[1]], {})
        api = re.fullmatch(r"api/(models|datasets)/([^/]+/[^/]+)(?:/(revision|tree)/([^/]+))?/?", path)
        file = re.fullmatch(r"(datasets/)?([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path)
        if not api and not file:
            return self._fail(404, "EntryNotFound")
        name = f"{api[1]}/{api[2]}" if api else f"{file[1] or 'models/'}{file[2]}"
        repository = self.hub.repositories.get(name)
        if repository is None:
            return self._fail(401, "RepoNotFound")
        if repository.token and self.headers.get("Authorization") != f"Bearer {repository.token}" and file:
            return self._fail(401, "GatedRepo")
        revision = (api[4] if api else file[3]) or "main"
        commit = repository.main if revision == "main" else revision
        if commit not in repository.commits:
            return self._fail(404, "RevisionNotFound")
        files = repository.commits[commit]
        if api and api[3] == "tree":
            return self._send_json([self._entry(*item) for item in files.items()])
        if api:
            siblings = [{"rfilename": name, "size": len(content)} for name, content in files.items()]
            return self._send_json({"id": api[2], "sha": commit, "siblings": siblings})
        if file[4] not in files:
            return self._fail(404, "EntryNotFound")
        content = files[file[4]]
        entry = self._entry(file[4], content)
        headers = {"X-Repo-Commit": commit, "ETag": f'"{entry["oid"]}"'}
        if "lfs" in entry:
            sha256 = entry["lfs"]["oid"]
            headers |= {"X-Linked-Etag": f'"{sha256}"', "X-Linked-Size": str(len(content))}
            headers |= {"Location": f"{self.hub.url.replace('127.0.0.1', 'localhost')}/large/{sha256}"}
            return self._send(302, b"", headers)
        return self._send_bytes(content, headers)

    def _entry(self, name: str, content: bytes) -> dict:
        git, sha256 = checksums(content)
        entry = {"type": "file", "path": name, "size": len(content), "oid": git}
        if len(content) > LARGE:
            entry["lfs"] = {"oid": sha256, "size": len(content), "pointerSize": 134}
        return entry

    def _blobs(self) -> dict[str, bytes]:
        every = (c for r in self.hub.repositories.values() for files in r.commits.values() for c in files.values())
        return {checksums(content)[1]: content for content in every}

    def _send_json(self, value) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _send_bytes(self, content: bytes, headers: dict) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        if not asked:
            return self._send(200, content, headers | {"Accept-Ranges": "bytes"})
        start, end = int(asked[1]), int(asked[2] or len(content) - 1)
        headers |= {"Content-Range": f"bytes {start}-{end}/{len(content)}"}
        return self._send(206, content[start : end + 1], headers)

    def _fail(self, status: int, code: str) -> None:
        self._send(status, b"{}", {"X-Error-Code": code, "X-Error-Message": code})

    def _send(self, status: int, body: bytes, headers: dict) -> None:
        self.send_response(status)
        for key, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if self.hub.break_next and len(body) > LARGE:
            self.hub.break_next = False
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.connection.close()
            return
        self.wfile.write(body)
