"""Rules of substitutes: created, changed, ended, refused, and read for a day."""

import itertools
from datetime import date
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted, StaleVersion
from masterdata.items.actions.change_substitute import change_substitute
from masterdata.items.actions.create_substitute import create_substitute
from masterdata.items.actions.end_substitute import end_substitute
from masterdata.items.errors import SubstituteLoop, SubstituteTaken
from masterdata.items.queries import packs_of, substitutes_in_effect
from masterdata.models import Substitute
from tests import factories as make
from tests.masterdata.test_pages import plain_static, signed_in  # noqa: F401  # a fixture of every page test
from tests.support import count_statements, run_concurrently

pytestmark = pytest.mark.django_db

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


@pytest.fixture
def steward() -> By:
    return By(make.actor("data_steward"))


def rule(by: By, item: object, other: object, **terms: object) -> int:
    given = {"kind": "equivalent", "price": "original", "valid_from": MAY, **terms}
    return create_substitute(by, item_id=item.pk, substitute_id=other.pk, **given).substitute_id


def test_a_rule_holds_from_its_first_day_to_the_day_before_its_end(steward):
    bolt, other = make.item(), make.item()
    made = rule(steward, bolt, other, valid_to=JULY, numerator=4, denominator=6, rank=3)
    kept = Substitute.objects.get(pk=made)
    assert (kept.numerator, kept.denominator, kept.rank) == (2, 3, 3)
    for day, found in ((date(2026, 4, 30), []), (MAY, [made]), (date(2026, 6, 30), [made]), (JULY, [])):
        assert [link.rule_id for link in substitutes_in_effect([bolt.pk], on=day)] == found
    assert substitutes_in_effect([other.pk], on=MAY) == []


def test_both_ways_turns_the_ratio_round(steward):
    bolt, other = make.item(), make.item()
    rule(steward, bolt, other, two_way=True, numerator=2)
    (there,) = [each for each in substitutes_in_effect([bolt.pk], on=MAY) if each.from_id == bolt.pk]
    (back,) = [each for each in substitutes_in_effect([other.pk], on=MAY) if each.from_id == other.pk]
    assert (there.to_id, there.ratio) == (other.pk, Fraction(2))
    assert (back.to_id, back.ratio) == (bolt.pk, Fraction(1, 2))


def test_a_chain_is_read_in_one_statement(steward):
    items = [make.item() for _ in range(4)]
    for item, other in itertools.pairwise(items):
        rule(steward, item, other, kind="superseded")
    with count_statements() as counted:
        links = substitutes_in_effect([items[0].pk], on=MAY)
    assert counted.statements == 1
    assert [(link.from_id, link.to_id) for link in links] == [
        (item.pk, other.pk) for item, other in itertools.pairwise(items)
    ]


def test_packs_leave_out_what_may_not_be_sold():
    bolt, blocked = make.item(), make.item(status="blocked")
    assert set(packs_of([bolt.pk, blocked.pk])) == {bolt.pk}


def test_refusals_change_nothing(steward):
    bolt, other = make.item(), make.item()
    service = make.item(kind="service")
    for changes in (
        {"kind": "similar"}, {"price": "free"}, {"numerator": 0}, {"denominator": 10**9 + 1}, {"rank": 0},
        {"kind": "upgrade", "two_way": True}, {"valid_to": MAY},
    ):  # fmt: skip
        with pytest.raises(BadInput):
            rule(steward, bolt, other, **changes)
    with pytest.raises(BadInput):
        rule(steward, bolt, bolt)
    with pytest.raises(BadInput):
        rule(steward, bolt, service)
    with pytest.raises(NotFound):
        create_substitute(
            steward, item_id=bolt.pk, substitute_id=0, kind="equivalent", price="own", valid_from=MAY
        )
    with pytest.raises(NotPermitted):
        rule(By(make.actor("customer_service")), bolt, other)
    assert not Substitute.objects.exists()


def test_a_pair_has_one_rule_at_a_time(steward):
    bolt, other = make.item(), make.item()
    first = rule(steward, bolt, other, valid_to=JUNE)
    assert rule(steward, bolt, other, valid_from=JUNE) != first
    with pytest.raises(SubstituteTaken):
        rule(steward, bolt, other, valid_from=date(2026, 5, 31))
    # the other way round is another rule, unless one of them holds both ways
    rule(steward, other, bolt, valid_to=JUNE)
    with pytest.raises(SubstituteTaken):
        rule(steward, other, bolt, valid_from=JUNE, two_way=True)
    assert Substitute.objects.count() == 3


def test_nothing_supersedes_itself_over_however_many_steps(steward):
    a, b, c = make.item(), make.item(), make.item()
    rule(steward, a, b, kind="superseded")
    rule(steward, b, c, kind="superseded")
    with pytest.raises(SubstituteLoop):
        rule(steward, c, a, kind="superseded")
    back = rule(steward, c, a)  # an equivalent may
    with pytest.raises(SubstituteLoop):
        change_substitute(steward, substitute_id=back, version=1, changes={"kind": "superseded"})
    assert Substitute.objects.get(pk=back).kind == "equivalent"


def test_terms_change_and_a_stale_form_is_told(steward):
    made = rule(steward, make.item(), make.item())
    change_substitute(
        steward, substitute_id=made, version=1, changes={"price": "own", "numerator": 6, "denominator": 4}
    )
    kept = Substitute.objects.get(pk=made)
    assert (kept.price, kept.numerator, kept.denominator, kept.version) == ("own", 3, 2, 2)
    with pytest.raises(StaleVersion):
        change_substitute(steward, substitute_id=made, version=1, changes={"rank": 2})
    with pytest.raises(BadInput):
        change_substitute(steward, substitute_id=made, version=2, changes={"valid_from": JULY})


def test_an_ended_rule_stays_and_one_that_had_not_begun_goes(steward):
    bolt, other = make.item(), make.item()
    made = rule(steward, bolt, other)
    end_substitute(steward, substitute_id=made, on=JUNE)
    assert Substitute.objects.get(pk=made).valid_to == JUNE
    with pytest.raises(BadInput):
        end_substitute(steward, substitute_id=made, on=JULY)
    later = rule(steward, bolt, other, valid_from=JULY)
    end_substitute(steward, substitute_id=later, on=JUNE)
    assert list(Substitute.objects.values_list("pk", flat=True)) == [made]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_stewards_make_one_rule(steward):
    bolt, other = make.item(), make.item()
    results = run_concurrently(
        lambda pair: rule(steward, *pair, two_way=True), [(bolt, other), (other, bolt), (bolt, other)]
    )
    assert sorted(type(each).__name__ for each in results) == ["SubstituteTaken", "SubstituteTaken", "int"]
    assert Substitute.objects.count() == 1


# In the browser and for programs -------------------------------------------------------------------


def test_a_rule_is_found_created_changed_ended_and_its_history_seen():
    old, new = make.item(code="BOLT-8"), make.item(code="BOLT-8X")
    client = signed_in(make.user("data_steward", name="Stine Dahl", username="stine"))
    listed = reverse("masterdata:substitute_list")
    assert "No substitutes yet" in client.get(listed).content.decode()
    entered = {
        "item": "bolt-8", "substitute": "BOLT-8X", "kind": "superseded", "numerator": 1, "denominator": 1,
        "price": "original", "rank": 1, "valid_from": "2026-05-01", "note": "New coating",
    }  # fmt: skip
    made = client.post(reverse("masterdata:substitute_create"), entered)
    row = Substitute.objects.get()
    there = reverse("masterdata:substitute", args=[row.pk])
    assert (made.status_code, made["Location"]) == (302, there)
    assert (row.item, row.substitute, row.kind) == (old, new, "superseded")
    again = client.post(reverse("masterdata:substitute_create"), entered)
    assert again.status_code == 422
    assert "BOLT-8X already stands in for BOLT-8" in again.content.decode()
    unknown = client.post(reverse("masterdata:substitute_create"), {**entered, "item": "nope"})
    assert "No item is known by this code" in unknown.content.decode()
    terms = {"kind": "superseded", "numerator": 1, "denominator": 1, "price": "own", "rank": 1, "note": ""}
    assert client.post(f"{there}change/", {**terms, "version": 1})["Location"] == there
    assert client.post(f"{there}change/", {**terms, "rank": 2, "version": 1}).status_code == 409
    page = client.get(there).content.decode()
    assert "Price: The price of what was asked for → Its own price" in page and "stine" in page
    assert "BOLT-8X" in client.get(listed, {"q": "bolt"}).content.decode()
    assert "BOLT-8X" in client.get(listed, {"export": "csv"}).content.decode()
    assert there in client.get(reverse("masterdata:item", args=[old.pk])).content.decode()
    assert there in client.get(reverse("masterdata:item", args=[new.pk])).content.decode()
    assert client.post(f"{there}end/", {"on": "2026-06-01"}).status_code == 302
    assert Substitute.objects.get().valid_to == JUNE


def test_who_only_reads_gets_no_button_and_no_form():
    made = rule(By(make.actor("data_steward")), make.item(), make.item())
    reader = signed_in(make.user("customer_service"))
    there = reverse("masterdata:substitute", args=[made])
    assert f"{there}change/" not in reader.get(there).content.decode()
    create = reverse("masterdata:substitute_create")
    assert create not in reader.get(reverse("masterdata:substitute_list")).content.decode()
    for address in (f"{there}change/", f"{there}end/", create):
        assert reader.get(address).status_code == 403
        assert reader.post(address, {}).status_code == 403


def test_programs_read_and_keep_them():
    make.item(code="A-1")
    make.item(code="A-2")
    client = Client()
    client.force_login(make.user("data_steward"))
    asked = {
        "item": "a-1",
        "substitute": "A-2",
        "kind": "upgrade",
        "price": "own",
        "valid_from": "2026-05-01",
    }
    options = {"content_type": "application/json", "HTTP_IDEMPOTENCY_KEY": "s1"}
    made = client.post("/api/v1/substitutes/", asked, **options)
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["item"], row["substitute"], row["kind"], row["numerator"]) == ("A-1", "A-2", "upgrade", 1)
    again = client.post("/api/v1/substitutes/", asked, **options)
    assert again.json()["id"] == row["id"]
    address = f"/api/v1/substitutes/{row['id']}/"
    changed = client.patch(address, {"version": 1, "rank": 4}, content_type="application/json")
    assert (changed.json()["rank"], changed.json()["version"]) == (4, 2)
    ended = client.post(
        f"{address}end/", {"on": "2026-06-01"}, content_type="application/json", HTTP_IDEMPOTENCY_KEY="s2"
    )
    assert ended.status_code == 204
    assert [each["valid_to"] for each in client.get("/api/v1/substitutes/?item=A-1").json()["results"]] == [
        "2026-06-01"
    ]
    assert client.get("/api/v1/substitutes/?on=2026-06-01").json()["results"] == []
    unknown = client.post(
        "/api/v1/substitutes/", {**asked, "item": "A-9"}, content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="s3",
    )  # fmt: skip
    assert unknown.status_code == 404
