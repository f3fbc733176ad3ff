"""Messages to customers: drafts to send or to waive, and the log of what was told."""

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.audit import signed
from erp.kernel.batch import Batch
from erp.kernel.clock import now
from erp.kernel.columns import Column
from erp.kernel.filters import Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage, Outcome, Tab
from erp.kernel.models import User
from erp.kernel.outbox import poke

from .actions.decide_messages import MessagesDecided, send_messages, waive_messages
from .forms import WaiveForm
from .models import DocumentMessage, OrderMessage
from .permissions import SEND_MESSAGE, VIEW_MESSAGE

STATES = {"draft": (_("To send"), "warn"), "sent": (_("Sent"), "ok"), "waived": (_("Waived"), "mute")}


def _decide(user: User, decide: Callable[[Batch], MessagesDecided], reason: str = "") -> Outcome:
    """A large selection is a job, whose chunk of work commits with its progress: so this joins its transaction."""
    actor = Actor.of(user)
    with signed(actor, reason):
        batch = Batch(actor, now())
        decided = decide(batch)
        batch.close()
    poke(batch.told)
    return Outcome(len(decided.message_ids), [f"{order}: {why}" for order, why in decided.refused])


def _send(user: User, ids: list[int]) -> Outcome:
    return _decide(user, lambda batch: send_messages.inside(batch, message_ids=ids))


def _waive(user: User, ids: list[int], reason: str) -> Outcome:
    return _decide(user, lambda batch: waive_messages.inside(batch, message_ids=ids, reason=reason), reason)


class MessageFilters(Filters):
    q = SearchFilter(
        exact=("order__number", "order__customer__party__code"),
        contains=("order__customer__party__search",),
        label=_("Order or customer"),
    )

    class Meta:
        model = OrderMessage
        fields: list[str] = []


class MessageList(ListPage):
    """What customers are to be told, the newest first."""

    title, noun = _("Customer notices"), _("notices")
    permission = VIEW_MESSAGE
    filters = MessageFilters
    columns = (
        Column("order__number", _("Order"), "code"),
        Column("order__customer__party__name", _("Customer")),
        Column("state", _("State"), "chip", states=STATES),
        Column("subject", _("Subject")),
        Column("body", _("Text"), value=lambda row: row.body.partition("\n\n")[2].replace("\n", " ")),
        Column("recipient", _("To")),
        Column("language", _("Language"), optional=True),
        Column("drafted_at", _("Drafted"), "instant", sort="drafted_at"),
        Column("decided_by", _("By"), optional=True),
        Column("decided_at", _("Decided"), "instant", optional=True),
        Column("reason", _("Why not"), optional=True),
        Column("delivered_at", _("Delivered"), "instant", optional=True),
    )
    tabs = (
        Tab("draft", _("To send"), Q(state="draft")),
        Tab("late", _("Bad news"), Q(state="draft", later=True)),
        Tab("sent", _("Sent"), Q(state="sent")),
        Tab("waived", _("Waived"), Q(state="waived")),
        Tab("all", _("All")),
    )
    actions = (
        BulkAction(
            "send", _("Send"), SEND_MESSAGE, _send, ngettext_lazy("%(n)d notice sent", "%(n)d notices sent", "n"),
            icon="send", confirm=_("{n} notices are sent to their customers."),
        ),
        BulkAction(
            "waive", _("Do not send"), SEND_MESSAGE, _waive,
            ngettext_lazy("%(n)d notice waived", "%(n)d notices waived", "n"), icon="x", form=WaiveForm,
        ),
    )  # fmt: skip
    default_sort = "-drafted_at"
    empty_title = _("Nobody needs to be told anything")
    empty_text = _("When a promised date changes, the notice to the customer waits here.")

    def queryset(self, user: User) -> QuerySet[OrderMessage]:
        return OrderMessage.objects.visible_to(user).select_related("order__customer__party")

    def row_url(self, row: OrderMessage) -> str:
        return reverse("orders:message", args=[row.pk])

    def peek_url(self, row: OrderMessage) -> str:
        return reverse("orders:message", args=[row.pk])


class DocumentFilters(Filters):
    q = SearchFilter(exact=("number",), contains=("recipient",), label=_("Document or address"))

    class Meta:
        model = DocumentMessage
        fields: list[str] = []


class DocumentList(ListPage):
    """Documents that were sent to customers, the newest first."""

    title, noun = _("Documents sent"), _("documents")
    permission = VIEW_MESSAGE
    filters = DocumentFilters
    columns = (
        Column("number", _("Document"), "code"),
        Column("recipient", _("To")),
        Column("subject", _("Subject")),
        Column("language", _("Language"), optional=True),
        Column("sent_by", _("By")),
        Column("sent_at", _("Sent"), "instant", sort="sent_at"),
        Column("delivered_at", _("Delivered"), "instant"),
    )
    tabs = (
        Tab("all", _("All")),
        Tab("waiting", _("On their way"), Q(delivered_at=None)),
    )
    default_sort = "-sent_at"
    empty_title = _("No document was sent")
    empty_text = _("A quote that is sent to its customer stands here until the mail server has taken it.")

    def queryset(self, user: User) -> QuerySet[DocumentMessage]:
        return DocumentMessage.objects.visible_to(user)
