"""E-invoices that the rules or the customer refuse: owned, made again, settled otherwise."""

from datetime import date

import pytest
from django.db import transaction

from billing.einvoice.actions.keep_einvoice import keep_einvoice
from billing.einvoice.actions.regenerate_einvoices import regenerate_einvoices
from billing.einvoice.actions.report_einvoice import report_einvoice
from billing.einvoice.actions.work_einvoices import assign_einvoices, waive_einvoices
from billing.einvoice.errors import NotRegenerable, NotReportable, NotWaivable
from billing.einvoice.making import Made
from billing.einvoice.models import EInvoice, EInvoiceDocument
from billing.einvoice.reader import read_einvoice
from billing.einvoice.validation import FATAL, Finding
from billing.exceptions.errors import OwnerCannotWork
from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from erp.kernel.outbox import deliver
from erp.kernel.proofs import prove
from masterdata.models import Company, EInvoiceProfile
from masterdata.policies import snapshot
from tests import factories
from tests.billing.einvoice.house import REQUEST, failed, made, posted, standing, wants
from tests.trade import Trade


def test_what_is_not_valid_waits_for_its_owner_and_is_made_again(trade: Trade, colleague: Actor) -> None:
    days = {
        ("billing.exception_owner", f"company:{trade.world.company_id}"): [
            (date(2020, 1, 1), None, "colleague")
        ]
    }
    snapshot.assume(snapshot.Snapshot(values=days))
    found = failed(trade)
    assert (found.state, found.revision, found.owner.username if found.owner else "") == (
        "failed", 0, "colleague",
    )  # fmt: skip
    assert found.detail.startswith("BR-S-02: ")
    assert found.due_on is not None and found.opened_at is not None
    assert {one["rule"] for one in found.findings if one["severity"] == "fatal"} == {"BR-S-02"}
    assert "seller details" in found.findings[0]["remedy"]
    assert not EInvoiceDocument.objects.exists()

    Company.objects.update(tax_number="BE0477472701")
    regenerate_einvoices(By(colleague), einvoice_ids=[found.pk])
    made()
    again = EInvoice.objects.get(pk=found.pk)
    assert (again.state, again.revision, again.opened_at, again.due_on, again.owner) == (
        "sent", 1, None, None, None,
    )  # fmt: skip
    with pytest.raises(NotRegenerable):
        regenerate_einvoices(By(colleague), einvoice_ids=[found.pk])
    assert EInvoice.objects.get(pk=found.pk).version == again.version
    assert prove(["EI1"]).green


def test_why_it_failed_ends_with_a_whole_word(trade: Trade) -> None:
    wants(trade)
    invoice = posted(trade)
    assert deliver(REQUEST).failed == 0
    found = Finding("XSD", FATAL, "word " * 90, "-")
    with transaction.atomic():
        batch = Batch(Actor.system("worker"), now())
        keep_einvoice(
            batch, einvoice_id=standing(invoice).pk, made=Made("ubl", b"<x/>", findings=[found] * 3)
        )
        batch.close()
    assert standing(invoice).detail == f"XSD:{' word' * 54} … (+2)"


def test_a_rejection_comes_back_and_gets_a_second_revision(trade: Trade, colleague: Actor) -> None:
    customer = wants(trade)
    invoice = posted(trade)
    made()
    pk = standing(invoice).pk
    with pytest.raises(BadInput):
        report_einvoice(By(colleague), einvoice_id=pk, accepted=False)
    for _ in range(2):
        report_einvoice(By(colleague), einvoice_id=pk, accepted=False, reason="No buyer reference")
    rejected = standing(invoice)
    assert (rejected.state, rejected.detail, rejected.opened_at is None) == (
        "rejected",
        "No buyer reference",
        False,
    )
    with pytest.raises(NotReportable):
        report_einvoice(By(colleague), einvoice_id=pk, accepted=True)

    EInvoiceProfile.objects.filter(customer=customer).update(buyer_reference="COST-8", format="cii")
    regenerate_einvoices(By(colleague), einvoice_ids=[pk])
    made()
    report_einvoice(By(colleague), einvoice_id=pk, accepted=True)
    assert (standing(invoice).state, standing(invoice).revision) == ("accepted", 2)
    told = [(one.revision, one.format, read_einvoice(bytes(one.xml)).buyer_reference)
            for one in EInvoiceDocument.objects.order_by("revision")]  # fmt: skip
    assert told == [(1, "ubl", ""), (2, "cii", "COST-8")]


def test_who_may_not_is_refused_and_nothing_changes(trade: Trade, colleague: Actor) -> None:
    found = failed(trade)
    clerk, stranger = factories.actor("customer_service"), factories.user("customer_service")
    for refused in (
        lambda: regenerate_einvoices(By(clerk), einvoice_ids=[found.pk]),
        lambda: waive_einvoices(By(clerk), einvoice_ids=[found.pk], reason="No"),
        lambda: report_einvoice(By(clerk), einvoice_id=found.pk, accepted=True),
        lambda: assign_einvoices(By(clerk), einvoice_ids=[found.pk], owner_id=None),
    ):
        with pytest.raises(NotPermitted):
            refused()
    with pytest.raises(OwnerCannotWork):
        assign_einvoices(By(colleague), einvoice_ids=[found.pk], owner_id=stranger.pk)
    assert EInvoice.objects.get().version == found.version


def test_it_is_assigned_and_settled_otherwise(trade: Trade, colleague: Actor) -> None:
    found, owner = failed(trade), factories.user("finance")
    assign_einvoices(By(colleague), einvoice_ids=[found.pk], owner_id=owner.pk)
    assert EInvoice.objects.get().owner == owner
    with pytest.raises(BadInput):
        waive_einvoices(By(colleague), einvoice_ids=[found.pk], reason=" ")
    waive_einvoices(By(colleague), einvoice_ids=[found.pk], reason="Sent on paper")
    settled = EInvoice.objects.get()
    assert (settled.state, settled.reason, settled.opened_at) == ("waived", "Sent on paper", None)
    EInvoice.objects.update(state="sent", revision=1)
    with pytest.raises(NotWaivable):
        waive_einvoices(By(colleague), einvoice_ids=[found.pk], reason="Again")
