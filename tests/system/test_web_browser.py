"""The page in a real browser: the demo's week, in both languages, light and dark, on a telephone and on a desk.

What was on the screen is left in build/web/ for people to look at.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from termintreu.service.board import Board
from termintreu.ui.web.server import serving
from tests.browser import Browser, Screen, chromium
from tests.servers import free_port
from tests.unit.ui.demo.weeks import demo_report

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PICTURES = Path(__file__).parents[2] / "build" / "web"
SCREENS = [
    Screen(width, height, scheme, telephone)
    for width, height, telephone in ((360, 640, True), (1200, 800, False))
    for scheme in ("light", "dark")
]

CONTRASTS = """
const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const parts = color => color.match(/[0-9.]+/g).map(Number);
const behind = e => {
  for (; e; e = e.parentElement) {
    const color = parts(getComputedStyle(e).backgroundColor);
    if (color.length < 4 || color[3] > 0) return color;
  }
  return [255, 255, 255];
};
const found = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const e = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !e.getClientRects().length) continue;
  const style = getComputedStyle(e), ink = e.closest("svg") ? style.fill : style.color;
  const [a, b] = [light(parts(ink)), light(behind(e))].sort((x, y) => y - x);
  found.push([(a + 0.05) / (b + 0.05), walker.currentNode.data.trim()]);
}
return found;
"""
"""Of every visible text: its contrast (WCAG 2.2, 1.4.3), and the text."""

OUTSIDE = """
return [...document.body.querySelectorAll("*")]
  .filter(e => !e.closest(".skip, .hidden") && e.getBoundingClientRect().right > innerWidth + 0.5)
  .map(e => e.outerHTML.slice(0, 80));
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The address of the page in each language."""
    addresses = {}
    with ExitStack() as stack:
        for language in ("de", "en"):
            report, texts = demo_report(tmp_path_factory.mktemp(language), MONDAY, language)
            board, port, now = Board(), free_port(), time.monotonic()
            board.turn_began("anna", now)
            board.show("anna", texts, damaged_below=0.7)
            board.cycled("anna", report, seconds=0.2, next_poll=MONDAY + timedelta(minutes=5))
            board.turn_ended("anna", now, wake=now + 300)
            stack.enter_context(serving(("127.0.0.1", port), board, longest=900, clock=lambda: MONDAY))
            addresses[language] = f"http://127.0.0.1:{port}/"
        yield addresses


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.mark.parametrize("screen", SCREENS, ids=str)
@pytest.mark.parametrize(("language", "word"), [("de", "Gefährdet"), ("en", "Threatened")])
def test_the_week_is_readable_at_a_glance(
    browser: Browser, pages: dict[str, str], screen: Screen, language: str, word: str
) -> None:
    browser.look(screen, pages[language])
    browser.picture(PICTURES / f"{language}-{screen}.png")

    assert [] == browser.console()
    assert (language, screen.width) == tuple(browser.run("return [document.documentElement.lang, innerWidth]"))
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
    assert [] == browser.run(OUTSIDE)

    threatened = browser.driver.find_element(By.CSS_SELECTOR, ".first .critical")
    assert threatened.is_displayed()
    assert word in threatened.text
    assert "Birte Claasen" in threatened.text
    assert threatened.rect["y"] + threatened.rect["height"] <= screen.height

    paper = browser.run("return getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)")
    assert (screen.scheme == "dark") is (sum(paper) < 200)
    contrasts = browser.run(CONTRASTS)
    assert len(contrasts) > 80
    assert [] == [(round(contrast, 2), text) for contrast, text in contrasts if contrast < 4.5]


PLACES = """
const place = selector => document.querySelector(selector).getBoundingClientRect();
return [place(".day").top, place(".day:nth-of-type(7)").bottom, place(".ratings").top, place(".sources").top,
        document.documentElement.scrollHeight];
"""
"""Where the first day begins, the seventh ends, ratings and sources begin, and the page ends."""


@pytest.mark.parametrize("language", ["de", "en"])
def test_on_a_telephone_the_week_takes_three_screens_and_the_days_come_first(
    browser: Browser, pages: dict[str, str], language: str
) -> None:
    browser.look(Screen(360, 800, "light", True), pages[language])
    first, seventh, ratings, sources, end = browser.run(PLACES)
    assert first < 800
    assert first < seventh < ratings < sources < end
    assert end <= 3 * 800


@pytest.mark.parametrize("width", [1200, 1600])
def test_on_a_wide_screen_both_columns_are_used(browser: Browser, pages: dict[str, str], width: int) -> None:
    browser.look(Screen(width, 900, "light"), pages["de"])
    boxes = browser.run(
        "return ['.weekside', '.side'].map(e => document.querySelector(e).getBoundingClientRect())"
        ".map(e => [e.left, e.right, e.height])"
    )
    (left, middle, tall), (begin, right, short) = boxes
    assert middle < begin
    assert (right - left) / width > 0.75
    assert short / tall > 0.7


def test_a_video_calls_link_can_be_clicked_and_opens_beside_the_page(browser: Browser, pages: dict[str, str]) -> None:
    browser.look(SCREENS[0], pages["de"])
    links = browser.driver.find_elements(By.CSS_SELECTOR, ".call .reach a[href^='https:']")
    assert ["meet.google.com", "us02web.zoom.us", "teams.microsoft.com"] == [link.text for link in links]
    assert {("_blank", "noreferrer noopener")} == {
        (link.get_attribute("target"), link.get_attribute("rel")) for link in links
    }


def test_more_of_a_contact_is_its_curve(browser: Browser, pages: dict[str, str]) -> None:
    browser.look(SCREENS[0], pages["de"])
    drawn = "return [...document.querySelectorAll('.plot')].filter(e => e.getClientRects().length).length"
    assert 0 == browser.run(drawn)
    more = browser.driver.find_element(By.CSS_SELECTOR, ".contact .unfold")
    browser.run("arguments[0].scrollIntoView({behavior: 'instant', block: 'center'})", more)
    more.click()
    assert 1 == browser.run(drawn)
    assert [] == browser.run(OUTSIDE)


def test_a_threatened_call_leads_to_what_is_known_of_it(browser: Browser, pages: dict[str, str]) -> None:
    browser.look(SCREENS[0], pages["de"])
    assert "Rufen Sie" not in browser.driver.find_element(By.CSS_SELECTOR, ".call.critical").text
    browser.driver.find_element(By.CSS_SELECTOR, ".first .critical a").click()
    call = browser.driver.find_element(By.CSS_SELECTOR, ".call.critical")
    assert browser.driver.current_url.endswith(f"#{call.get_attribute('id')}")
    for words in ("Birte Claasen", "Rufen Sie Birte Claasen jetzt an", "Überschneidet sich", "Erinnerung", "Aufgabe"):
        assert words in call.text


def test_the_first_key_leads_past_the_top_to_the_calls(browser: Browser, pages: dict[str, str]) -> None:
    browser.look(SCREENS[2], pages["en"])
    browser.driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    link = browser.driver.switch_to.active_element
    assert ("To the calls", True) == (link.text, link.is_displayed())


def test_the_curves_are_drawn(browser: Browser, pages: dict[str, str]) -> None:
    browser.look(SCREENS[2], pages["de"])
    drawn = browser.run(
        "return [...document.querySelectorAll('.plot')].map(e => ['ours', 'theirs'].map("
        "side => e.querySelector(`path.${side}:not(.failure)`).getTotalLength()))"
    )
    assert 5 == len(drawn)
    assert all(length > 30 for lengths in drawn for length in lengths)


@pytest.mark.parametrize(
    "script",
    [
        "document.body.setAttribute('style', 'color: red')",
        "document.body.append(Object.assign(new Image(), {src: 'https://127.0.0.1:9/x.png'}))",
        "document.body.append(Object.assign(document.createElement('script'), {text: 'alert(1)'}))",
    ],
)
def test_what_the_policy_forbids_would_be_seen(browser: Browser, pages: dict[str, str], script: str) -> None:
    browser.look(SCREENS[2], pages["de"])
    assert [] == browser.console()
    browser.run(script)
    assert any("Content Security Policy" in message for message in browser.console())
