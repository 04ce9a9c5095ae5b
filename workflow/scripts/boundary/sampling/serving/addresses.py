"""The endpoints of a server model and their keys. Light: read at the start of a run, and by jobs."""

import os

from boundary.contracts import Server
from boundary.errors import InputError

NO_KEY = "EMPTY"  # what a server that asks for none is sent


def places(server: Server) -> list[tuple[str, str | None]]:
    """(url, key_env) of each endpoint of a model. server: the entry, whose `url` is one or several."""
    urls = [server["url"]] if isinstance(server["url"], str) else server["url"]
    entries = [{"url": url} if isinstance(url, str) else url for url in urls]
    return [(entry["url"], entry.get("key_env", server.get("key_env"))) for entry in entries]


def key_of(url: str, key_env: str | None) -> str:
    """The key of an endpoint. InputError where the environment variable that should hold it is not set."""
    if key_env is None:
        return NO_KEY
    if not os.environ.get(key_env):
        raise InputError(f"the key of the server at {url}: key_env names {key_env}, which is not set")
    return os.environ[key_env]
