"""The overview and what explains it, in the menus of those who steer."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from reporting.kpis.permissions import VIEW_FIGURES, VIEW_PROOFS

STEERING = ("executive", "process_owner")

nav.link(
    role=STEERING, group="", label=_("Overview"), icon="chart-column", url_name="reporting:board",
    permission=VIEW_FIGURES, order=1,
)  # fmt: skip
for order, (label, icon, url_name) in enumerate(
    (
        (_("Orders"), "trending-up", "reporting:order_documents"),
        (_("Service levels"), "gauge", "reporting:line_documents"),
        (_("Invoices"), "receipt-text", "reporting:invoice_documents"),
        (_("Stock value"), "warehouse", "reporting:stock_documents"),
    ),
    20,
):
    nav.link(
        role="executive", group=_("Insight"), label=label, icon=icon, url_name=url_name, permission=VIEW_FIGURES,
        order=order,
    )  # fmt: skip
nav.link(
    role=STEERING, group=_("Trust"), label=_("What the figures mean"), icon="library", url_name="reporting:kpis",
    permission=VIEW_FIGURES, order=80,
)  # fmt: skip
nav.link(
    role=("process_owner", "finance", "administrator"), group=_("Trust"), label=_("Proofs"), icon="shield-check",
    url_name="reporting:proofs", permission=VIEW_PROOFS, order=81,
)  # fmt: skip
