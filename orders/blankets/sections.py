"""The way from the order desk to a blanket order."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erp.kernel.sections import section
from orders.entry.models import OrderDraft

from .forms import SaveForm
from .permissions import WRITE_BLANKET


@section("orders.draft", WRITE_BLANKET, title=_("Save as blanket order"), order=20)
def save_as_blanket(request: HttpRequest, draft: OrderDraft) -> tuple[str, dict[str, Any]]:
    """The draft's quantities become a customer's commitment."""
    form = SaveForm(
        initial={"version": draft.version, "valid_from": timezone.localdate()}, auto_id="blanket-%s"
    )
    return "orders/blankets/_save_as.html", {"form": form, "draft": draft}
