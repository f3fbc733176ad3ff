"""Two companies that trade side by side in one database: what one of them holds is foreign to the other's people."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model

from billing.einvoice.models import EInvoice, EInvoiceDocument
from billing.exceptions.models import InvoiceException
from billing.invoicing.actions.invoice_shipments import invoice_shipments
from billing.models import CashReceipt, Invoice, Journal
from billing.receivables.actions.receive_cash import receive_cash
from billing.receivables.models import CashApplication
from billing.receivables.rules import Application
from erp.kernel.actor import Actor
from erp.kernel.attachments import attach_file, store_file
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.models import Attachment, Job, NumberSeries, User
from inventory.adjustments.actions.adjust_stock import AdjustLine, adjust_stock
from inventory.adjustments.actions.change_status import StatusRow, change_status
from inventory.adjustments.models import Adjustment, StatusChange
from inventory.commitments.models import AllocationPolicy, AllocationQuota
from inventory.counting.actions.plan_counts import ask_for_counts
from inventory.counting.models import CountTask
from inventory.dropship.actions.confirm_drop_shipment import SentLine, confirm_drop_shipment
from inventory.inbound.actions.post_receipt import ReceiptLineRequest, post_receipt
from inventory.models import (
    Demand,
    RebalanceProposal,
    Receipt,
    Shipment,
    SiteStock,
    StockBalance,
    TransferDifference,
    TransferOrder,
)
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import record_picks
from inventory.outbound.actions.release_groups import release_groups
from inventory.purchasing.actions.buy_lines import Buy, buy_lines
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from inventory.purchasing.models import PurchaseOrder
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from inventory.supplier_returns.actions.send_back import BackLine, send_back
from inventory.supplier_returns.models import SupplierReturn
from inventory.transfers.actions.decide_transfer import approve_transfer
from inventory.transfers.actions.receive_transfer import receive_transfer
from inventory.transfers.actions.request_transfer import Asked, request_transfer
from inventory.transfers.actions.ship_transfer import ship_transfer
from masterdata import models as md
from orders.blankets.actions.write_blanket import create_blanket
from orders.channels.models import Delivery, IntakeDocument, OutboundMessage, ParkedLine
from orders.entry.actions.submit_order import submit_order
from orders.entry.rules import LineRequest, OrderRequest
from orders.exceptions.actions.refresh_exceptions import refresh_exceptions
from orders.holds.models import Hold
from orders.models import (
    BlanketOrder,
    CustomerReturn,
    OrderDraft,
    OrderException,
    OrderMessage,
    OrderRule,
    PriceProposal,
    Quote,
    ReallocationRun,
    RuleTrial,
    RuleVersion,
    SalesOrder,
)
from orders.quotes.actions.write_quote import create_quote
from orders.returns.actions.approve_return import approve_return
from orders.returns.actions.request_return import request_return
from orders.returns.rules import ReturnLineRequest
from tests import factories

TODAY = date(2026, 1, 5)
NUMBERED = (
    SalesOrder, Shipment, Invoice, Receipt, CashReceipt, PurchaseOrder, Quote, BlanketOrder, StatusChange,
    Adjustment, CountTask, TransferOrder,
)  # fmt: skip


@dataclass
class Side:
    """One company with a document of every kind, and the words by which its data is recognised."""

    name: str
    company: md.Company
    site: md.Site
    clerk: User
    rows: dict[str, Any] = field(default_factory=dict)  # kind of row -> a row of this company

    def marks(self) -> "re.Pattern[str]":
        """Finds a code, name or number that only this company's data has."""
        words = {self.name, *self._numbers()}
        return re.compile("|".join(rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in sorted(words)))

    def _numbers(self) -> Iterator[str]:
        for model in NUMBERED:
            yield from model.objects.filter(company=self.company).values_list("number", flat=True)


def side(name: str) -> Side:
    """A company called `name` in all its texts, with masters, and documents that went all the way or wait."""
    company = factories.company(code=name, name=f"{name} company")
    factories.books(company)
    for series in NumberSeries.objects.filter(
        scope=f"company:{company.pk}"
    ):  # numbers are unique in the house
        NumberSeries.objects.filter(pk=series.pk).update(prefix=f"{name}-{series.prefix}")
    tax_code = factories.tax_code(company=company, name=f"{name} tax")
    factories.tax_rule(company=company, tax_code=tax_code)
    site = factories.site(company=company, code=f"{name}", name=f"{name} site")
    zone = factories.zone(site=site, name=f"{name} zone")
    bins = {
        kind: factories.bin(site=site, zone=zone, kind=kind)
        for kind in ("pick", "receiving", "shipping", "transit")
    }
    scope = factories.price_scope(company=company, name=f"{name} prices")
    price = factories.price(scope=scope, item=_item())
    customer = _customer(name, company, site, scope)
    strict = _customer(name, company, site, scope)
    supplier = factories.supplier(company=company, party=factories.party(name=f"{name} supplier"))
    clerk = factories.user(
        *ROLES, scope=f"company:{company.pk}", username=f"clerk-{name.lower()}", name=f"{name} clerk"
    )
    made = Side(name, company, site, clerk)
    made.rows = {
        "company": company, "site": site, "zone": zone, "bin": bins["pick"], "tax_code": tax_code,
        "price_scope": scope, "price": price, "customer": customer, "supplier": supplier,
        "assignment": scope.customers.filter(customer=customer).get(),
        "party": customer.party, "ship_to": customer.ship_tos.get(),
        "period": company.periods.first(),
        "holiday": factories.holiday(site=site, name=f"{name} holiday"),
        "series": NumberSeries.objects.filter(scope=f"company:{company.pk}").earliest("pk"),
    }  # fmt: skip
    md.EInvoiceProfile.objects.create(customer=customer, format="ubl", buyer_reference=f"{name} buyer")
    md.SellerDetails.objects.create(company=company, legal_name=f"{name} seller")
    made.rows["freight_tariff"] = tariff = factories.freight_tariff(company=company, name=f"{name} freight")
    made.rows["freight_rate"] = tariff.rates.get()
    _trade(made, customer, strict, supplier, bins)
    return made


ROLES = ("customer_service", "warehouse", "procurement", "finance", "data_steward", "process_owner")


def _item() -> md.Item:
    """The item that both companies trade, with one that stands in for it."""
    found = md.Item.objects.filter(code="SHARED").first()
    if found is None:
        found = factories.item(code="SHARED")
        factories.substitute(item=found)
        factories.kit_component(component=found)
    return found


def _customer(
    name: str, company: md.Company, site: md.Site, scope: md.PriceScope, **values: Any
) -> md.Customer:
    party = factories.party(name=f"{name} customer")
    customer = factories.customer(
        company=company, party=party, preferred_site=site, limit=Decimal(100_000), **values
    )
    customer.ship_tos.update(name=f"{name} gate")
    factories.assign(customer, scope)
    return customer


def _trade(
    made: Side, customer: md.Customer, strict: md.Customer, supplier: md.Supplier, bins: dict[str, md.Bin]
) -> None:
    keys = iter(range(1000))

    def by() -> By:
        return By(Actor.of(made.clerk), key=f"{made.name}-{next(keys)}")

    def order(buyer: md.Customer, quantity: int = 1, supply: str = "", **values: Any) -> SalesOrder:
        lines = [LineRequest(_item().pk, Decimal(quantity), supply=supply)]
        wanted = OrderRequest(buyer.pk, lines, requested_on=TODAY, channel="desk", **values)
        return SalesOrder.objects.get(pk=submit_order(by(), request=wanted).order_id)

    def released(buyer: md.Customer) -> int:
        group_id = order(buyer).group_id
        return release_groups(by(), group_ids=[group_id], strict=True).shipment_ids[0]

    opening = OpeningLine(_item().pk, bins["pick"].pk, Decimal(50), Decimal(300))
    post_opening_stock(by(), site_id=made.site.pk, lines=[opening])
    shipped, stopped, waiting = released(customer), released(strict), released(customer)
    for shipment_id in (shipped, stopped):
        record_picks(by(), shipment_id=shipment_id)
    confirm_shipments(by(), shipment_ids=[shipped, stopped])
    md.Customer.objects.filter(pk=strict.pk).update(po_required=True)  # the invoice rules find it missing
    invoice_shipments(by(), company_id=made.company.pk, shipment_ids=[shipped, stopped])
    held = order(customer, hold_reason=f"{made.name} asked to wait")
    order(customer, quantity=500)  # a backorder
    bought = create_purchase_order(
        by(), supplier_id=supplier.pk, site_id=made.site.pk, due_on=TODAY,
        lines=[PurchaseLine(_item().pk, Decimal(10), "", Decimal(6))],
    )  # fmt: skip
    arrival = ReceiptLineRequest(bought.supply_ids[0], Decimal(4), bins["receiving"].pk)
    wanted = Demand.objects.get(group=order(customer, supply="special").group_id)
    far = Demand.objects.get(group=order(customer, supply="drop").group_id)
    to_customer = buy_lines(
        by(), site_id=made.site.pk, supplier_id=supplier.pk, group_id=far.group_id,
        buys=[Buy(far.pk, Decimal(1), "EA", Decimal(6), TODAY)],
    )  # fmt: skip
    (sent,) = PurchaseOrder.objects.get(pk=to_customer.purchase_order_id).lines.all()
    notice = confirm_drop_shipment(
        by(), purchase_order_id=to_customer.purchase_order_id, lines=[SentLine(sent.pk, Decimal(1))]
    )
    receipt = post_receipt(by(), purchase_order_id=bought.purchase_order_id, lines=[arrival])
    invoice = Invoice.objects.get(shipment=shipped)
    share = Application(invoice.open_item.pk, Decimal(3))
    cash = receive_cash(
        by(),
        customer_id=customer.pk,
        amount=Decimal(5),
        received_on=TODAY,
        reference=made.name,
        applications=[share],
    )
    InvoiceException.objects.filter(shipment=stopped).update(owner=made.clerk)
    einvoice = _rejected(made, invoice)
    back = [ReturnLineRequest(invoice.shipment.lines.get().pk, Decimal(1), "transit")]
    rma = request_return(by(), order_id=invoice.order_id, lines=back, note=f"{made.name} note")
    approve_return(by(), return_id=rma.return_id)
    offered = OrderRequest(
        customer.pk, [LineRequest(_item().pk, Decimal(1))], TODAY, "desk", note=f"{made.name} note"
    )
    quote = create_quote(by(), request=offered)
    frame = create_blanket(by(), request=offered, valid_from=TODAY, valid_until=date(2099, 1, 1))
    seen = StatusRow(_item().pk, bins["pick"].pk, None, "available", "hold", Decimal(1))
    changed = change_status(by(), site_id=made.site.pk, rows=[seen], reason=f"{made.name} looks at it")
    bent = StatusRow(_item().pk, bins["pick"].pk, None, "available", "vendor", Decimal(2))
    change_status(by(), site_id=made.site.pk, rows=[bent], reason=f"{made.name} sends it back")
    back_line = BackLine(_item().pk, bins["pick"].pk, None, Decimal(1), Decimal(6))
    sent_back = send_back(
        by(), site_id=made.site.pk, supplier_id=supplier.pk, lines=[back_line], note=f"{made.name} sends it"
    )
    adjusted = adjust_stock(
        by(), site_id=made.site.pk, lines=[AdjustLine(_item().pk, bins["pick"].pk, Decimal(1))], reason="found",
        note=f"{made.name} found it",
    )  # fmt: skip
    to_count = ask_for_counts(by(), site_id=made.site.pk, bin_ids=[bins["pick"].pk])
    made.rows |= {
        "order": held,
        "hold": Hold.objects.get(order=held),
        "draft": OrderDraft.objects.create(
            company=made.company, customer=customer, created_by=made.clerk, note=f"{made.name} note"
        ),
        "shipment": Shipment.objects.get(pk=waiting),
        "need": wanted,
        "drop_shipment": Shipment.objects.get(pk=notice.shipment_id),
        "catalogue": md.CatalogueItem.objects.create(
            supplier=supplier,
            code=made.name,
            name=f"{made.name} offer",
            search=made.name,
            unit_id="EA",
            cost=6,
        ),
        "invoice": invoice,
        "einvoice": einvoice,
        "return": CustomerReturn.objects.get(pk=rma.return_id),
        "quote": Quote.objects.get(pk=quote.quote_id),
        "blanket": BlanketOrder.objects.get(pk=frame.blanket_id),
        "exception": InvoiceException.objects.get(shipment=stopped),
        "purchase_order": PurchaseOrder.objects.get(pk=bought.purchase_order_id),
        "receipt": Receipt.objects.get(pk=receipt.receipt_id),
        "cash_receipt": CashReceipt.objects.get(pk=cash.receipt_id),
        "journal": Journal.objects.filter(company=made.company).first(),
        "credit_account": customer.credit_account,
        "open_item": invoice.open_item,
        "application": CashApplication.objects.get(receipt=cash.receipt_id),
        "account": made.company.accounts.first(),
        "purchase_line": PurchaseOrder.objects.get(pk=bought.purchase_order_id).lines.get(),
        "parked": _parked(made),
        "job": Job.objects.create(kind="test", title=f"{made.name} job", requested_by=made.clerk),
        "user": made.clerk,
        "grant": made.clerk.grants.first(),
        "site_stock": SiteStock.objects.get(site=made.site),
        "balance": StockBalance.objects.get(bin=bins["pick"], status="hold"),
        "count": CountTask.objects.get(pk=to_count.task_ids[0]),
        "status_change": StatusChange.objects.get(pk=changed.change_id),
        "supplier_return": SupplierReturn.objects.get(pk=sent_back.return_id),
        "adjustment": Adjustment.objects.get(pk=adjusted.adjustment_ids[0]),
    }
    made.rows |= _transfers(made, by)
    letter = store_file(f"{made.name} letter.txt", f"{made.name} wrote".encode())
    attached = attach_file(by(), subject="orders.salesorder", subject_id=held.pk, file=letter)
    made.rows["attachment"] = Attachment.objects.get(pk=attached.attachment_id)
    made.rows |= _drafts(made, scope=made.rows["price_scope"])
    refresh_exceptions(By(Actor.system("tests")))
    made.rows["order_exception"] = OrderException.objects.get(order=held, kind="hold")
    made.rows["document"] = document = made.rows["parked"].document
    made.rows["trading_partner"] = document.partner
    made.rows["message"] = OutboundMessage.objects.create(
        company=made.company, partner=document.partner, delivery=document.delivery, document=document, kind="855",
        control=document.pk, file_name=f"{made.name}.edi", content=made.name,
    )  # fmt: skip


def _transfers(made: Side, by: Callable[[], By]) -> dict[str, Model]:
    """Goods of a second site: one of them never arrived; another transfer waits for approval, a third is proposed."""
    second = factories.site(company=made.company, code=f"{made.name}2", name=f"{made.name} second")
    place = factories.bin(site=second, zone=factories.zone(site=second, name=f"{made.name} far zone"))
    item, ends = _item(), {"site_id": second.pk, "to_site_id": made.site.pk}
    opening = OpeningLine(item.pk, place.pk, Decimal(9), Decimal(54))
    post_opening_stock(by(), site_id=second.pk, lines=[opening])

    def asked() -> int:
        lines = [Asked(item.pk, Decimal(1))]
        wanted = {"lines": lines, "needed_on": TODAY, "note": f"{made.name} moves it"}
        return request_transfer(by(), **ends, **wanted).transfer_id

    lost = asked()
    approve_transfer(by(), transfer_id=lost)
    ship_transfer(by(), transfer_id=lost)
    receive_transfer(by(), transfer_id=lost, complete=True)
    return {
        "transfer": TransferOrder.objects.get(pk=asked()),
        "transfer_difference": TransferDifference.objects.get(order=lost),
        "proposal": RebalanceProposal.objects.create(
            company=made.company, item=item, site=second, to_site=made.site, quantity=1, lines=1, on_time=0,
            days_earlier=0, undated=1, value=6, arrives_on=TODAY, computed_at=now(),
            why={"demands": [], "free": "8", "used": "0", "used_days": 90, "cover_days": 14},
        ),
    }  # fmt: skip


def _rejected(made: Side, invoice: Invoice) -> EInvoice:
    """An e-invoice that the customer does not take."""
    at, xml = now(), made.name.encode()
    found = EInvoice.objects.create(
        company=made.company,
        site=made.site,
        invoice=invoice,
        customer=invoice.bill_to,
        format="ubl",
        revision=1,
        state="rejected",
        detail=f"{made.name} does not take it",
        requested_at=at,
        state_at=at,
        opened_at=at,
        due_on=TODAY,
    )
    EInvoiceDocument.objects.create(
        einvoice=found,
        revision=1,
        format="ubl",
        xml=xml,
        xml_sha256=hashlib.sha256(xml).hexdigest(),
        rules="tests",
        generated_at=at,
    )
    return found  # fmt: skip


def _drafts(made: Side, *, scope: md.PriceScope) -> dict[str, Model]:
    """What waits for a decision: a notice to the customer, a run over scarce items, a batch of prices, order rules;
    and who is to be served first one day, and for whom something was kept."""
    told, at, group = f"{made.name} told", now(), made.rows["customer"].group
    rules = RuleVersion.objects.create(company=made.company, number=1, reason=told, written_by=made.clerk)
    return {
        "allocation_policy": AllocationPolicy.objects.create(
            company=made.company, customer_class=group, priority=9, valid_from=date(2099, 1, 1), reason=told,
            set_by=made.name,
        ),
        "rebate": md.SupplierRebate.objects.create(
            company=made.company, supplier=made.rows["supplier"], item=_item(), method="amount",
            value=Decimal("0.01"), valid_from=date(2099, 1, 1), reason=told, set_by=made.name,
        ),
        "coupon": factories.coupon(
            company=made.company, code=f"{made.name}-SAVE".upper(), valid_from=date(2099, 1, 1)
        ),
        "quota": AllocationQuota.objects.create(
            site=made.site, item=_item(), customer_class=group, quantity=1, starts_at=at, expires_on=TODAY,
            ended_at=at, reason=told, set_by=made.name,
        ),
        "rule_version": rules,
        "rule": OrderRule.objects.create(
            rule_version=rules, sequence=10, name=f"{made.name} rule", kind="priority", outcome={"priority": 2}
        ),
        "rule_trial": RuleTrial.objects.create(
            rule_version=rules, company=made.company, from_on=TODAY, to_on=TODAY, rules=[], started_by=made.name,
            started_at=at,
        ),
        "notice": OrderMessage.objects.create(
            order=made.rows["order"], company=made.company, language="en", subject=told, body=told, told={},
            later=True, drafted_at=at,
        ),
        "run": ReallocationRun.objects.create(
            number=f"{made.name}-RUN", company=made.company, site=made.site, reason=told, proposed_by=made.name,
            proposed_at=at,
        ),
        "price_proposal": PriceProposal.objects.create(
            company=made.company, scope=scope, title=told, effective_on=TODAY, line_count=0, parked_count=0,
            proposed_by=made.name,
        ),
    }  # fmt: skip


def _parked(made: Side) -> ParkedLine:
    line = {"line": 1, "item": "?", "quantity": "1", "unit": "", "price": None, "price_reason": ""}
    source = f"{made.name} file"
    partner = factories.trading_partner(made.rows["customer"], identifier=made.name)
    delivery = Delivery.objects.create(
        company=made.company, channel="csv", source=source, standard="sheet", digest=made.name, content=b"a;b"
    )
    document = IntakeDocument.objects.create(
        company=made.company,
        channel="csv",
        source=source,
        delivery=delivery,
        place=1,
        partner=partner,
        key=made.name,
        payload={"customer": made.name, "customer_po": "", "lines": [line]},
        state="parked",
    )
    return ParkedLine.objects.create(
        document=document, line=1, payload=line, code="item", reason=f"{made.name} reason"
    )


def first(model: type[Model]) -> Any:
    """Any row of a table that both companies share."""
    return model._default_manager.order_by("pk").first()
