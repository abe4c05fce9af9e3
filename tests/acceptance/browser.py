"""Debian's chromium, as the tests of the pages start it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from channels.web.pages import DIST

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # It would look for its maker's hosts otherwise.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def in_browser(page: str) -> list[pytest.MarkDecorator]:
    """The marks of tests that open ``page`` in a browser: skipped, with the reason, where either is missing."""
    return [
        pytest.mark.browser,
        pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser: install Debian's chromium ({CHROMIUM})"),
        pytest.mark.skipif(
            not (DIST / page).exists(), reason="the pages are not built: run make, or npm run build in web/"
        ),
    ]


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()
