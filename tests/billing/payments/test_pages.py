"""Payments on the pages and by REST: proposed, changed, let go by a colleague, fetched for the bank, taken back."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from billing.models import BankDetails, Payable, Payment, PaymentRun
from erp.kernel.formats import write_day
from masterdata.models import Supplier
from tests import factories as make
from tests.billing.payables.buying import seller
from tests.billing.payments.paying import OUR_IBAN, THEIR_IBAN, owed, run
from tests.factories import local_day

pytestmark = pytest.mark.django_db
D = Decimal


def signed_in(*roles: str, **who: Any) -> Client:
    client = Client()
    client.force_login(make.user(*roles, **who))
    return client


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def decide(client: Client, made: PaymentRun, verb: str, **given: Any) -> Any:
    url = reverse("billing:payment_run_decide", args=[made.pk, verb])
    return client.post(url, {"key": f"k-{verb}", "version": made.version, **given})


def test_a_run_from_proposal_to_the_bank_and_back(shop, bank):
    first, second = owed(shop, "60"), owed(shop, "40")
    clerk, boss = signed_in("finance", username="clerk"), signed_in("finance", username="second")
    day = write_day(local_day())
    new = reverse("billing:payment_run_new")
    assert "House bank" in text_of(clerk, new)
    late = {"key": "a", "bank_account": bank.pk, "pay_on": day, "due_until": "1 Jan 2020"}
    assert clerk.post(new, late).status_code == 422
    answer = clerk.post(new, {**late, "due_until": day})
    made = PaymentRun.objects.get()
    page = reverse("billing:payment_run", args=[made.pk])
    assert answer["Location"] == page
    shown = text_of(clerk, page)
    assert "a colleague lets the money go" in shown and f"Due on {day}" in shown and "Let it go" not in shown
    assert decide(clerk, made, "approve").status_code == 422
    rows = {row.payable_id: row.pk for row in made.items.all()}
    wrong = decide(clerk, made, "edit", **{f"amount-{rows[first.pk]}": "600"})
    assert (wrong.status_code, 'value="600"' in wrong.content.decode()) == (422, True)
    given = {f"amount-{rows[first.pk]}": "60", f"amount-{rows[second.pk]}": ""}
    changed = decide(clerk, made, "edit", key="e", **given)
    assert changed.status_code == 302
    assert decide(boss, made, "approve").status_code == 409  # it was changed since
    made.refresh_from_db()
    assert (made.total, "Let it go" in text_of(boss, page)) == (60, True)
    assert decide(boss, made, "approve", key="b").status_code == 302
    payment = Payment.objects.get()
    file = boss.get(reverse("billing:payment_file", args=[made.pk]))
    assert THEIR_IBAN.encode() in file.content and file["Content-Disposition"].endswith(f'{made.number}.xml"')
    assert payment.number in text_of(boss, f"{reverse('billing:payment_list')}?view=paid")
    assert made.number in text_of(boss, reverse("billing:supplier_invoice", args=[first.invoice.number]))
    back = reverse("billing:payment_reverse", args=[payment.pk])
    assert boss.post(back, {"key": "r", "reason": ""}).status_code == 422
    assert boss.post(back, {"key": "r", "reason": "Account closed"}).status_code == 302
    assert "Account closed" in text_of(boss, page)
    assert Payable.objects.get(pk=first.pk).open == 60
    assert [row.open for row in Payable.objects.order_by("pk")] == [60, 40]


def test_a_run_is_cancelled(shop, bank):
    owed(shop)
    made = PaymentRun.objects.get(pk=run(shop, bank).run_id)
    clerk = signed_in("finance", username="clerk")
    assert decide(clerk, made, "cancel", reason="").status_code == 422
    assert decide(clerk, made, "cancel", reason="Wrong day").status_code == 302
    listed = text_of(clerk, f"{reverse('billing:payment_run_list')}?view=all")
    assert made.number in listed and "Cancelled" in listed


def test_bank_details_are_entered_and_confirmed(shop, bank):
    buyer, boss = signed_in("procurement", username="buyer"), signed_in("finance", username="second")
    new = reverse("billing:bank_details_new")
    given = {
        "key": "d",
        "supplier": seller(),
        "holder": "Smit BV",
        "iban": "NL91 ABNA 0417 1643 01",
        "note": "Called",
    }
    wrong = buyer.post(new, given)
    assert (wrong.status_code, "check digits" in wrong.content.decode()) == (422, True)
    assert buyer.post(new, {**given, "iban": "NL91 ABNA 0417 1643 00"}).status_code == 302
    waiting = BankDetails.objects.get(state="proposed")
    listed = reverse("billing:bank_details_list")
    assert "NL91ABNA0417164300" in text_of(boss, listed)
    boss.post(listed, {"action": "confirm", "id": waiting.pk})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by) == ("confirmed", "second")
    text_of(buyer, listed, 403)


def test_another_companys_money_is_not_there(shop, bank):
    owed(shop)
    made = PaymentRun.objects.get(pk=run(shop, bank).run_id)
    stranger = signed_in("finance", scope=f"company:{make.company().pk}")
    text_of(stranger, reverse("billing:payment_run", args=[made.pk]), 404)
    assert decide(stranger, made, "approve").status_code == 404


# REST --------------------------------------------------------------------------------------------


def client(*roles: str, name: str) -> APIClient:
    made = APIClient()
    made.force_authenticate(make.user(*roles, username=name))
    return made


def post(api: APIClient, path: str, body: dict[str, Any] | None = None, key: str = "k-1") -> Any:
    return api.post(f"/api/v1/{path}", body or {}, format="json", HTTP_IDEMPOTENCY_KEY=key)


def test_by_rest(shop, bank):
    first = owed(shop, "60")
    api, boss = client("finance", name="interface"), client("finance", name="second")
    day = str(local_day())
    asked = {"bank_account": OUR_IBAN, "pay_on": day, "due_until": day}
    assert post(api, "payment-runs/", {**asked, "bank_account": "X"}).status_code == 404
    made = post(api, "payment-runs/", asked, key="k-2").json()
    path = f"payment-runs/{made['number']}"
    assert (made["total"], made["items"][0]["reference"], made["left_out"]) == ("60.00", "N1", [])
    assert post(api, "payment-runs/", asked, key="k-2").json() == made
    item = made["items"][0]["id"]
    edited = post(api, f"{path}/edit/", {"version": 1, "items": [{"item": item, "amount": "50"}]}, key="k-3")
    assert edited.json()["total"] == "50.00"
    assert post(api, f"{path}/approve/", {"version": 2}, key="k-4").status_code == 403
    assert api.get(f"/api/v1/{path}/file/").status_code == 404
    done = post(boss, f"{path}/approve/", {"version": 2}).json()
    assert (done["state"], done["payments"][0]["amount"]) == ("approved", "50.00")
    assert b"pain.001.001.09" in boss.get(f"/api/v1/{path}/file/").content
    (paid,) = api.get("/api/v1/payments/", {"run": made["number"]}).json()["results"]
    back = post(api, f"payments/{paid['id']}/reverse/", {"reason": "Closed"}, key="k-5").json()
    assert back["reason"] == "Closed"
    first.refresh_from_db()
    assert first.open == 60
    again = post(api, "payment-runs/", asked, key="k-6").json()["number"]
    assert (
        post(api, f"payment-runs/{again}/cancel/", {"reason": "No"}, key="k-7").json()["state"] == "cancelled"
    )
    assert len(api.get("/api/v1/payment-runs/", {"state": "cancelled"}).json()["results"]) == 1


def test_bank_details_by_rest(shop, bank):
    supplier = Supplier.objects.select_related("party", "company").get(pk=seller())
    api, boss = client("finance", name="interface"), client("finance", name="second")
    body = {
        "company": supplier.company.code, "supplier": supplier.party.code, "holder": "Smit BV",
        "iban": "NL91ABNA0417164300", "note": "Called",
    }  # fmt: skip
    made = post(api, "bank-details/", body).json()
    assert made["state"] == "proposed"
    assert post(api, f"bank-details/{made['id']}/confirm/", key="k-2").status_code == 403
    assert post(boss, f"bank-details/{made['id']}/confirm/").json()["state"] == "confirmed"
    second = post(api, "bank-details/", body, key="k-3").json()
    assert post(boss, f"bank-details/{second['id']}/refuse/", key="k-4").json()["state"] == "refused"
    held = api.get("/api/v1/bank-details/", {"state": "confirmed"}).json()["results"]
    assert [row["iban"] for row in held] == ["NL91ABNA0417164300"]
