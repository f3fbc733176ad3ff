"""What one company of two does: documents that went all the way."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from zlib import crc32

from billing.banking.actions.take_bank_file import take_bank_file
from billing.collections.actions.record_note import record_note
from billing.collections.actions.record_promise import record_promise
from billing.disputes.actions.open_dispute import open_dispute
from billing.disputes.actions.write_off_dispute import write_off_dispute
from billing.dunning.actions.keep_levels import save_dunning_level, save_dunning_text
from billing.dunning.actions.stop_dunning import stop_dunning
from billing.exceptions.models import InvoiceException
from billing.invoicing.actions.invoice_shipments import invoice_shipments
from billing.models import (
    BankEntry,
    BankFile,
    BankStatement,
    CashReceipt,
    Dispute,
    DisputeOutcome,
    DunningLetter,
    DunningLevel,
    DunningStop,
    Invoice,
    Journal,
    MatchException,
    PaymentPromise,
    SupplierInvoice,
)
from billing.payables.actions.capture_supplier_invoice import capture_supplier_invoice
from billing.payables.capturing import InvoiceLine as ChargedLine
from billing.payments.actions.approve_payment_run import approve_payment_run
from billing.payments.actions.keep_bank_details import decide_bank_details, propose_bank_details
from billing.payments.actions.propose_payments import propose_payments
from billing.payments.models import BankDetails, Payment, PaymentRun
from billing.receivables.actions.receive_cash import receive_cash
from billing.receivables.models import CashApplication
from billing.receivables.rules import Application
from erp.kernel.actor import Actor
from erp.kernel.attachments import attach_file, store_file
from erp.kernel.command import By
from erp.kernel.models import Attachment, Job
from inventory.adjustments.actions.adjust_stock import AdjustLine, adjust_stock
from inventory.adjustments.actions.change_status import StatusRow, change_status
from inventory.adjustments.models import Adjustment, StatusChange
from inventory.counting.actions.plan_counts import ask_for_counts
from inventory.counting.models import CountTask
from inventory.dropship.actions.confirm_drop_shipment import SentLine, confirm_drop_shipment
from inventory.inbound.actions.post_receipt import ReceiptLineRequest, post_receipt
from inventory.models import (
    Demand,
    Lot,
    Receipt,
    Shipment,
    SiteStock,
    StockBalance,
)
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import record_picks
from inventory.outbound.actions.release_groups import release_groups
from inventory.purchasing.actions.buy_lines import Buy, buy_lines
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from inventory.purchasing.models import PurchaseOrder, PurchaseOrderLine
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from inventory.supplier_returns.actions.send_back import BackLine, send_back
from inventory.supplier_returns.models import SupplierReturn
from masterdata import models as md
from orders.blankets.actions.write_blanket import create_blanket
from orders.channels.models import OutboundMessage
from orders.entry.actions.submit_order import submit_order
from orders.entry.rules import LineRequest, OrderRequest
from orders.exceptions.actions.refresh_exceptions import refresh_exceptions
from orders.holds.models import Hold
from orders.models import (
    BlanketOrder,
    CustomerReturn,
    OrderDraft,
    OrderException,
    Quote,
    SalesOrder,
)
from orders.quotes.actions.write_quote import create_quote
from orders.returns.actions.approve_return import approve_return
from orders.returns.actions.request_return import request_return
from orders.returns.rules import ReturnLineRequest
from tests import factories
from tests.billing.banking.bank import bank_account, mt940
from tests.erp.side import TODAY, Side, shared_item
from tests.erp.side_docks import docks
from tests.erp.side_waits import closing, drafts, parked, plans, rejected, transfers
from tests.factories import local_day


def held_lot(made: Side, place: md.Bin) -> Lot:
    """A lot of what both sell that only this side has held."""
    lot = Lot.objects.create(item=shared_item(), code=f"LOT-{made.company.pk}")
    StockBalance.objects.create(item=lot.item, site=made.site, bin=place, lot=lot)
    return lot


def iban_of(name: str) -> str:
    """An IBAN of its own, with check digits that fit (ISO 13616)."""
    number = f"{crc32(name.encode()) % 10**12:012}"
    return f"BE{98 - int(f'{number}111400') % 97:02}{number}"


def pays(made: Side, supplier: md.Supplier, by: Callable[[], By], line: PurchaseOrderLine) -> dict[str, Any]:
    """A payment to the supplier that another person let go."""
    boss = By(factories.actor("finance", username=f"boss-{made.name.lower()}"))
    iban = iban_of(made.name)
    bank = bank_account(made.company, number=iban, name=f"{made.name} paying")
    told = propose_bank_details(
        by(), supplier_id=supplier.pk, holder=f"{made.name} seller", iban=iban, note=f"{made.name} letter"
    )
    decide_bank_details(boss, details_id=told.details_id, confirm=True)
    day = local_day()
    capture_supplier_invoice(
        by(), supplier_id=supplier.pk, kind="invoice", reference=f"{made.name} goods", issued_on=TODAY, due_on=TODAY,
        lines=[ChargedLine(Decimal(12), Decimal(2), purchase_line_id=line.pk)], taxes=[], net=Decimal(12),
        tax=Decimal(0), gross=Decimal(12),
    )  # fmt: skip
    run = propose_payments(by(), bank_account_id=bank.pk, pay_on=day, due_until=day)
    (payment_id,) = approve_payment_run(boss, run_id=run.run_id, version=1).payment_ids
    return {
        "payment_run": PaymentRun.objects.get(pk=run.run_id),
        "payment": Payment.objects.get(pk=payment_id),
        "bank_details": BankDetails.objects.get(pk=told.details_id),
    }


def trade(
    made: Side, customer: md.Customer, strict: md.Customer, supplier: md.Supplier, bins: dict[str, md.Bin]
) -> None:
    keys = iter(range(1000))

    def by() -> By:
        return By(Actor.of(made.clerk), key=f"{made.name}-{next(keys)}")

    def order(buyer: md.Customer, quantity: int = 1, supply: str = "", **values: Any) -> SalesOrder:
        lines = [LineRequest(shared_item().pk, Decimal(quantity), supply=supply)]
        wanted = OrderRequest(buyer.pk, lines, requested_on=TODAY, channel="desk", **values)
        return SalesOrder.objects.get(pk=submit_order(by(), request=wanted).order_id)

    def released(buyer: md.Customer) -> int:
        group_id = order(buyer).group_id
        return release_groups(by(), group_ids=[group_id], strict=True).shipment_ids[0]

    opening = OpeningLine(shared_item().pk, bins["pick"].pk, Decimal(50), Decimal(300))
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
        lines=[PurchaseLine(shared_item().pk, Decimal(10), "", Decimal(6))],
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
    charged = capture_supplier_invoice(
        by(), supplier_id=supplier.pk, kind="invoice", reference=f"{made.name} charges", issued_on=TODAY, taxes=[],
        lines=[ChargedLine(Decimal(9), description=f"{made.name} pallets")], net=Decimal(9), tax=Decimal(0),
        gross=Decimal(9),
    )  # fmt: skip
    paid = pays(made, supplier, by, PurchaseOrder.objects.get(pk=bought.purchase_order_id).lines.get())
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
    told = open_dispute(
        by(), open_item_id=invoice.open_item.pk, kind="damage", amount=Decimal(2), note=f"{made.name} note"
    )
    given_up = write_off_dispute(
        by(), dispute_id=told.dispute_id, amount=Decimal(1), note=f"{made.name} gives up"
    )
    level = save_dunning_level(by(), company_id=made.company.pk, level=1, name=f"{made.name} asks", days=5)
    save_dunning_text(
        by(), level_id=level.level_id, language="en", subject=f"{made.name} asks", body="Please pay {total}"
    )
    letter = DunningLetter.objects.create(
        number=f"DUN-{made.name}", company=made.company, customer=customer, level=1, language="en",
        currency=made.company.currency, total=1, fee=0, subject=f"{made.name} asks", body="Please pay",
        written_on=TODAY, pay_by=date(2099, 1, 1), written_by=made.name, written_at=invoice.earned_at,
    )  # fmt: skip
    letter.items.create(item=invoice.open_item, level=1, amount=1, disputed=0, days=6)
    peace = stop_dunning(
        by(), customer_id=customer.pk, until=date(2099, 1, 1), reason=f"{made.name} leaves them alone"
    )
    record_note(by(), customer_id=customer.pk, kind="call", text=f"{made.name} was called")
    pledge = record_promise(
        by(),
        customer_id=customer.pk,
        amount=Decimal(1),
        promised_on=date(2099, 1, 1),
        note=f"{made.name} promises",
    )
    InvoiceException.objects.filter(shipment=stopped).update(owner=made.clerk)
    einvoice = rejected(made, invoice)
    bank = bank_account(made.company, number=f"{made.name}1", name=f"{made.name} bank")
    said = mt940(bank.number, [("12.00", f"{made.name} pays")], currency=bank.currency)
    file = take_bank_file(by(), name=f"{made.name}.sta", content=said)
    back = [ReturnLineRequest(invoice.shipment.lines.get().pk, Decimal(1), "transit")]
    rma = request_return(by(), order_id=invoice.order_id, lines=back, note=f"{made.name} note")
    approve_return(by(), return_id=rma.return_id)
    offered = OrderRequest(
        customer.pk, [LineRequest(shared_item().pk, Decimal(1))], TODAY, "desk", note=f"{made.name} note"
    )
    quote = create_quote(by(), request=offered)
    frame = create_blanket(by(), request=offered, valid_from=TODAY, valid_until=date(2099, 1, 1))
    seen = StatusRow(shared_item().pk, bins["pick"].pk, None, "available", "hold", Decimal(1))
    changed = change_status(by(), site_id=made.site.pk, rows=[seen], reason=f"{made.name} looks at it")
    bent = StatusRow(shared_item().pk, bins["pick"].pk, None, "available", "vendor", Decimal(2))
    change_status(by(), site_id=made.site.pk, rows=[bent], reason=f"{made.name} sends it back")
    back_line = BackLine(shared_item().pk, bins["pick"].pk, None, Decimal(1), Decimal(6))
    sent_back = send_back(
        by(), site_id=made.site.pk, supplier_id=supplier.pk, lines=[back_line], note=f"{made.name} sends it"
    )
    adjusted = adjust_stock(
        by(), site_id=made.site.pk, lines=[AdjustLine(shared_item().pk, bins["pick"].pk, Decimal(1))], reason="found",
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
        "bank_account": bank,
        "bank_file": BankFile.objects.get(pk=file.file_id),
        "bank_statement": BankStatement.objects.get(file=file.file_id),
        "bank_entry": BankEntry.objects.get(statement__file=file.file_id),
        "return": CustomerReturn.objects.get(pk=rma.return_id),
        "quote": Quote.objects.get(pk=quote.quote_id),
        "blanket": BlanketOrder.objects.get(pk=frame.blanket_id),
        "exception": InvoiceException.objects.get(shipment=stopped),
        "purchase_order": PurchaseOrder.objects.get(pk=bought.purchase_order_id),
        "receipt": Receipt.objects.get(pk=receipt.receipt_id),
        "cash_receipt": CashReceipt.objects.get(pk=cash.receipt_id),
        "dispute": Dispute.objects.get(pk=told.dispute_id),
        "dunning_letter": letter,
        "dunning_level": DunningLevel.objects.get(pk=level.level_id),
        "dunning_stop": DunningStop.objects.get(pk=peace.stop_id),
        "payment_promise": PaymentPromise.objects.get(pk=pledge.promise_id),
        "write_off": DisputeOutcome.objects.get(pk=given_up.outcome_id),
        "journal": Journal.objects.filter(company=made.company).first(),
        "credit_account": customer.credit_account,
        "open_item": invoice.open_item,
        "application": CashApplication.objects.get(receipt=cash.receipt_id),
        "account": made.company.accounts.first(),
        "purchase_line": PurchaseOrder.objects.get(pk=bought.purchase_order_id).lines.get(),
        "parked": parked(made),
        "job": Job.objects.create(kind="test", title=f"{made.name} job", requested_by=made.clerk),
        "user": made.clerk,
        "grant": made.clerk.grants.first(),
        "site_stock": SiteStock.objects.get(site=made.site),
        "balance": StockBalance.objects.get(bin=bins["pick"], status="hold"),
        "lot": held_lot(made, bins["pick"]),
        "count": CountTask.objects.get(pk=to_count.task_ids[0]),
        "status_change": StatusChange.objects.get(pk=changed.change_id),
        "supplier_return": SupplierReturn.objects.get(pk=sent_back.return_id),
        **paid,
        "supplier_invoice": SupplierInvoice.objects.get(pk=charged.invoice_id),
        "match_exception": MatchException.objects.get(invoice=charged.invoice_id),
        "adjustment": Adjustment.objects.get(pk=adjusted.adjustment_ids[0]),
    }
    made.rows |= transfers(made, by)
    made.rows |= plans(made)
    made.rows |= docks(made, by)
    made.rows |= closing(made, by)
    letter = store_file(f"{made.name} letter.txt", f"{made.name} wrote".encode())
    attached = attach_file(by(), subject="orders.salesorder", subject_id=held.pk, file=letter)
    made.rows["attachment"] = Attachment.objects.get(pk=attached.attachment_id)
    made.rows |= drafts(made, scope=made.rows["price_scope"])
    refresh_exceptions(By(Actor.system("tests")))
    made.rows["order_exception"] = OrderException.objects.get(order=held, kind="hold")
    made.rows["document"] = document = made.rows["parked"].document
    made.rows["trading_partner"] = document.partner
    made.rows["message"] = OutboundMessage.objects.create(
        company=made.company, partner=document.partner, delivery=document.delivery, document=document, kind="855",
        control=document.pk, file_name=f"{made.name}.edi", content=made.name,
    )  # fmt: skip
