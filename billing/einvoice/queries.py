"""E-invoices as a reader may see them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.einvoice.models import EInvoice, EInvoiceDocument
from billing.exceptions.queries import Happening
from erp.kernel.models import Decision, User

SAID = {
    "billing.keep_einvoice": gettext_lazy("Made"),
    "billing.regenerate_einvoices": gettext_lazy("To be made again"),
    "billing.send_einvoice": gettext_lazy("Sent"),
    "billing.report_einvoice": gettext_lazy("Reported"),
    "billing.assign_einvoices": gettext_lazy("Assigned"),
    "billing.waive_einvoices": gettext_lazy("Settled otherwise"),
}


def einvoice_list(*, user: Any) -> QuerySet[EInvoice]:
    """E-invoices in scope with what a row shows, newest first."""
    rows = EInvoice.objects.visible_to(user).select_related(
        "invoice__order", "customer__party", "company", "owner"
    )
    return rows.order_by("-pk")


def to_work(*, user: Any) -> QuerySet[EInvoice]:
    """Those that failed or were rejected."""
    return einvoice_list(user=user).filter(state__in=EInvoice.TO_WORK)


def archived(einvoice: EInvoice) -> QuerySet[EInvoiceDocument]:
    """Its revisions, newest first, without their files."""
    return einvoice.documents.defer("xml", "pdf").order_by("-revision")


def story(einvoice: EInvoice) -> list[Happening]:
    """What happened to it, newest first."""
    decisions = list(
        Decision.objects.filter(subject="billing.einvoice", subject_id=einvoice.pk, verb__in=SAID)
    )
    owners = {one.outcome["to"] for one in decisions if one.verb == "billing.assign_einvoices"} - {None}
    names = dict(User.objects.filter(pk__in=owners).values_list("pk", "name"))
    entries = [Happening(_("Requested"), einvoice.invoice.posted_by, einvoice.requested_at)]
    entries += [
        Happening(str(SAID[one.verb]), one.actor, one.recorded_at, _told(one.verb, one.outcome, names))
        for one in decisions
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _told(verb: str, outcome: dict[str, Any], names: dict[int, str]) -> str:
    if verb == "billing.keep_einvoice":
        if not outcome["valid"]:
            return _("Not valid: %(rules)s") % {"rules": ", ".join(outcome["rules"])}
        to = _(", sent to %(to)s") % {"to": outcome["to"]} if outcome["to"] else ""
        return _("Revision %(n)s archived%(to)s") % {"n": outcome["revision"], "to": to}
    if verb == "billing.assign_einvoices":
        return names.get(outcome["to"], _("Nobody"))
    if verb == "billing.report_einvoice":
        said = EInvoice.State(outcome["said"]).label
        return ": ".join(filter(None, (str(said), outcome["reason"])))
    return str(outcome.get("reason") or outcome.get("to") or "")
