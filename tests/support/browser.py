"""A real browser for the tests that look at pages; they are skipped where there is none."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from waiting import HUNG, until

HOME = Path(__file__).parents[2]

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


@contextmanager
def lab(runs, study="grocery", home=HOME):
    """Start `segkit open STUDY` without a window; gives the address of its JupyterLab."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    options += ["--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
    command = [sys.executable, "-m", "segkit.workbook.cli", "open", study, *options]
    environment = {**os.environ, "SEGKIT_RUNS": str(runs), "SEGKIT_HOME": str(home)}
    log = (Path(runs) / "lab.log").open("wb")
    quiet = {"stdout": log, "stderr": log, "start_new_session": True}
    process = subprocess.Popen(command, cwd=home, env=environment, **quiet)
    try:
        yield _wait_for(f"http://127.0.0.1:{port}", process, Path(runs) / "lab.log")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(HUNG)
        log.close()


def _wait_for(address, process, log):
    def answers():
        try:
            urllib.request.urlopen(f"{address}/api/status", timeout=HUNG).close()
            return True
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, log.read_text()[-3000:]
            return False

    until(answers)
    return address
