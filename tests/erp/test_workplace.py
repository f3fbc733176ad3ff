"""The site that a user works at: chosen among their own, lists open on it, and it opens nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.models import Grant, User
from erp.kernel.workplace import at_workplace, choose_workplace, workplace_of, workplaces_of
from inventory.models import SiteStock
from masterdata.models import Bin
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sites():
    """Three sites with a bin and stock each; the last is another company's."""
    ours = make.company(code="OURS")
    made = [make.site(code=code, company=ours) for code in ("ANR", "GNT")]
    made.append(make.site(code="FAR", company=make.company(code="THEIRS")))
    for site in made:
        make.bin(site=site, zone=make.zone(site=site), code=f"{site.code}-1")
        SiteStock.objects.create(site=site, item=make.item(code=f"I-{site.code}"), on_hand=1, available=1)
    return made


@pytest.fixture
def clerk(sites) -> User:
    return make.user("warehouse", scope=f"company:{sites[0].company_id}")


def again(user: User) -> User:
    """The user as the next request reads it."""
    return User.objects.get(pk=user.pk)


def signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="erp.kernel.access.RoleBackend")
    return client


def shown(client: Client, name: str, query: str = "") -> set[str]:
    """Codes of the sites whose rows a list shows."""
    page = client.get(f"{reverse(name)}?{query}", headers={"HX-Request": "true", "HX-Target": "queue"})
    body = page.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    return {code for code in ("ANR", "GNT", "FAR") if f">{code}</td>" in body or f">{code}<" in body}


def test_only_who_has_several_sites_may_choose(sites, clerk):
    assert [place.code for place in workplaces_of(clerk)] == ["ANR", "GNT"]
    assert workplaces_of(make.user("warehouse", scope=f"site:{sites[0].pk}")) == []
    assert len(workplaces_of(make.user("warehouse"))) == 3
    assert workplaces_of(make.user()) == []


def test_a_list_opens_on_the_site_and_shows_all_when_asked(sites, clerk):
    client = signed_in(clerk)
    assert shown(client, "masterdata:bin_list") == {"ANR", "GNT"}
    answer = client.post(reverse("workplace"), {"place": sites[1].pk, "next": "/masterdata/bins/"})
    assert (answer.status_code, answer["Location"]) == (302, "/masterdata/bins/")
    for name in ("masterdata:bin_list", "inventory:stock_list"):
        assert shown(client, name) == {"GNT"}, name
        assert shown(client, name, "view=open&sort=code") == {"GNT"}, (
            name
        )  # a tab or an order filters nothing
        assert shown(client, name, "site=") == {"ANR", "GNT"}, name
        assert shown(client, name, f"site={sites[0].pk}") == {"ANR"}, name
        assert shown(client, name, "q=ANR") == {"ANR"}, name  # who filters says what they want to see
    totals = client.get(reverse("masterdata:bin_list"), {"part": "totals"}).content.decode()
    assert '<b id="list-count" hx-swap-oob="true">1</b>' in totals
    assert 'id="tab-open" hx-swap-oob="true">1</span>' in totals
    exported = client.get(reverse("masterdata:bin_list"), {"export": "csv"}).content.decode()
    assert "GNT-1" in exported and "ANR-1" not in exported
    client.post(reverse("workplace"), {"place": "", "next": "/"})
    assert shown(client, "masterdata:bin_list") == {"ANR", "GNT"}


def test_the_choice_never_opens_a_site(sites, clerk):
    client = signed_in(clerk)
    client.post(reverse("workplace"), {"place": sites[0].pk})
    for wrong in (sites[2].pk, 0, "x"):
        client.post(reverse("workplace"), {"place": wrong})
        assert workplace_of(again(clerk)) is None
        assert shown(client, "masterdata:bin_list") == {"ANR", "GNT"}
    # written past the page, as by a hand on the database
    User.objects.filter(pk=clerk.pk).update(preferences={"workplace": sites[2].pk})
    assert workplace_of(again(clerk)) is None
    assert "FAR" not in shown(signed_in(again(clerk)), "masterdata:bin_list")
    assert shown(client, "masterdata:bin_list", f"site={sites[2].pk}") == set()


def test_a_scope_that_shrinks_takes_the_choice_along(sites, clerk):
    assert choose_workplace(clerk, sites[1].pk).code == "GNT"
    assert workplace_of(again(clerk)).code == "GNT"
    Grant.objects.filter(user=clerk).update(scope=f"site:{sites[0].pk}")
    reader = again(clerk)
    assert workplace_of(reader) is None
    assert {row.site for row in at_workplace(Bin.objects.visible_to(reader), reader)} == {sites[0]}


def test_the_choice_leads_back_only_into_the_house(sites, clerk):
    client = signed_in(clerk)
    for back in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""):
        answer = client.post(reverse("workplace"), {"place": sites[0].pk, "next": back})
        assert answer["Location"] == "/", back


def test_the_top_bar_offers_the_sites_and_names_the_chosen(sites, clerk):
    client = signed_in(clerk)
    page = client.get(reverse("inventory:station")).content.decode()
    assert "Working at all sites, change site" in page and "FAR" not in page
    client.post(reverse("workplace"), {"place": sites[1].pk})
    assert "Working at Site GNT, change site" in client.get(reverse("inventory:station")).content.decode()
    alone = make.user("warehouse", scope=f"site:{sites[0].pk}")
    assert "change site" not in signed_in(alone).get(reverse("inventory:station")).content.decode()


def test_all_pages_and_the_palette_reach_what_the_menu_has_no_room_for(clerk):
    steward = signed_in(make.user("data_steward"))
    page = steward.get(reverse("pages")).content.decode()
    for name in ("item_class_list", "unit_list", "customer_group_list", "payment_terms_list", "holiday_list"):
        assert f'href="{reverse(f"masterdata:{name}")}"' in page, name
    assert reverse("masterdata:holiday_list") in steward.get("/jump/?q=holidays").content.decode()
    assert (
        reverse("masterdata:item_class_list") not in signed_in(clerk).get(reverse("pages")).content.decode()
    )
