"""The shell as people use it: sign-in, palette, keys, undo, preferences, error pages."""

import gzip
import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Response, Route, expect

from erp.kernel.models import AuditEvent, Grant, Job, OutboxEntry, User
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.factories import PASSWORD, user

Address = Callable[..., str]


# Signing in ------------------------------------------------------------------------------------------------


def test_signing_in_and_out(page: Page, address: Address) -> None:
    user("administrator", username="maya", name="Maya Okafor")
    page.goto(address("user_list"))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert_accessible(page)
    shoot(page, "sign-in")
    page.get_by_label("Name").fill("maya")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong")
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(address("user_list"))
    page.get_by_role("button", name="Signed in as Maya Okafor").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_five_wrong_tries_rest_the_sign_in(page: Page, address: Address) -> None:
    user(username="maya")
    for _try in range(5):
        page.goto(address("login"))
        page.get_by_label("Name").fill("maya")
        page.get_by_label("Password").fill("wrong")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sign-in is resting")).to_be_visible()
    assert_accessible(page)


def test_a_session_that_has_ended_leads_to_sign_in_and_back(
    admin: Page, address: Address, letters: list[OutboxEntry], context: BrowserContext
) -> None:
    admin.goto(address("outbox_list"))
    expect(admin.get_by_role("button", name="Notifications")).to_be_visible()  # the page has asked its last
    context.clear_cookies()
    admin.get_by_role("link", name="Dead letters").click()
    expect(admin.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(admin).to_have_url(re.compile(r"/login/\?next=/outbox/"))


def test_a_session_ended_by_a_change_of_roles_says_so(admin: Page, address: Address) -> None:
    admin.goto(address("home"))
    expect(admin.get_by_role("button", name="Notifications")).to_be_visible()  # the page has asked its last
    Grant.objects.create(user=User.objects.get(username="maya"), role="executive")
    admin.goto(address("preferences"))
    expect(admin.get_by_text("Your roles were changed. Sign in again to work with them.")).to_be_visible()


# Every page of ours ------------------------------------------------------------------------------------------


def test_record_pages_are_accessible(admin: Page, address: Address, letters: list[OutboxEntry]) -> None:
    someone = user("warehouse", username="ravi", name="Ravi Patel")
    job = Job.objects.create(
        kind="k", title="Import", requested_by=User.objects.get(username="maya"), state="failed"
    )
    event = AuditEvent.objects.create(
        table="kernel_grant",
        row_id=1,
        operation="insert",
        actor="maya",
        reason="",
        request_id="",
        after={"role": "x"},
    )
    for target in (
        address("user", someone.pk),
        address("job", job.public_id),
        address("outbox_entry", letters[0].pk),
        address("audit_event", event.pk),
        address("home") + "nowhere/",
    ):
        admin.goto(target)
        assert_accessible(admin)


def test_a_missing_right_is_named(sign_in: SignIn, address: Address) -> None:
    page = sign_in("warehouse")
    answer = page.goto(address("user_list"))
    assert answer and answer.status == 403
    expect(page.get_by_text("The right is called kernel.administer.")).to_be_visible()
    expect(page.get_by_text("It comes with: Administrator.")).to_be_visible()
    assert_accessible(page)


# Keys and palette ------------------------------------------------------------------------------------------


def test_the_palette_finds_pages_by_their_words(admin: Page, address: Address) -> None:
    admin.goto(address("home"))
    admin.keyboard.press("Control+k")
    expect(admin.get_by_role("combobox", name="Search or jump to")).to_be_focused()
    admin.keyboard.type("outb")
    expect(admin.locator("#palette-list [aria-selected=true]")).to_contain_text("Outbox")
    assert_accessible(admin)
    admin.keyboard.press("Enter")
    expect(admin).to_have_url(address("outbox_list", query="view=dead"))


def test_the_palette_never_opens_a_hit_of_an_older_text(admin: Page, address: Address) -> None:
    held: list[Route] = []
    admin.route(re.compile(r"/jump/\?q=users$"), lambda route: held.append(route))
    admin.goto(address("home"))
    admin.keyboard.press("Control+k")
    admin.keyboard.type("outb")
    expect(admin.locator("#palette-list [aria-selected=true]")).to_contain_text("Outbox")
    with admin.expect_request(re.compile(r"/jump/\?q=users$")):
        admin.get_by_role("combobox", name="Search or jump to").fill("users")
    admin.keyboard.press("Enter")  # before the answer: the list still holds the outbox
    expect(admin.locator("#palette-list [aria-selected=true]")).to_contain_text("Outbox")
    expect(admin).to_have_url(address("home"))
    held[0].continue_()
    expect(admin).to_have_url(address("user_list"))


def test_news_do_not_fade_the_bar(admin: Page, address: Address) -> None:
    admin.clock.install()
    held: list[Route] = []
    admin.route(re.compile(r"/news/"), lambda route: held.append(route))
    with admin.expect_request(re.compile(r"/news/")):
        admin.goto(address("home"))
    admin.clock.fast_forward(1000)  # a moment after which a list that was asked for says that it is busy
    expect(admin.locator("#news")).not_to_have_attribute("aria-busy", "true")
    expect(admin.locator("[aria-busy=true]")).to_have_count(0)
    held[0].continue_()


def test_the_palette_says_when_nothing_matches(admin: Page, address: Address) -> None:
    admin.goto(address("home"))
    admin.keyboard.press("Control+k")
    admin.keyboard.type("<b>zzz")
    expect(admin.locator("#palette-list")).to_have_text("Nothing matches “<b>zzz”")


def test_the_help_dialog_lists_the_keys_of_the_page(
    admin: Page, address: Address, letters: list[OutboxEntry]
) -> None:
    admin.goto(address("outbox_list"))
    admin.keyboard.press("?")
    keys = admin.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_contain_text("Next row")
    expect(keys).to_contain_text("Filter this list")
    assert_accessible(admin)
    admin.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_two_letters_go_home(admin: Page, address: Address, letters: list[OutboxEntry]) -> None:
    admin.goto(address("outbox_list"))
    admin.keyboard.press("g")
    admin.keyboard.press("h")
    expect(admin).to_have_url(address("home"))


def test_single_letters_can_be_switched_off(
    admin: Page, address: Address, letters: list[OutboxEntry]
) -> None:
    admin.goto(address("preferences"))
    admin.get_by_label("Single letters are shortcuts").uncheck()
    admin.get_by_role("button", name="Save preferences").click()
    expect(admin.locator("#toasts")).to_contain_text("Your preferences are saved.")
    admin.goto(address("outbox_list"))
    admin.keyboard.press("j")
    expect(admin.locator("#rows tbody tr.cur")).to_have_count(0)
    admin.keyboard.press("Control+k")
    expect(admin.get_by_role("combobox", name="Search or jump to")).to_be_focused()


def test_letters_do_not_act_while_typing(admin: Page, address: Address, letters: list[OutboxEntry]) -> None:
    admin.goto(address("outbox_list"))
    admin.keyboard.press("/")
    expect(admin.locator("#q")).to_be_focused()
    admin.keyboard.type("shipment:3?")
    expect(admin.locator("#q")).to_have_value("shipment:3?")
    expect(admin.get_by_role("dialog")).to_have_count(0)


# Account ---------------------------------------------------------------------------------------------------


def test_changing_the_role_changes_the_menu(admin: Page, address: Address) -> None:
    admin.goto(address("home"))
    expect(admin.get_by_role("link", name="Users")).to_have_count(0)
    admin.get_by_role("button", name="Working as Finance, change role").click()
    assert_accessible(admin)
    admin.get_by_role("button", name="Administrator").click()
    expect(admin.get_by_role("link", name="Users")).to_be_visible()


def test_the_queue_count_loads_after_the_page(
    admin: Page, address: Address, letters: list[OutboxEntry]
) -> None:
    admin.goto(address("home"))
    admin.get_by_role("button", name="Working as Finance, change role").click()
    admin.get_by_role("button", name="Administrator").click()
    expect(admin.get_by_role("link", name="Outbox 2")).to_be_visible()


def test_light_and_dark_are_kept(admin: Page, address: Address) -> None:
    admin.goto(address("home"))
    with admin.expect_response("**/preference/"):
        admin.get_by_role("button", name="Appearance").click()
    admin.reload()
    assert admin.locator("html").get_attribute("data-theme") == "dark"


def test_giving_a_role(admin: Page, address: Address) -> None:
    someone = user(username="ravi", name="Ravi Patel")
    admin.goto(address("user", someone.pk))
    admin.get_by_label("Role", exact=True).select_option("warehouse")
    admin.get_by_label("Where").fill("everywhere")
    admin.get_by_label("Why").fill("New colleague")
    admin.get_by_role("button", name="Give role").click()
    expect(admin.get_by_text("write * for everything, else company:1 or site:4.")).to_be_visible()
    expect(admin.get_by_label("Why")).to_have_value("New colleague")
    assert_accessible(admin)
    admin.get_by_label("Where").fill("site:4")
    admin.get_by_role("button", name="Give role").click()
    expect(admin.get_by_role("row", name=re.compile("Warehouse site:4"))).to_be_visible()
    grant = Grant.objects.get(user=someone)
    assert (grant.role, grant.scope, grant.reason) == ("warehouse", "site:4", "New colleague")
    someone.refresh_from_db()
    assert someone.session_epoch == 1


def test_signing_out_another_device(admin: Page, address: Address, client: object) -> None:
    from django.test import Client

    elsewhere = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    elsewhere.force_login(User.objects.get(username="maya"))
    elsewhere.get("/")
    admin.goto(address("sessions"))
    admin.get_by_role("row", name=re.compile("Firefox on Windows")).get_by_role(
        "button", name="Sign out"
    ).click()
    expect(admin.locator("#toasts")).to_contain_text("Signed out: 1")
    assert elsewhere.get("/").status_code == 302


# The network -----------------------------------------------------------------------------------------------


def test_without_a_connection_nothing_is_lost(
    admin: Page, address: Address, letters: list[OutboxEntry], context: BrowserContext
) -> None:
    admin.goto(address("outbox_list"))
    context.set_offline(True)
    admin.locator("#q").fill("shipment:5")
    expect(admin.locator("#offline")).to_be_visible()
    context.set_offline(False)
    expect(admin.locator("#offline")).to_be_hidden()
    expect(admin.locator("#q")).to_have_value("shipment:5")


def test_undo_posts_what_the_server_named(admin: Page, address: Address) -> None:
    admin.goto(address("home"))
    posted: list[str] = []
    admin.route(
        "**/undo/", lambda route: (posted.append(route.request.post_data or ""), route.fulfill(status=204))
    )
    admin.evaluate(
        """() => document.body.dispatchEvent(new CustomEvent("toast", {detail: {
            text: "2 approved", undo: {url: "/undo/", fields: {undo: "approve", id: [7, 9]}}}}))"""
    )
    expect(admin.locator("#toasts")).to_contain_text("2 approved")
    admin.get_by_role("button", name="Undo").click()
    expect(admin.locator("#toasts")).to_have_text("Undone")
    names = re.findall(r'name="(\w+)"\s+(\S+)', posted[0])
    assert names == [("undo", "approve"), ("id", "7"), ("id", "9")]


def test_a_stale_form_opens_the_dialog(admin: Page, address: Address, letters: list[OutboxEntry]) -> None:
    admin.goto(address("outbox_entry", letters[0].pk))
    page = '<h2 id="stale-h">Someone else has changed this record</h2><p>Net 30, Net 14</p>'
    admin.route("**/outbox/", lambda route: route.fulfill(status=409, headers={"X-Stale": "1"}, body=page))
    admin.get_by_role("button", name="Try again").click()
    expect(admin.get_by_role("dialog", name="Someone else has changed this record")).to_contain_text("Net 14")


def test_a_page_stays_light(admin: Page, address: Address, letters: list[OutboxEntry]) -> None:
    """Compressed: styles and scripts 60 kB at most, the page itself 20 kB (ux.md section 10)."""
    answers: list[Response] = []
    admin.on("response", lambda answer: answers.append(answer))
    admin.goto(address("outbox_list"))
    expect(admin.locator("#list-count")).to_have_text("60")
    weight = {"document": 0, "stylesheet": 0, "script": 0}
    for answer in answers:
        if answer.request.resource_type in weight:
            weight[answer.request.resource_type] += len(gzip.compress(answer.body()))
    assert 0 < weight["stylesheet"] + weight["script"] <= 60_000
    assert 0 < weight["document"] <= 20_000


def test_right_to_left_and_long_words_stay_within_the_page(admin: Page, address: Address) -> None:
    OutboxEntry.objects.create(
        topic="Rindfleischetikettierungsüberwachungsaufgabenübertragung.v1",
        subscriber="Donaudampfschifffahrtselektrizitätenhauptbetriebswerk",
        document="shipment:999999999999",
        payload={"amount": "999999999999.99"},
        error="x" * 400,
    )
    admin.goto(address("outbox_list"))
    admin.evaluate("document.documentElement.dir = 'rtl'")
    assert_accessible(admin)
