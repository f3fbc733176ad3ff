"""What is in kits: added, changed, ended, refused; in the browser and for programs."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted, StaleVersion
from masterdata.items.actions.add_component import add_component
from masterdata.items.actions.change_component import change_component
from masterdata.items.actions.change_item import change_item
from masterdata.items.actions.create_item import create_item
from masterdata.items.actions.end_component import end_component
from masterdata.items.errors import ComponentTaken
from masterdata.models import Item, KitComponent
from tests import factories as make
from tests.masterdata.test_pages import plain_static, signed_in  # noqa: F401  # a fixture of every page test
from tests.support import run_concurrently

pytestmark = pytest.mark.django_db

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


@pytest.fixture
def steward() -> By:
    return By(make.actor("data_steward"))


def empty_kit(**values: object) -> Item:
    return make.item(kind="kit", **values)


def put(by: By, kit: Item, component: Item, quantity: object = 1, **terms: object) -> int:
    given = {"valid_from": MAY, **terms}
    made = add_component(
        by, kit_id=kit.pk, component_id=component.pk, quantity=Decimal(str(quantity)), **given
    )
    return made.kit_component_id


def test_a_component_is_in_the_kit_from_a_day_on(steward):
    kit, bolt = empty_kit(), make.item()
    metre = make.item(stock_unit=make.unit("MTR", decimals=2))
    made = [put(steward, kit, bolt, 4), put(steward, kit, metre, "2.25", position=2, valid_to=JULY)]
    assert list(KitComponent.objects.order_by("pk").values_list("pk", "quantity", "valid_from", "valid_to")) == [
        (made[0], 4, MAY, None), (made[1], Decimal("2.25"), MAY, JULY),
    ]  # fmt: skip


def test_refusals_change_nothing(steward):
    kit, bolt = empty_kit(), make.item()
    for component, terms in (
        (bolt, {"quantity": 0}),
        (bolt, {"quantity": "1.5"}),  # a piece is whole
        (bolt, {"quantity": 10**10}),
        (bolt, {"position": 0}),
        (bolt, {"valid_to": MAY}),
        (make.item(kind="service"), {}),
        (empty_kit(), {}),  # no kit in a kit
        (kit, {}),
    ):
        with pytest.raises(BadInput):
            put(steward, kit, component, **terms)
    with pytest.raises(BadInput):
        put(steward, bolt, make.item())
    with pytest.raises(NotFound):
        add_component(steward, kit_id=kit.pk, component_id=0, quantity=Decimal(1), valid_from=MAY)
    with pytest.raises(NotPermitted):
        put(By(make.actor("customer_service")), kit, bolt)
    assert not KitComponent.objects.exists()


def test_a_component_is_in_a_kit_once_at_a_time(steward):
    kit, bolt = empty_kit(), make.item()
    put(steward, kit, bolt, 4, valid_to=JUNE)
    put(steward, kit, bolt, 5, valid_from=JUNE)
    with pytest.raises(ComponentTaken):
        put(steward, kit, bolt, 6, valid_from=date(2026, 5, 31))
    assert list(KitComponent.objects.order_by("pk").values_list("quantity", flat=True)) == [4, 5]


def test_quantity_changes_and_a_stale_form_is_told(steward):
    made = put(steward, empty_kit(), make.item(), 4)
    change_component(steward, kit_component_id=made, version=1, changes={"quantity": Decimal(6)})
    kept = KitComponent.objects.get(pk=made)
    assert (kept.quantity, kept.position, kept.version) == (6, 1, 2)
    with pytest.raises(StaleVersion):
        change_component(steward, kit_component_id=made, version=1, changes={"quantity": Decimal(7)})
    for wrong in ({"quantity": Decimal("0.5")}, {"valid_from": JULY}):
        with pytest.raises(BadInput):
            change_component(steward, kit_component_id=made, version=2, changes=wrong)
    kept.refresh_from_db()
    assert (kept.quantity, kept.version) == (6, 2)


def test_an_ended_component_stays_and_one_that_had_not_begun_goes(steward):
    kit = empty_kit()
    made, later = put(steward, kit, make.item()), put(steward, kit, make.item(), valid_from=JULY)
    end_component(steward, kit_component_id=made, on=JUNE)
    with pytest.raises(BadInput):
        end_component(steward, kit_component_id=made, on=JULY)
    end_component(steward, kit_component_id=later, on=JUNE)
    assert list(KitComponent.objects.values_list("pk", "valid_to")) == [(made, JUNE)]


def test_a_kit_is_counted_in_wholes_and_has_no_lots(steward):
    make.unit("MTR", decimals=2)
    given = {"name": "Kit", "item_class_id": make.item_class().pk, "kind": "kit"}
    for code, wrong in (("K-1", {"stock_unit": "MTR"}), ("K-2", {"stock_unit": "EA", "lot_tracked": True})):
        make.unit()
        with pytest.raises(BadInput):
            create_item(steward, code=code, **given, **wrong)
    assert not Item.objects.exists()
    made = create_item(steward, code="K-3", stock_unit="EA", **given)
    with pytest.raises(BadInput):
        change_item(steward, item_id=made.item_id, version=1, changes={"lot_tracked": True})
    assert Item.objects.get().lot_tracked is False


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_stewards_put_it_in_once(steward):
    kit, bolt = empty_kit(), make.item()
    results = run_concurrently(lambda quantity: put(steward, kit, bolt, quantity), [1, 2, 3])
    assert sorted(type(each).__name__ for each in results) == ["ComponentTaken", "ComponentTaken", "int"]
    assert KitComponent.objects.count() == 1


# In the browser and for programs -------------------------------------------------------------------


def test_a_component_is_added_changed_ended_and_its_history_seen():
    kit, bolt = empty_kit(code="KIT-8", name="Mounting kit"), make.item(code="BOLT-8")
    client = signed_in(make.user("data_steward", name="Stine Dahl", username="stine"))
    listed = reverse("masterdata:kit_component_list")
    assert "No kits yet" in client.get(listed).content.decode()
    of_kit = reverse("masterdata:item", args=[kit.pk])
    assert "Nothing is in it yet" in client.get(of_kit).content.decode()
    entered = {
        "kit": "kit-8",
        "component": "BOLT-8",
        "quantity": "4",
        "position": 1,
        "valid_from": "2026-05-01",
    }
    made = client.post(reverse("masterdata:kit_component_add"), entered)
    row = KitComponent.objects.get()
    assert (made.status_code, made["Location"]) == (302, of_kit)
    assert (row.kit, row.component, row.quantity) == (kit, bolt, 4)
    again = client.post(reverse("masterdata:kit_component_add"), entered)
    assert again.status_code == 422
    assert "BOLT-8 is already in KIT-8" in again.content.decode()
    unknown = client.post(reverse("masterdata:kit_component_add"), {**entered, "component": "nope"})
    assert "No item is known by this code" in unknown.content.decode()
    there = reverse("masterdata:kit_component", args=[row.pk])
    terms = {"quantity": "6", "position": 1}
    assert client.post(f"{there}change/", {**terms, "version": 1})["Location"] == there
    assert client.post(f"{there}change/", {**terms, "quantity": "7", "version": 1}).status_code == 409
    page = client.get(there).content.decode()
    assert "6 EA" in page and "stine" in page
    assert "BOLT-8" in client.get(listed, {"q": "kit-8"}).content.decode()
    assert "BOLT-8" in client.get(listed, {"export": "csv"}).content.decode()
    for item in (kit, bolt):
        assert there in client.get(reverse("masterdata:item", args=[item.pk])).content.decode()
    assert client.post(f"{there}end/", {"on": "2026-06-01"})["Location"] == of_kit
    assert KitComponent.objects.get().valid_to == JUNE


def test_who_only_reads_gets_no_button_and_no_form(steward):
    made = put(steward, empty_kit(), make.item())
    reader = signed_in(make.user("customer_service"))
    there = reverse("masterdata:kit_component", args=[made])
    assert f"{there}change/" not in reader.get(there).content.decode()
    add = reverse("masterdata:kit_component_add")
    assert add not in reader.get(reverse("masterdata:kit_component_list")).content.decode()
    for address in (f"{there}change/", f"{there}end/", add):
        assert reader.get(address).status_code == 403
        assert reader.post(address, {}).status_code == 403


def test_programs_read_and_keep_them():
    empty_kit(code="K-1")
    make.item(code="A-1")
    client = Client()
    client.force_login(make.user("data_steward"))
    asked = {"kit": "k-1", "component": "A-1", "quantity": "4", "valid_from": "2026-05-01"}
    options = {"content_type": "application/json", "HTTP_IDEMPOTENCY_KEY": "c1"}
    made = client.post("/api/v1/kit-components/", asked, **options)
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["kit"], row["component"], row["quantity"], row["unit"]) == ("K-1", "A-1", "4.000000", "EA")
    assert client.post("/api/v1/kit-components/", asked, **options).json()["id"] == row["id"]
    address = f"/api/v1/kit-components/{row['id']}/"
    changed = client.patch(address, {"version": 1, "quantity": "5"}, content_type="application/json")
    assert (changed.json()["quantity"], changed.json()["version"]) == ("5.000000", 2)
    ended = client.post(
        f"{address}end/", {"on": "2026-06-01"}, content_type="application/json", HTTP_IDEMPOTENCY_KEY="c2"
    )
    assert ended.status_code == 204
    listed = client.get("/api/v1/kit-components/?kit=K-1").json()["results"]
    assert [each["valid_to"] for each in listed] == ["2026-06-01"]
    assert client.get("/api/v1/kit-components/?on=2026-06-01").json()["results"] == []
    unknown = client.post(
        "/api/v1/kit-components/",
        {**asked, "kit": "K-9"},
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="c3",
    )
    assert unknown.status_code == 404
