"""The intake queue: every document of every channel, with what it waits for."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage, Outcome, Tab
from erp.kernel.models import User
from orders.entry.models import SalesOrder

from .actions.assign_documents import assign_documents
from .actions.discard_document import discard_document
from .actions.intake_order import INTAKE_ORDER
from .actions.resend_messages import resend_messages
from .actions.resubmit_lines import resubmit_lines
from .actions.retake_document import retake_document
from .answering import ELECTRONIC
from .forms import DropForm
from .models import IntakeDocument, OutboundMessage
from .queries import WAITS, intake_documents, outbound_messages

CHANNELS = dict(SalesOrder.Channel.choices)
STATES = {
    "received": (_("Received"), "info"),
    "accepted": (_("Accepted"), "ok"),
    "partly": (_("Partly accepted"), "warn"),
    "parked": (_("Parked"), "bad"),
    "duplicate": (_("Duplicate"), "mute"),
    "closed": (_("Dropped"), "mute"),
}
MESSAGE_STATES = {
    "waiting": (_("To be sent"), "info"),
    "sent": (_("Sent"), "ok"),
    "confirmed": (_("Confirmed"), "ok"),
    "rejected": (_("Rejected by the partner"), "bad"),
}


class DocumentFilters(Filters):
    """By order, number, source and key."""

    q = SearchFilter(
        exact=("order__number", "reference", "source", "key"), label=_("Order, PO number, source or key")
    )
    channel = FacetFilter(label=_("Channel"), choices=SalesOrder.Channel.choices)
    state = FacetFilter(label=_("State"), choices=IntakeDocument.State.choices)

    class Meta:
        model = IntakeDocument
        fields: list[str] = []


def resubmit(user: User, document: IntakeDocument) -> None:
    """Ask again for whatever of a document waits: all of it, or its waiting lines as last corrected."""
    by = By(Actor.of(user))
    electronic = document.delivery is not None and document.delivery.standard in ELECTRONIC
    if electronic and document.order_id is None:
        retake_document(by, document_id=document.pk)
    else:
        resubmit_lines(by, document_id=document.pk, corrections=[], lines=[])


def _each(user: User, ids: list[int], do: Callable[[IntakeDocument], None]) -> Outcome:
    """Do it to each chosen document in a transaction of its own; what is refused is told, the others go on."""
    made = Outcome(0)
    for document in intake_documents(user=user).filter(pk__in=ids).order_by("pk"):
        try:
            do(document)
        except DomainError as refusal:
            made.refused.append(f"{document.reference or document.source}: {refusal}")
        else:
            made.done += 1
    return made


def _resubmit(user: User, ids: list[int]) -> Outcome:
    return _each(user, ids, lambda document: resubmit(user, document))


def _discard(user: User, ids: list[int], reason: str) -> Outcome:
    by = By(Actor.of(user), reason=reason)
    return _each(user, ids, lambda document: _drop(by, document.pk, reason))


def _drop(by: By, document_id: int, reason: str) -> None:
    discard_document(by, document_id=document_id, reason=reason)


def _take_over(user: User, ids: list[int]) -> int:
    assign_documents(By(Actor.of(user)), document_ids=sorted(ids), owner_id=user.pk)
    return len(ids)


class DocumentList(ListPage):
    """Everything that any channel delivered, newest first; what waits comes first as a tab."""

    title, noun = _("Intake queue"), _("documents")
    permission = INTAKE_ORDER
    template = "orders/channels/queue.html"
    columns = (
        Column("reference", _("Document"), "code", value=lambda row: row.reference or row.payload.get("customer_po")),
        Column("channel", _("Channel"), value=lambda row: CHANNELS[row.channel], note=lambda row: row.kind),
        Column("partner", _("Partner"), value=lambda row: _whose(row)),
        Column("state", _("State"), "chip", states=STATES),
        Column("why", _("Why it waits")),
        Column("waiting", _("Lines waiting"), "number"),
        Column("order__number", _("Order"), "code"),
        Column("owner__name", _("Owner")),
        Column("source", _("Source"), optional=True),
        Column("received_at", _("Age"), "age", sort="id", ages=(1, 3)),
    )  # fmt: skip
    filters = DocumentFilters
    tabs = (
        Tab("waiting", _("Waiting"), Q(state="parked") | Q(state="partly", waiting__gt=0)),
        Tab("mine", _("Mine"), lambda user: Q(owner=user, state__in=WAITS)),
        Tab("all", _("All")),
    )
    actions = (
        BulkAction(
            "resubmit", _("Resubmit"), INTAKE_ORDER, _resubmit,
            ngettext_lazy("%(n)d document resubmitted", "%(n)d documents resubmitted", "n"), icon="refresh-cw",
        ),
        BulkAction(
            "take", _("Take over"), INTAKE_ORDER, _take_over,
            ngettext_lazy("%(n)d document is yours", "%(n)d documents are yours", "n"), icon="user",
        ),
        BulkAction(
            "drop", _("Drop"), INTAKE_ORDER, _discard,
            ngettext_lazy("%(n)d document dropped", "%(n)d documents dropped", "n"), icon="trash-2", form=DropForm,
        ),
    )  # fmt: skip
    siblings = ((_("Desk"), "orders:intake_desk_list"),)
    default_sort = "-received_at"
    empty_title = _("Nothing waits")
    empty_text = _("Files, e-mails and interfaces deliver orders here, each with what became of it.")

    def queryset(self, user: User) -> QuerySet[IntakeDocument]:
        return intake_documents(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:intake_document", args=[row.pk])


def _whose(row: IntakeDocument) -> str:
    if row.partner is not None:
        return str(row.partner.customer.party)
    return str(row.payload.get("customer") or "")


class MessageFilters(Filters):
    """By number, file and kind."""

    q = SearchFilter(
        exact=("reference", "file_name", "document__order__number"), label=_("Number, file or order")
    )
    kind = FacetFilter(
        label=_("Kind"), choices=[(kind, kind) for kind in ("855", "997", "TA1", "ORDRSP", "CONTRL")]
    )
    state = FacetFilter(label=_("State"), choices=OutboundMessage.State.choices)

    class Meta:
        model = OutboundMessage
        fields: list[str] = []


def _resend(user: User, ids: list[int]) -> int:
    return resend_messages(By(Actor.of(user)), message_ids=sorted(ids)).count


class MessageList(ListPage):
    """Acknowledgements that went to trading partners, or will."""

    title, noun = _("Acknowledgements"), _("messages")
    permission = INTAKE_ORDER
    columns = (
        Column("file_name", _("File"), "code"),
        Column("kind", _("Kind")),
        Column("reference", _("Answers"), "code"),
        Column("partner__customer__party", _("Partner")),
        Column("document__order__number", _("Order"), "code"),
        Column("state", _("State"), "chip", states=MESSAGE_STATES),
        Column("times_sent", _("Times sent"), "number", optional=True),
        Column("made_at", _("Made"), "instant", sort="id"),
    )
    filters = MessageFilters
    actions = (
        BulkAction(
            "resend", _("Send again"), INTAKE_ORDER, _resend,
            ngettext_lazy("%(n)d message is sent again", "%(n)d messages are sent again", "n"), icon="send",
        ),
    )  # fmt: skip
    default_sort = "-made_at"
    empty_title = _("Nothing was answered yet")
    empty_text = _("Electronic orders are acknowledged here, where their partner wants it.")

    def queryset(self, user: User) -> QuerySet[OutboundMessage]:
        return outbound_messages(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:outbound_message", args=[row.pk])
