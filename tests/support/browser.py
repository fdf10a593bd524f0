"""A real browser for the tests that look at pages; they are skipped where there is none."""

import os
import shutil
from contextlib import contextmanager

import pytest
from waiting import HUNG

BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def started():
    """Start Chromium, or skip with the reason."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not BROWSER:
        pytest.skip("no Chromium found; install the package chromium or name it in CHROMIUM")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=FLAGS, timeout=HUNG * 1000)
        yield opened
        opened.close()


def page(browser, **options):
    """Open an empty page that gives up only what hangs."""
    context = browser.new_context(**options)
    context.set_default_timeout(HUNG * 1000)
    return context.new_page()
