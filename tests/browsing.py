"""A browser for tests of pages: what goes wrong in it is remembered."""

import re
import shutil
from contextlib import contextmanager

from conftest import missing

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SIZES = [(1400, 1000), (390, 844)]


@contextmanager
def opened(address: str, width: int, height: int, ours: bool = True, **options):
    """A page in headless Chromium; afterwards nothing was asked of the network, and of pages that are ours nothing was
    complained about."""
    from playwright.sync_api import sync_playwright

    executable = next(filter(None, map(shutil.which, CHROMIUM)), None) or missing("no Chromium for tests of pages")
    wrong = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height}, **options)
        page.on("request", lambda request: wrong.append(request.url) if is_network(request.url) else None)
        if ours:
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
        page.set_default_timeout(120_000)  # a busy machine draws slowly
        page.goto(address)
        yield page
        browser.close()
    assert wrong == []


def is_network(url: str) -> bool:
    return re.match(r"(https?|wss?|ftp):", url) is not None
