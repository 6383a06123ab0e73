"""Headless Chromium for tests: Debian's own, with a new and empty profile, asking nobody but the page under test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person looks at."""

    width: int
    height: int
    scheme: str
    """ "light" or "dark"."""
    telephone: bool = False

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}"


class Browser:
    """One window."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def look(self, screen: Screen, url: str) -> None:
        """Open a page on such a screen; what the console said before is forgotten."""
        metrics = {"width": screen.width, "height": screen.height, "deviceScaleFactor": 1, "mobile": screen.telephone}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        scheme = {"features": [{"name": "prefers-color-scheme", "value": screen.scheme}]}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", scheme)
        self.console()
        self.driver.get(url)

    def console(self) -> list[str]:
        """What the console said since the last time: errors, and what a policy has forbidden."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script says of the page."""
        return self.driver.execute_script(script, *arguments)

    def picture(self, path: Path) -> None:
        """What is on the screen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.driver.get_screenshot_as_png())


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """A browser whose profile is in `folder`, until the context ends."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        raise FileNotFoundError("Chromium is missing: `tests/machine.sh chromium chromium-driver` installs it")
    options = ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    environment = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    service = Service(driver, env=environment)
    window = Chrome(options=options, service=service)
    try:
        yield Browser(window)
    finally:
        window.quit()
