"""Which right releases which hold (OC05), and how each is called."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.access import permit

RELEASE_RIGHT = {
    "credit": permit("orders.release_credit_hold", "finance", "process_owner"),
    "price": permit("orders.release_price_hold", "process_owner", "finance"),
    "margin": permit("orders.release_price_hold", "process_owner", "finance"),
    "override": permit("orders.release_price_hold", "process_owner", "finance"),
    "blocked": permit("orders.release_blocked_hold", "finance", "process_owner"),
    "po_missing": permit("orders.release_data_hold", "customer_service", "process_owner"),
    "overdue": permit("orders.release_credit_hold", "finance", "process_owner"),
    "minimum": permit("orders.release_minimum_hold", "customer_service", "process_owner"),
    "po_twice": permit("orders.release_data_hold", "customer_service", "process_owner"),
    "quantity": permit("orders.release_data_hold", "customer_service", "process_owner"),
    "item": permit("orders.release_item_hold", "process_owner"),
    "address": permit("orders.release_data_hold", "customer_service", "process_owner"),
    "export": permit("orders.release_export_hold", "process_owner"),
    "data": permit("orders.release_data_hold", "customer_service", "process_owner"),
    "rule": permit("orders.release_rule_hold", "process_owner"),
    "rush": permit("orders.release_rush_hold", "process_owner"),
    "manual": permit("orders.release_data_hold", "customer_service", "process_owner"),
}
BY_RULE = ("rule", "data", "export")  # kinds that an order rule may place: they differ in who releases them

HOLDS = {
    "credit": (_("Credit limit"), "bad"),
    "price": (_("Price"), "warn"),
    "margin": (_("Margin below floor"), "warn"),
    "override": (_("Price beyond authority"), "warn"),
    "blocked": (_("Customer blocked"), "bad"),
    "po_missing": (_("Customer PO missing"), "warn"),
    "overdue": (_("Payer overdue"), "bad"),
    "minimum": (_("Below minimum order"), "warn"),
    "po_twice": (_("Customer PO repeated"), "warn"),
    "quantity": (_("Unusual quantity"), "warn"),
    "item": (_("Item blocked"), "bad"),
    "address": (_("Address incomplete"), "warn"),
    "export": (_("Export control"), "bad"),
    "data": (_("Master data missing"), "warn"),
    "rule": (_("Order rule"), "warn"),
    "rush": (_("Rush beyond quota"), "warn"),
    "manual": (_("Held by hand"), "info"),
}
