"""Lists and background jobs as people use them: keys, filters, pages, bulk actions, views, progress."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import BrowserContext, Page, expect

from erp.kernel.models import Job, OutboxEntry, User
from tests.browser.conftest import SignIn, assert_accessible

Address = Callable[..., str]


def test_a_list_by_keyboard(admin: Page, address: Address, letters: list[OutboxEntry]) -> None:
    admin.goto(address("outbox_list"))
    expect(admin.locator("#list-count")).to_have_text("60")
    admin.keyboard.press("j")
    admin.keyboard.press("j")
    expect(admin.locator("#rows tbody tr.cur")).to_contain_text("shipment:60")
    admin.keyboard.press("x")
    expect(admin.locator("#bulk")).to_contain_text("1 selected")
    admin.keyboard.press("Enter")
    drawer = admin.get_by_role("dialog", name="Details")
    expect(drawer).to_contain_text("shipment:60")
    assert_accessible(admin)
    admin.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(admin.locator("#rows tbody tr.cur th a")).to_be_focused()


def test_filtering_keeps_the_address_the_focus_and_the_tab(
    admin: Page, address: Address, letters: list[OutboxEntry]
) -> None:
    admin.goto(address("outbox_list", query="view=waiting"))
    admin.locator("#q").press_sequentially("shipment:5")
    expect(admin.locator("#list-count")).to_have_text("11")
    expect(admin).to_have_url(re.compile(r"view=waiting.*q=shipment%3A5"))
    expect(admin.locator("#q")).to_be_focused()
    admin.reload()
    expect(admin.locator("#list-count")).to_have_text("11")
    expect(admin.locator("#tab-dead")).to_have_text("2")


def test_what_is_typed_while_the_list_is_being_renewed_is_asked_for(
    admin: Page, address: Address, letters: list[OutboxEntry]
) -> None:
    """A renewed list is on the screen some moments before it listens: what is typed in them must not be lost."""
    admin.goto(address("outbox_list"))
    admin.evaluate(
        """() => {
            document.addEventListener("htmx:afterSwap", function type(e) {
                if (e.detail.target.id !== "queue") return;
                document.removeEventListener("htmx:afterSwap", type);
                const box = document.getElementById("q");
                box.value = "shipment:5";
                box.dispatchEvent(new Event("input", { bubbles: true }));
            });
            htmx.trigger(document.body, "queue:changed");
        }"""
    )
    expect(admin.locator("#list-count")).to_have_text("11")
    expect(admin.locator("#q")).to_have_value("shipment:5")


def test_pages_forwards_and_back(admin: Page, address: Address, letters: list[OutboxEntry]) -> None:
    admin.goto(address("outbox_list", query="size=25"))
    expect(admin.locator(".pager")).to_contain_text("1–25 of 60")
    admin.get_by_role("link", name="Next").click()
    expect(admin.locator(".pager")).to_contain_text("26–50 of 60")
    admin.get_by_role("link", name="Next").click()
    expect(admin.locator(".pager")).to_contain_text("51–60 of 60")
    expect(admin.get_by_role("link", name="Next")).to_have_count(0)
    admin.get_by_role("link", name="Previous").click()
    expect(admin.locator(".pager")).to_contain_text("26–50 of 60")


def test_the_main_bulk_action_by_one_letter(
    admin: Page, address: Address, letters: list[OutboxEntry]
) -> None:
    admin.goto(address("outbox_list", query="view=dead"))
    admin.get_by_label("Select all rows on this page").check()
    expect(admin.locator("#bulk-n")).to_have_text("2")
    admin.keyboard.press("a")
    expect(admin.locator("#toasts")).to_have_text("2 entries are due again")
    expect(admin.get_by_role("heading", name="The outbox is clear")).to_be_visible()
    assert not OutboxEntry.objects.filter(dead_at__isnull=False).exists()


def test_shift_click_selects_a_range(admin: Page, address: Address, letters: list[OutboxEntry]) -> None:
    admin.goto(address("outbox_list"))
    boxes = admin.locator("#rows tbody [name=id]")
    boxes.nth(1).click()
    boxes.nth(5).click(modifiers=["Shift"])
    expect(admin.locator("#bulk-n")).to_have_text("5")


def test_a_list_works_without_script(
    sign_in: SignIn, browser: object, address: Address, letters: list[OutboxEntry], context: BrowserContext
) -> None:
    sign_in("administrator")
    plain = context.browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    page = plain.new_page()
    page.goto(address("outbox_list", query="size=25"))
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".pager")).to_contain_text("26–50")
    page.get_by_role("link", name="Announced").click()
    expect(page.locator("#rows tbody tr").first).to_contain_text("shipment:2")
    page.locator("#q").fill("shipment:60")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Dead letters").click()
    page.get_by_label(re.compile("^Select inventory")).first.check()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#toasts")).to_contain_text("1 entry is due again")
    plain.close()


def test_a_view_is_saved_and_removed(admin: Page, address: Address, letters: list[OutboxEntry]) -> None:
    admin.goto(address("outbox_list", query="view=waiting&q=shipment%3A5"))
    admin.get_by_role("button", name="Save view").first.click()
    admin.get_by_label("Name for these filters").fill("Fives")
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("link", name="Fives")).to_be_visible()
    admin.goto(address("outbox_list"))
    admin.get_by_role("link", name="Fives").click()
    expect(admin.locator("#list-count")).to_have_text("11")


# Jobs ------------------------------------------------------------------------------------------------------


def test_a_running_job_shows_until_it_has_ended(admin: Page, address: Address) -> None:
    me = User.objects.get(username="maya")
    job = Job.objects.create(
        kind="k", title="Price list import", requested_by=me, total=20000, done=12400, state="running"
    )
    admin.goto(address("home"))
    badge = admin.get_by_role("button", name="Background jobs, 1 running")
    expect(badge).to_contain_text("62")
    badge.click()
    expect(admin.locator("#jobs")).to_contain_text("12,400 of 20,000")
    Job.objects.filter(pk=job.pk).update(state="done", done=20000, finished_at=datetime.now(UTC))
    expect(badge).to_have_count(0)
    expect(admin.locator("#toasts")).to_contain_text("Price list import is done")
    expect(admin.get_by_role("button", name="Notifications, 1 new")).to_be_visible()


def test_cancelling_a_job(admin: Page, address: Address) -> None:
    me = User.objects.get(username="maya")
    started = datetime.now(UTC) - timedelta(seconds=100)
    job = Job.objects.create(
        kind="k", title="Import", requested_by=me, total=400, done=100, state="running", started_at=started
    )
    admin.goto(address("job", job.public_id))
    admin.locator("main").get_by_role("button", name="Cancel").click()
    expect(admin.locator("#toasts")).to_contain_text("The job stops at the next row.")
    job.refresh_from_db()
    assert job.cancel_asked
