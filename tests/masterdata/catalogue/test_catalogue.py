"""Suppliers' catalogues: taken in one go, sold at once, and kept in stock when two people say so (OC13)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from masterdata.catalogue.actions.load_catalogue import Loaded, load_catalogue
from masterdata.catalogue.actions.promote_item import decide_promotion, propose_promotion
from masterdata.catalogue.actions.set_up_item import set_up_item
from masterdata.catalogue.errors import CatalogueRefused, NotPromoted, SetUpAlready
from masterdata.catalogue.queries import offers_of
from masterdata.catalogue.rules import CatalogueRow, compare, row_problem
from masterdata.catalogue.sheets import read_catalogue
from masterdata.items.actions.change_item import change_item
from masterdata.items.lookups import resolve_codes
from masterdata.models import CatalogueItem, Item, ItemClass, Promotion
from tests import factories
from tests.support import count_statements, run_concurrently

pytestmark = pytest.mark.django_db
ROW = CatalogueRow("W-1", "Widget", "EA", Decimal("2.5"), 9)


@pytest.fixture
def buyer() -> By:
    factories.unit()
    return By(factories.actor("procurement", "data_steward"))


def kept() -> list[tuple]:
    return list(CatalogueItem.objects.order_by("code").values_list("code", "name", "cost", "version"))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, ""),
        ({"code": ""}, "number has 1 to 60"),
        ({"code": "x" * 61}, "number has 1 to 60"),
        ({"name": ""}, "name has 1 to 200"),
        ({"unit": "XX"}, "There is no unit"),
        ({"cost": Decimal(-1)}, "must not be negative"),
        ({"lead_time_days": 1000}, "0 to 999"),
        ({"lead_time_days": None}, ""),
        ({"rank": 0}, "rank is 1 to 99"),
    ],
)
def test_a_row_is_taken_or_says_why_not(change, problem):
    assert problem in row_problem(replace(ROW, **change), frozenset({"EA"}))
    assert bool(problem) == bool(row_problem(replace(ROW, **change), frozenset({"EA"})))


def test_a_list_is_compared_by_number_whatever_its_case():
    there = {"W-1": (7, {**ROW.kept, "item_id": 5})}
    assert compare([replace(ROW, code="w-1")], there).same == 1
    (changed,) = compare([replace(ROW, cost=Decimal(3))], there).changed
    assert (changed.row_id, changed.before) == (7, {"cost": Decimal("2.5")})
    (linked,) = compare([replace(ROW, item_id=6)], there).changed
    assert linked.before == {"item_id": 5}
    assert compare([replace(ROW, code="W-2")], there).new[0].code == "W-2"


def test_a_list_adds_and_changes_and_leaves_the_rest(buyer):
    supplier = factories.supplier()
    item = factories.item()
    rows = [replace(ROW, item_id=item.pk), replace(ROW, code="W-2", name="Gadget")]
    assert load_catalogue(buyer, supplier_id=supplier.pk, rows=rows) == Loaded(2, 0, 0)
    again = [replace(ROW, code="w-1", cost=Decimal(3)), replace(ROW, code="W-3")]
    assert load_catalogue(buyer, supplier_id=supplier.pk, rows=again) == Loaded(1, 1, 0)
    assert kept() == [
        ("W-1", "Widget", 3, 2),
        ("W-2", "Gadget", Decimal("2.5"), 1),
        ("W-3", "Widget", Decimal("2.5"), 1),
    ]
    # a list that does not say which item of ours it is takes nothing back
    assert CatalogueItem.objects.get(code="W-1").item_id == item.pk


def test_a_bad_row_refuses_the_list(buyer):
    supplier = factories.supplier()
    for rows in ([ROW, replace(ROW, code="W-2", unit="XX")], [ROW, replace(ROW, code="w-1")]):
        with pytest.raises(CatalogueRefused):
            load_catalogue(buyer, supplier_id=supplier.pk, rows=rows)
    with pytest.raises(NotPermitted):
        load_catalogue(By(factories.actor("customer_service")), supplier_id=supplier.pk, rows=[ROW])
    assert kept() == []


def test_statements_do_not_depend_on_rows(buyer):
    supplier = factories.supplier()
    counts = []
    for n in (1, 500):
        rows = [replace(ROW, code=f"{n}-{place}") for place in range(n)]
        with count_statements() as counted:
            load_catalogue(buyer, supplier_id=supplier.pk, rows=rows)
        counts.append(counted.statements)
    assert counts[0] == counts[1]


def test_the_file_says_row_by_row_what_it_is_or_why_not(buyer):
    item = factories.item(code="OURS")
    text = (
        "Part number;Description;UoM;Cost;Days;Returnable;Our item\n"
        "A-1;Widget;ea;2.50;9;no;OURS\n"
        "A-2;Gadget;EA;cheap;;;\n"
        "A-3;Gadget;EA;1;;;NOBODY\n"
        "a-1;Again;EA;1;;;\n"
        "A-5;Gizmo;EA;7;;yes;\n"
    )
    read = read_catalogue(text.encode())
    assert [bool(row.problem) for row in read] == [False, True, True, True, False]
    first, last = read[0].row, read[4].row
    assert first == CatalogueRow("A-1", "Widget", "EA", Decimal("2.50"), 9, False, 1, item.pk)
    assert last == CatalogueRow("A-5", "Gizmo", "EA", Decimal(7))
    assert "NOBODY" in read[2].problem
    assert "before" in read[3].problem


def test_the_page_shows_what_would_change_and_then_takes_it(buyer):
    supplier = factories.supplier()
    client = Client()
    client.force_login(factories.user("procurement"))

    def post(**also: str) -> str:
        file = SimpleUploadedFile("list.csv", b"Number,Name,Unit,Cost\nW-1,Widget,EA,2.5\nW-2,Bad,ZZ,1\n")
        data = {"supplier": supplier.pk, "file": file, **also}
        answer = client.post(reverse("masterdata:catalogue_load"), data)
        assert answer.status_code == 200
        return answer.content.decode()

    shown = post(check_only="on")
    assert "What would change" in shown
    assert "There is no unit “ZZ”" in shown
    assert kept() == []
    assert "Taken into the catalogue" in post()
    assert kept() == [("W-1", "Widget", Decimal("2.5"), 1)]
    assert "W-1" in client.get(reverse("masterdata:catalogue_list"), {"q": "widg"}).content.decode()


def test_what_a_supplier_offers_can_be_sold_at_once(buyer):
    supplier = factories.supplier()
    load_catalogue(buyer, supplier_id=supplier.pk, rows=[ROW])
    row, clerk = CatalogueItem.objects.get(), By(factories.actor("customer_service"))
    made = set_up_item(clerk, catalogue_item_id=row.pk, code="wid", item_class_id=factories.item_class().pk)
    item = Item.objects.get(pk=made.item_id)
    assert (item.code, item.name, item.stocking, item.standard_cost) == (
        "WID",
        "Widget",
        "catalogue",
        Decimal("2.5"),
    )
    assert resolve_codes(["W-1"])["W-1"] == item.pk
    (offer,) = offers_of(supplier.company_id, [item.pk])[item.pk]
    assert (offer.supplier_id, offer.cost, offer.lead_time_days) == (supplier.pk, Decimal("2.5"), 9)
    with pytest.raises(SetUpAlready):
        set_up_item(clerk, catalogue_item_id=row.pk, code="WID2", item_class_id=ItemClass.objects.first().pk)
    assert Item.objects.count() == 1


def test_offers_come_by_rank_and_fall_back_on_known_numbers(buyer):
    item = factories.item(standard_cost=4)
    dear, cheap, known = factories.supplier(), factories.supplier(), factories.supplier(lead_time_days=3)
    factories.item_reference(item, "K-1", kind="supplier", party=known.party)
    for supplier, rank in ((dear, 2), (cheap, 1)):
        load_catalogue(buyer, supplier_id=supplier.pk, rows=[replace(ROW, rank=rank, item_id=item.pk)])
    found = offers_of(dear.company_id, [item.pk])[item.pk]
    assert [(offer.supplier_id, offer.cost) for offer in found] == [
        (cheap.pk, Decimal("2.5")),
        (dear.pk, Decimal("2.5")),
        (known.pk, 4),
    ]
    cheap.is_blocked = True
    cheap.save()
    assert offers_of(dear.company_id, [item.pk])[item.pk][0].supplier_id == dear.pk


def test_two_people_put_an_item_in_stock():
    item = factories.item(stocking="catalogue")
    one, other = By(factories.actor("procurement")), By(factories.actor("data_steward"))
    with pytest.raises(BadInput):
        propose_promotion(one, item_id=item.pk, reason=" ")
    made = propose_promotion(one, item_id=item.pk, reason="sold weekly")
    with pytest.raises(NotPromoted, match="already"):
        propose_promotion(other, item_id=item.pk, reason="sold weekly")
    with pytest.raises(NotPromoted, match="somebody else"):
        decide_promotion(one, promotion_id=made.promotion_id, approve=True)
    with pytest.raises(BadInput, match="two people"):
        change_item(other, item_id=item.pk, version=item.version, changes={"stocking": "kept"})
    item.refresh_from_db()
    assert item.stocking == "catalogue"
    assert decide_promotion(other, promotion_id=made.promotion_id, approve=True).approved
    item.refresh_from_db()
    assert item.stocking == "kept"
    assert decide_promotion(other, promotion_id=made.promotion_id, approve=False).approved
    with pytest.raises(NotPromoted, match="no item from a catalogue"):
        propose_promotion(one, item_id=item.pk, reason="again")


def test_what_its_class_asks_for_is_there_before_it_is_kept():
    kind = factories.item_class(required_attributes=["thread"])
    item = factories.item(stocking="catalogue", item_class=kind)
    one, other = By(factories.actor("procurement")), By(factories.actor("data_steward"))
    made = propose_promotion(one, item_id=item.pk, reason="sold weekly")
    with pytest.raises(NotPromoted, match="asks for thread"):
        decide_promotion(other, promotion_id=made.promotion_id, approve=True)
    item.refresh_from_db()
    assert item.stocking == "catalogue"


def test_a_proposal_may_be_turned_down_by_anyone_and_made_again():
    item, one = factories.item(stocking="catalogue"), By(factories.actor("procurement"))
    made = propose_promotion(one, item_id=item.pk, reason="sold weekly")
    assert not decide_promotion(one, promotion_id=made.promotion_id, approve=False).approved
    propose_promotion(one, item_id=item.pk, reason="sold daily")
    item.refresh_from_db()
    assert (item.stocking, Promotion.objects.count()) == ("catalogue", 2)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_an_item_is_proposed_once():
    item = factories.item(stocking="catalogue")
    actors = [By(factories.actor("procurement")) for _ in range(4)]
    results = run_concurrently(
        lambda by: propose_promotion(by, item_id=item.pk, reason="sold weekly"), actors
    )
    assert sum(isinstance(result, NotPromoted) for result in results) == 3
    assert Promotion.objects.count() == 1
