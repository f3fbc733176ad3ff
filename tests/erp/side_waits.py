"""What waits at one company of two: for a decision, for goods, for somebody to put it right."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Model

from billing.closing.actions.start_close import start_close
from billing.closing.actions.work_tasks import add_close_task
from billing.einvoice.models import EInvoice, EInvoiceDocument
from billing.models import CloseTask, Invoice, PeriodClose, YearClose
from erp.kernel.clock import now
from erp.kernel.command import By
from inventory.commitments.models import AllocationPolicy, AllocationQuota
from inventory.models import (
    DemandForecast,
    RebalanceProposal,
    ReplenishmentProposal,
    StockingPolicy,
    TransferDifference,
    TransferOrder,
)
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from inventory.transfers.actions.decide_transfer import approve_transfer
from inventory.transfers.actions.receive_transfer import receive_transfer
from inventory.transfers.actions.request_transfer import Asked, request_transfer
from inventory.transfers.actions.ship_transfer import ship_transfer
from masterdata import models as md
from orders.channels.models import Delivery, IntakeDocument, ParkedLine
from orders.models import (
    OrderMessage,
    OrderRule,
    PriceProposal,
    ReallocationRun,
    RuleTrial,
    RuleVersion,
)
from tests import factories
from tests.erp.side import TODAY, Side, shared_item


def transfers(made: Side, by: Callable[[], By]) -> dict[str, Model]:
    """Goods of a second site: one of them never arrived; another transfer waits for approval, a third is proposed."""
    second = factories.site(company=made.company, code=f"{made.name}2", name=f"{made.name} second")
    place = factories.bin(site=second, zone=factories.zone(site=second, name=f"{made.name} far zone"))
    item, ends = shared_item(), {"site_id": second.pk, "to_site_id": made.site.pk}
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


def closing(made: Side, by: Callable[[], By]) -> dict[str, Model]:
    """A close of the company's period with a task for a person."""
    close_id = start_close(by(), period_id=made.rows["period"].pk).close_id
    title = f"{made.name} reconciliation"
    task_id = add_close_task(by(), close_id=close_id, title=title, due_on=TODAY).task_id
    year = YearClose.objects.create(
        company=made.company, period=made.rows["period"], result=1, closed_at=now(), closed_by=f"{made.name} clerk",
        reversed_at=now(), reversed_by=f"{made.name} clerk", reason="Too early",
    )  # fmt: skip
    return {
        "period_close": PeriodClose.objects.get(pk=close_id),
        "close_task": CloseTask.objects.get(pk=task_id),
        "year_close": year,
    }


def plans(made: Side) -> dict[str, Model]:
    """What is expected of the shared item at the site, what is proposed to buy of it, and how it is stocked."""
    item, at = shared_item(), now()
    here = {"company": made.company, "site": made.site, "item": item}
    return {
        "forecast": DemandForecast.objects.create(
            **here, history={"from": "2025-12-01", "values": ["73"]}, through=date(2025, 12, 1), method="average_12",
            ahead={"values": ["73"] * 12}, monthly=73, sigma=0, holdout=0, computed_at=at,
        ),
        "replenishment": ReplenishmentProposal.objects.create(
            **here, kind="buy", unit_id="EA", unit_cost=6, quantity=72, value=432,
            due_on=TODAY, stocking="stocked", method="reorder_point", monthly=73, sigma=0, service_level=95,
            z=Decimal("1.6449"), lead_time_days=9, interval_days=10, expected=24, known=0, safety_stock=0, lot=72,
            trigger=24, target=96, available=20, on_order=0, in_transit=0, reserved=0, backorders=0, dependent=0,
            position=20, need=72, computed_at=at, expires_on=at.date() + timedelta(days=7),
            edit_note=f"{made.name} said so",
        ),
        "stocking_policy": StockingPolicy.objects.create(
            **here, reason=f"{made.name} keeps it", set_by=made.name
        ),
    }  # fmt: skip


def rejected(made: Side, invoice: Invoice) -> EInvoice:
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


def drafts(made: Side, *, scope: md.PriceScope) -> dict[str, Model]:
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
            company=made.company, supplier=made.rows["supplier"], item=shared_item(), method="amount",
            value=Decimal("0.01"), valid_from=date(2099, 1, 1), reason=told, set_by=made.name,
        ),
        "coupon": factories.coupon(
            company=made.company, code=f"{made.name}-SAVE".upper(), valid_from=date(2099, 1, 1)
        ),
        "quota": AllocationQuota.objects.create(
            site=made.site, item=shared_item(), customer_class=group, quantity=1, starts_at=at, expires_on=TODAY,
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


def parked(made: Side) -> ParkedLine:
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
