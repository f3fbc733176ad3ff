"""Disputes as a reader may see them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from billing.disputes.models import Dispute, DisputeOutcome
from billing.receivables.models import Deduction
from erp.kernel.formats import write_day, write_number
from erp.kernel.models import Decision, User

_WAITING = DisputeOutcome.objects.filter(dispute=OuterRef("pk"), state=DisputeOutcome.State.WAITING)


def dispute_list(*, user: Any) -> QuerySet[Dispute]:
    """Disputes in scope with what a row shows; `waits`: somebody has proposed to write off."""
    rows = Dispute.objects.visible_to(user).select_related(
        "customer__party", "company", "item__invoice", "owner", "receipt"
    )
    return rows.annotate(waits=Exists(_WAITING)).order_by("due_on", "pk")


def open_disputes(*, user: Any) -> QuerySet[Dispute]:
    """Those that wait for somebody."""
    return dispute_list(user=user).filter(closed_at=None)


def write_off_list(*, user: Any) -> QuerySet[DisputeOutcome]:
    """Write-offs of disputes in scope, whatever came of them, newest first."""
    rows = DisputeOutcome.objects.filter(
        kind=DisputeOutcome.Kind.WRITTEN_OFF, dispute__in=Dispute.objects.visible_to(user)
    )
    return rows.select_related("dispute__customer__party", "dispute__item__invoice").order_by("-pk")


def outcomes_of(dispute: Dispute) -> QuerySet[DisputeOutcome]:
    """What came of a dispute, in order."""
    return dispute.outcomes.select_related("memo").order_by("pk")


def story(dispute: Dispute) -> list[dict[str, Any]]:
    """What happened to a dispute, newest first."""
    decisions = Decision.objects.filter(subject="billing.dispute", subject_id=dispute.pk).order_by("-pk")
    owners = {each.outcome.get("to") for each in decisions if each.verb == "billing.assign_disputes"}
    names = dict(User.objects.filter(pk__in=owners - {None}).values_list("pk", "name"))
    return [
        {
            "what": _what(each.verb, each.outcome, names),
            "who": each.actor,
            "at": each.recorded_at,
            "text": _said(each.outcome),
        }
        for each in decisions
    ]


def _what(verb: str, outcome: dict[str, Any], names: dict[int, str]) -> str:
    amount = write_number(Decimal(outcome["amount"]), 2) if "amount" in outcome else ""
    kinds = DisputeOutcome.Kind
    words = {
        "open_dispute": _("Opened over %(amount)s") % {"amount": amount},
        "assign_disputes": _("Assigned to %(name)s")
        % {"name": names.get(outcome.get("to") or 0, _("nobody"))},
        "change_dispute": _("Changed: %(kind)s") % {"kind": _label(outcome.get("kind"))},
        "close_disputes": kinds(outcome["kind"]).label if "kind" in outcome and "note" in outcome else "",
        "shrink_dispute": f"{kinds(outcome['by']).label}: {amount}" if "by" in outcome else "",
        "credit_dispute": _("Credited: %(amount)s") % {"amount": amount},
        "write_off_dispute": (
            _("Write-off of %(amount)s proposed") if outcome.get("waits") else _("Written off: %(amount)s")
        )
        % {"amount": amount},
        "approve_write_offs": _("Write-off of %(amount)s approved") % {"amount": amount},
        "refuse_write_offs": _("Write-off refused"),
        "take_back_write_off": _("Write-off of %(amount)s taken back") % {"amount": amount},
    }
    return str(words.get(verb.removeprefix("billing."), verb))


def _label(kind: Any) -> str:
    return str(Deduction(kind).label) if kind in Deduction.values else ""


def _said(outcome: dict[str, Any]) -> str:
    said = str(outcome.get("reason") or outcome.get("note") or "")
    if outcome.get("due_on") and outcome.get("due_on") != outcome.get("was_due_on"):
        day = _("due %(day)s") % {"day": write_day(date.fromisoformat(outcome["due_on"]))}
        return f"{day}: {said}" if said else day
    return said
