"""The list of drafts."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from orders.entry.actions.submit_order import SUBMIT
from orders.entry.models import OrderDraft

from .queries import draft_list


class DraftList(ListPage):
    """Orders that are still being written."""

    title, noun = _("Drafts"), _("drafts")
    permission = SUBMIT
    columns = (
        Column("pk", _("Draft"), "code", value=str),
        Column("customer__party__name", _("Customer"), note=lambda draft: draft.customer_po),
        Column("lines", _("Lines"), "number", value=lambda draft: len(draft.lines)),
        Column("created_by__name", _("By")),
        Column("saved_at", _("Saved"), "instant", sort="saved_at"),
    )
    tabs = (Tab("mine", _("Mine"), lambda user: Q(created_by=user)), Tab("all", _("All")))
    default_sort = "-saved_at"
    empty_title = _("No draft is waiting")

    def queryset(self, user: User) -> QuerySet[OrderDraft]:
        return draft_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:draft", args=[row.public_id])
