"""A real Chromium against the hashed static files of production. Waits with `expect`, never by sleeping.

def test_hold_queue(desk, address):          # desk: a page signed in as customer service
    desk.goto(address("orders:hold_list"))
    assert_accessible(desk)
    shoot(desk, "hold-queue")
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from erp.kernel.models import OutboxEntry, User
from reporting.demo.people import PASSWORD
from tests.factories import user

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-GB",
]
DESKTOP, TABLET = {"width": 1440, "height": 900}, {"width": 820, "height": 1180}
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
SEEN_RULES = ["color-contrast", "target-size", "scrollable-region-focusable", "button-name", "link-name", "label",
              "select-name", "empty-heading"]  # fmt: skip
LOOKS = settings.VAR_DIR / "screenshots"

expect.set_options(timeout=20_000)  # two cores, shared with the other workers

SignIn = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here plays in the browser and sees committed rows, because the server has its own connection."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": DESKTOP, "locale": "en-GB", "timezone_id": "Europe/Brussels"}


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page that fails its test on a script error or an error of our own server."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "response",
        lambda answer: problems.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
    )
    yield page
    assert not problems, problems


@pytest.fixture
def address(live_server: Any) -> Callable[..., str]:
    """The full address of a named page: address("user", 3, query="view=me")."""

    def full(name: str, *args: Any, query: str = "") -> str:
        return f"{live_server.url}{reverse(name, args=args)}" + (f"?{query}" if query else "")

    return full


@pytest.fixture
def sign_in(page: Page, context: BrowserContext, live_server: Any) -> SignIn:
    """Give the page a session: sign_in("finance"), sign_in(someone), sign_in("warehouse", scope="site:3")."""

    def enter(*who: Any, **values: Any) -> Page:
        someone = who[0] if who and isinstance(who[0], User) else user(*who, **values)
        client = Client()
        client.force_login(someone)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        return page

    return enter


@pytest.fixture
def person(
    browser: Browser, browser_context_args: dict[str, Any], address: Callable[..., str]
) -> Iterator[Callable[..., Page]]:
    """Sign someone in through the login page, each in a browser of their own: person("cs", TABLET)."""
    contexts, problems = [], []

    def enter(login: str, viewport: dict[str, int] = DESKTOP) -> Page:
        contexts.append(browser.new_context(**{**browser_context_args, "viewport": viewport}))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: problems.append(f"{login}: {error}"))
        page.on(
            "response", lambda got: problems.append(f"{got.status} {got.url}") if got.status >= 500 else None
        )
        page.goto(address("login"))
        page.get_by_label("Name").fill(login)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Signed in as")).to_be_visible()
        page.wait_for_load_state()  # the keys listen from then on
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not problems, problems


@pytest.fixture
def letters() -> list[OutboxEntry]:
    """Sixty entries that wait and two that are dead."""
    made = [
        OutboxEntry(
            topic="inventory.shipment_confirmed.v1",
            subscriber="billing.invoicing",
            document=f"shipment:{number}",
            payload={"shipment_id": number},
            attempts=8 if number < 2 else 0,
            error="OperationalError: the server closed the connection" if number < 2 else "",
            dead_at=datetime(2026, 11, 23, 12, tzinfo=UTC) if number < 2 else None,
        )
        for number in range(62)
    ]
    return OutboxEntry.objects.bulk_create(made)


@pytest.fixture
def admin(sign_in: SignIn) -> Page:
    return sign_in("administrator", "finance", username="maya", name="Maya Okafor")


# The colours are the same tokens at every size, so each scheme is looked at once; what the markup alone decides, too.
LOOKED_AT: tuple[tuple[dict[str, int], Literal["light", "dark"], dict[str, Any]], ...] = (
    (DESKTOP, "light", {"type": "tag", "values": RULES}),
    (TABLET, "dark", {"type": "rule", "values": SEEN_RULES}),
)


def assert_accessible(page: Page) -> None:
    """No axe violation (WCAG 2.2 AA) at the desk in light, none of colour, room or hidden words on the tablet in dark.

    Nothing is wider than the window.
    """
    before = page.viewport_size
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    for size, scheme, rules in LOOKED_AT:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
        found = AxeResults(page.evaluate("options => axe.run(options)", options))
        where = f"{page.url} {scheme} {size['width']} px"
        assert not found.response["violations"], f"{where}\n{found.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{where} is {wide} px wider than its window"
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)


def shoot(page: Page, name: str, folder: Path = LOOKS) -> None:
    """Keep a picture to look at, FOLDER/NAME.png (below var/test/), when SCREENSHOTS=1."""
    if os.environ.get("SCREENSHOTS") == "1":
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(folder / f"{name}.png"))
