"""Blanket orders on the page of their customer and beside a desk's line, and the way from the desk to a new one."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erp.kernel.sections import section
from masterdata.models import Customer
from orders.desk.rules import LineOfDraft
from orders.entry.models import OrderDraft

from .forms import SaveForm
from .permissions import VIEW_BLANKET, WRITE_BLANKET
from .queries import frames_of


@section("orders.draft", WRITE_BLANKET, title=_("Save as blanket order"), order=20)
def save_as_blanket(request: HttpRequest, draft: OrderDraft) -> tuple[str, dict[str, Any]]:
    """The draft's quantities become a customer's commitment."""
    form = SaveForm(
        initial={"version": draft.version, "valid_from": timezone.localdate()}, auto_id="blanket-%s"
    )
    return "orders/blankets/_save_as.html", {"form": form, "draft": draft}


@section("orders.draft_line", VIEW_BLANKET, title=_("Blanket orders"), order=10)
def frames_of_line(request: HttpRequest, line: LineOfDraft) -> tuple[str, dict[str, Any]] | None:
    """What the customer may call off of the line's item instead of ordering it."""
    found = frames_of(line.customer_id, user=request.user, item_id=line.item_id)
    return ("orders/blankets/_of_line.html", {"frames": found}) if found else None


@section("masterdata.customer", VIEW_BLANKET, title=_("Running blanket orders"), order=41)
def running_frames(request: HttpRequest, customer: Customer) -> tuple[str, dict[str, Any]] | None:
    """What the customer has committed to and not called off yet."""
    found = frames_of(customer.pk, user=request.user)
    return ("orders/blankets/_of_customer.html", {"frames": found}) if found else None
