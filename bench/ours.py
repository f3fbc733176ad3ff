"""Meridian's side of the loop, in process: the same verbs that the browser and the API call."""

import os
import random
import re
import statistics
import time
import uuid
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

LINES = 5
STEPS = ["submit", "release", "pick", "ship", "display", "list", "invoice"]
READS = ("display", "list")  # what the floor does not do
Times = dict[str, list[float]]


class OurClient:
    """One client's loop in a process of its own. `counts` are statements and round trips of each step's last call.

    `scanning`: its sites confirm every pick, a step and transaction more; else a release counts as picked.
    """

    def __init__(
        self,
        seed: int,
        *,
        hot: bool = False,
        scanning: bool = False,
        environment: dict[str, str] | None = None,
    ) -> None:
        os.environ.update({"LOG_LEVEL": "WARNING", **(environment or {})})
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erp.settings")
        import django

        django.setup()
        from django.conf import settings
        from django.db import connection

        from bench.world import world_of
        from erp.kernel import heap
        from erp.kernel.actor import Actor
        from erp.kernel.models import User
        from masterdata.models import Company
        from masterdata.policies import snapshot

        settings.CELERY_TASK_ALWAYS_EAGER = False
        self.connection = connection
        self.world = world_of(Company.objects.get(code="BENCH"))
        self.user = User.objects.get(pk=self.world.user_id)
        self.actor = Actor.of(self.user)
        self.random = random.Random(seed)
        self.hot, self.scanning = hot, scanning
        if scanning:
            snapshot.assume(snapshot.Snapshot())
        self.counts: dict[str, tuple[int, int]] = {}
        heap.settle()

    def request(self, lines: int) -> Any:
        from orders.entry.rules import LineRequest, OrderRequest

        items = self.world.items
        chosen = (
            self.random.sample(items, lines) if lines <= len(items) else self.random.choices(items, k=lines)
        )
        if self.hot:
            chosen[0] = items[0]
        return OrderRequest(
            customer_id=self.random.choice(self.world.customers),
            site_id=self.world.sites[0] if self.hot else self.random.choice(self.world.sites),
            lines=[LineRequest(item, Decimal(self.random.randint(1, 10))) for item in chosen],
            requested_on=datetime.now(UTC).date(),
            channel="api",
        )

    def orders(self, count: int, lines: int = LINES, steps: tuple[str, ...] = tuple(STEPS)) -> Times:
        """Carry `count` orders of `lines` lines through the steps; seconds of each."""
        times: Times = defaultdict(list)
        for _ in range(count):
            self._order(lines, steps, times)
        return dict(times)

    def _order(self, lines: int, steps: tuple[str, ...], times: Times) -> None:
        from billing.invoicing.actions.invoice_shipments import invoice_shipments
        from erp.kernel.command import By
        from inventory.outbound.actions.confirm_shipments import confirm_shipments
        from inventory.outbound.actions.record_picks import record_picks
        from inventory.outbound.actions.release_groups import release_groups
        from orders.entry.actions.submit_order import submit_order

        def by() -> By:
            return By(self.actor, key=str(uuid.uuid4()))

        def timed(step: str, call: Any) -> Any:
            raw = self.connection.connection
            before = (raw.statements, raw.round_trips) if raw else (0, 0)
            start = time.perf_counter()
            result = call()
            times[step].append(time.perf_counter() - start)
            raw = self.connection.connection
            self.counts[step] = (raw.statements - before[0], raw.round_trips - before[1])
            return result

        request = self.request(lines)
        order = timed("submit", lambda: submit_order(by(), request=request))
        if "release" not in steps:
            return
        shipment_ids = timed("release", lambda: release_groups(by(), group_ids=[order.group_id])).shipment_ids
        if self.scanning:
            timed("pick", lambda: record_picks(by(), shipment_id=shipment_ids[0]))
        timed("ship", lambda: confirm_shipments(by(), shipment_ids=shipment_ids))
        if "display" in steps:
            timed("display", lambda: self._display(order.order_id))
            timed("list", lambda: self._list(request.customer_id))
        if "invoice" in steps:
            timed(
                "invoice",
                lambda: invoice_shipments(by(), company_id=self.world.company_id, shipment_ids=shipment_ids),
            )

    def _display(self, order_id: int) -> None:
        from orders.entry.sheets import order_sheet

        assert order_sheet(f"SO-{order_id}", user=self.user)

    def _list(self, customer_id: int) -> None:
        from orders.entry.models import SalesOrder

        list(
            SalesOrder.objects.visible_to(self.user)
            .filter(customer=customer_id)
            .order_by("-submitted_at", "-id")
            .values("number", "submitted_at", "gross")[:40]
        )

    def pages(self, addresses: list[str], repeats: int = 7) -> dict[str, float]:
        """Median seconds the server takes for each page, signed in as the bench's user."""
        from django.conf import settings
        from django.test import Client

        settings.ALLOWED_HOSTS = ["testserver"]
        browser = Client()
        browser.force_login(self.user, backend="erp.kernel.access.RoleBackend")
        medians = {}
        for place in addresses:
            address, _, deep = place.partition("&deep=" if "&" in place else "?deep=")
            for _ in range(int(deep or 0)):
                answer = browser.get(address, headers={"HX-Request": "true"})
                cursors = re.findall(r"[?&](?:amp;)?after=([\w-]+)", answer.content.decode())
                address = re.sub(r"[?&]after=.*", "", address)
                address += ("&" if "?" in address else "?") + f"after={cursors[0]}"
            times = []
            for _ in range(repeats + 1):
                start = time.perf_counter()
                answer = browser.get(address, headers={"HX-Request": "true"})
                times.append(time.perf_counter() - start)
                assert answer.status_code == 200, (address, answer.status_code)
            medians[place] = statistics.median(times[1:])
        return medians

    def bill(self, shipment_ids: list[int], chunk: int) -> float:
        """Seconds to charge these shipments in transactions of `chunk`."""
        from billing.invoicing.actions.invoice_shipments import invoice_shipments
        from erp.kernel.command import By

        start = time.perf_counter()
        for place in range(0, len(shipment_ids), chunk):
            invoice_shipments(
                By(self.actor),
                company_id=self.world.company_id,
                shipment_ids=shipment_ids[place : place + chunk],
            )
        return time.perf_counter() - start

    def unbilled(self) -> list[int]:
        """Shipments of the bench company that wait to be charged."""
        from billing.models import Billable

        return sorted(
            set(
                Billable.objects.filter(
                    company=self.world.company_id, billed=0, withdrawn_at=None
                ).values_list("shipment_id", flat=True)
            )
        )
