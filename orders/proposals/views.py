"""Pages of price proposals: upload, the comparison with its impact, and what is decided about it."""

from io import BytesIO
from typing import Any

from django.db.models.functions import Abs
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from openpyxl import Workbook

from erp.kernel import export
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, DomainError
from erp.kernel.forms import Form
from erp.kernel.web import done, needs
from masterdata.agreements.forms import PriceForm
from masterdata.agreements.permissions import VIEW_PRICE
from masterdata.agreements.views import OfScope
from masterdata.models import Item
from masterdata.pages import timeline_of

from .actions.apply_proposal import bring_forward
from .actions.decide_proposal import approve_proposal, reject_proposal
from .actions.propose_prices import propose_prices
from .actions.revert_proposal import revert_proposal
from .forms import ApproveForm, ProposeForm, ReasonForm
from .lists import STATES, change_of, standing
from .models import PriceProposal
from .permissions import APPROVE_PRICES, PROPOSE_PRICES
from .queries import proposal_lines, proposal_list
from .sheets import TEMPLATE, read_prices, said_prices

SHOWN = 50  # of the changes that weigh most, and of the parked rows; the list has all of them


@needs(PROPOSE_PRICES)
def propose(request: HttpRequest) -> HttpResponse:
    """A file of prices becomes a proposal."""
    chosen = {"scope": request.GET.get("scope", "")}
    form = ProposeForm(request.POST or None, request.FILES or None, initial=chosen, user=request.user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = propose_prices(
                By(Actor.of(request.user)),
                scope_id=given["scope"].pk,
                title=given["title"],
                effective_on=given["effective_on"],
                rows=read_prices(given["file"].read(), given["scope"]),
                file_name=given["file"].name,
            )
        except DomainError as refusal:
            form.refuse(refusal, "file")
        else:
            return redirect("orders:price_proposal", made.proposal_id)
    status = 422 if form.errors else 200
    return render(request, "orders/proposals/propose.html", {"form": form}, status=status)


class ProposeOne(OfScope):
    """A single price of a set that is bought at, for somebody else to approve."""

    permission = PROPOSE_PRICES
    form_class = PriceForm
    title, verb = gettext_lazy("Propose a price"), gettext_lazy("Propose")

    def perform(self, by: By, form: PriceForm) -> str:
        given = form.cleaned_data
        item = Item.objects.filter(pk=given["item"]).first()
        target = {"item": item.code if item else "", "item_class": getattr(given["item_class"], "code", "")}
        price = {
            **target,
            "method": given["method"],
            "value": str(given["value"]),
            "unit": given["unit"].pk if given["unit"] else "",
            "min_quantity": str(given["min_quantity"] or 0),
        }
        made = propose_prices(
            by,
            scope_id=self.row.pk,
            title=given["reason"] or f"{target['item'] or target['item_class']} {self.row.code}",
            effective_on=given["valid_from"],
            rows=said_prices([price], self.row),
        )
        return reverse("orders:price_proposal", args=[made.proposal_id])


@require_GET
@needs(PROPOSE_PRICES)
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty file with our headings."""
    if kind not in export.WRITERS:
        raise Http404
    file = BytesIO()
    if kind == "csv":
        fields = [export.Field(heading) for heading in TEMPLATE]
        export.write_csv(export.Table(title="", caption="", fields=fields, rows=[]), file)
    else:
        book = Workbook(write_only=True)
        book.create_sheet("Prices").append(TEMPLATE)
        book.save(file)
    answer = HttpResponse(file.getvalue(), content_type=export.MIME[kind])
    answer["Content-Disposition"] = f'attachment; filename="prices.{kind}"'
    return answer


@require_GET
@needs(VIEW_PRICE)
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """What changes, what it would have meant last quarter, what is parked, and who may do what."""
    row = get_object_or_404(proposal_list(user=request.user), pk=pk)
    return render(request, "orders/proposals/proposal.html", _context(request, row))


def _context(request: HttpRequest, row: PriceProposal) -> dict[str, Any]:
    lines = proposal_lines(user=request.user).filter(proposal=row)
    changes = [(line, change_of(line)) for line in _heaviest(lines.filter(problem=""))]
    waits, decides = row.state == PriceProposal.State.PROPOSED, request.user.has_perm(APPROVE_PRICES)
    own = row.proposed_by == getattr(request.user, "username", "")
    applied = row.state == PriceProposal.State.APPLIED
    words = {"insert": _("Proposed"), "update": _("Changed")}
    return {
        "row": row,
        "chip": STATES[standing(row)],
        "changes": changes,
        "parked": lines.exclude(problem="").order_by("row")[:SHOWN],
        "all_lines": f"{reverse('orders:price_proposal_lines')}?view=all&proposal={row.pk}",
        "timeline": timeline_of(row, words, ("impact",)),
        "may_decide": waits and decides and not own,
        "own": waits and own,
        "may_activate": applied and decides and standing(row) == "scheduled",
        "may_revert": applied and decides,
        "approve_form": ApproveForm(auto_id="approve-%s", initial={"effective_on": row.effective_on}),
        "reject_form": ReasonForm(auto_id="reject-%s"),
        "revert_form": ReasonForm(auto_id="revert-%s"),
    }


def _heaviest(lines: Any) -> Any:
    """The rows that weigh most, either way."""
    return lines.order_by(Abs("impact").desc(), "row")[:SHOWN]


@require_POST
@needs(APPROVE_PRICES)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, and let a worker write the prices."""
    get_object_or_404(proposal_list(user=request.user), pk=pk)
    given = _valid(ApproveForm(request.POST))
    follows = approve_proposal(
        By(Actor.of(request.user)),
        proposal_id=pk,
        version=_version(request),
        effective_on=given["effective_on"],
    )
    return redirect("job", follows.job)


@require_POST
@needs(APPROVE_PRICES)
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn it down."""
    row = get_object_or_404(proposal_list(user=request.user), pk=pk)
    reason = _valid(ReasonForm(request.POST))["reason"]
    by = By(Actor.of(request.user), reason=reason)
    reject_proposal(by, proposal_id=pk, version=_version(request), reason=reason)
    text = _("%(title)s is rejected") % {"title": row.title}
    return done(request, text, back=reverse("orders:price_proposal", args=[pk]))


@require_POST
@needs(APPROVE_PRICES)
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let scheduled prices hold from today."""
    get_object_or_404(proposal_list(user=request.user), pk=pk)
    return redirect("job", bring_forward(By(Actor.of(request.user)), proposal_id=pk).job)


@require_POST
@needs(APPROVE_PRICES)
def revert(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the whole batch back."""
    get_object_or_404(proposal_list(user=request.user), pk=pk)
    reason = _valid(ReasonForm(request.POST))["reason"]
    by = By(Actor.of(request.user), reason=reason)
    return redirect("job", revert_proposal(by, proposal_id=pk, reason=reason).job)


def _valid(form: Form) -> dict[str, Any]:
    if not form.is_valid():
        field, problems = next(iter(form.errors.items()))
        raise BadInput(field=field, reason=str(problems[0]))
    return form.cleaned_data


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else 0
