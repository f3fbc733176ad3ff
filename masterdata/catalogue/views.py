"""Suppliers' catalogues: the list, a row, a new list taken, a row sold; and items put forward to be kept in stock."""

from io import BytesIO
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from django_filters import ModelChoiceFilter

from erp.kernel import export
from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.filters import Filters
from erp.kernel.lists import BulkAction, ListPage, Outcome, Tab
from erp.kernel.models import User
from erp.kernel.templatetags.ui import money
from erp.kernel.web import needs
from masterdata.items.views import ItemSearch
from masterdata.pages import Fact, Link, OfRecord, RecordPage, Records

from .actions.load_catalogue import load_catalogue
from .actions.promote_item import decide_promotion
from .actions.set_up_item import set_up_item
from .forms import LoadForm, SetUpForm
from .models import CatalogueItem, Promotion
from .permissions import CHANGE_CATALOGUE, PROMOTE_ITEM, SELL_FROM_CATALOGUE, VIEW_CATALOGUE
from .queries import catalogue_list, compared, open_promotions, sellers
from .sheets import TEMPLATE, ReadRow, problems_of, read_catalogue

CATALOGUE = Records(_("Catalogues"), "masterdata:catalogue", catalogue_list)
SHOWN = 50  # of the rows that change, and of those that cannot be taken


class CatalogueFilters(Filters):
    q = ItemSearch(label=_("Supplier's number or name"))
    supplier = ModelChoiceFilter(label=_("Supplier"), queryset=sellers, empty_label=_("Any"))


class CatalogueList(ListPage):
    """Everything that suppliers offer."""

    title, noun = CATALOGUE.plural, _("rows")
    permission = VIEW_CATALOGUE
    template = "masterdata/catalogue/list.html"
    filters = CatalogueFilters
    columns = (
        Column("code", _("Number"), "code", sort="code"),
        Column("name", _("Name")),
        Column("supplier__party__name", _("Supplier")),
        Column("item__code", _("Our item"), "code"),
        Column("cost", _("Cost"), "money", places=4, permission="masterdata.view_cost"),
        Column("unit_id", _("Unit"), "code"),
        Column("lead_time_days", _("Lead time, days"), "number"),
    )
    tabs = (
        Tab("all", _("All")),
        Tab("new", _("Not set up"), Q(item=None)),
        Tab("ours", _("Our items"), Q(item__isnull=False)),
    )
    default_sort = "code"
    empty_title = _("No catalogue yet")
    empty_text = _("Load a supplier's list: what stands in it can be sold at once and bought for the order.")

    def queryset(self, user: User) -> QuerySet[CatalogueItem]:
        return catalogue_list(user=user)

    def row_url(self, row: CatalogueItem) -> str:
        return CATALOGUE.url(row)


class CatalogueRecord(RecordPage):
    of = CATALOGUE
    permission = VIEW_CATALOGUE
    record = "masterdata.catalogue"

    def context(self, request: HttpRequest, row: CatalogueItem) -> dict[str, Any]:
        sees_cost = request.user.has_perm("masterdata.view_cost")
        days = row.lead_time_days if row.lead_time_days is not None else row.supplier.lead_time_days
        set_up = reverse("masterdata:catalogue_set_up", args=[row.pk])
        return {
            "lead": row.name,
            "facts": [
                Fact(_("Supplier"), row.supplier.party.name),
                Fact(_("Unit"), row.unit_id),
                *(
                    [Fact(_("Cost"), f"{row.supplier.company.currency} {money(row.cost, 4)}")]
                    if sees_cost
                    else []
                ),
                Fact(_("Lead time, days"), days),
                Fact(_("Returnable"), _("yes") if row.returnable else _("no")),
                Fact(
                    _("Our item"),
                    row.item.code if row.item else _("not set up"),
                    reverse("masterdata:item", args=[row.item_id]) if row.item_id else "",
                ),
            ],
            "links": []
            if row.item_id
            else [Link(_("Sell this item"), set_up, SELL_FROM_CATALOGUE, "shopping-cart", True)],
        }

    def hidden_from(self, request: HttpRequest) -> tuple[str, ...]:
        return () if request.user.has_perm("masterdata.view_cost") else ("cost",)


class SetUp(OfRecord):
    """An item of ours from a supplier's row, bought for each order from now on."""

    of = CATALOGUE
    permission = SELL_FROM_CATALOGUE
    form_class = SetUpForm
    title, verb = _("Sell this item"), _("Create item")
    row: CatalogueItem

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {"code": "".join(self.row.code.upper().split())[:40]}

    def perform(self, by: By, form: SetUpForm) -> str:
        made = set_up_item(by, catalogue_item_id=self.row.pk, **form.changes())
        return reverse("masterdata:item", args=[made.item_id])

    def done(self, form: Any) -> Any:
        text = _t("%(code)s can be ordered now; it is bought for each order.")
        return text % {"code": form.cleaned_data["code"].upper()}


@require_http_methods(["GET", "POST"])
@needs(CHANGE_CATALOGUE)
def load(request: HttpRequest) -> HttpResponse:
    """A supplier's list: what it would change, or does."""
    form = LoadForm(request.user, request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            context |= _loaded(request, form)
        except DomainError as error:
            form.refuse(error, "file")
    return render(request, "masterdata/catalogue/load.html", context, status=422 if form.errors else 200)


def _loaded(request: HttpRequest, form: LoadForm) -> dict[str, Any]:
    given = form.cleaned_data
    read: list[ReadRow] = read_catalogue(given["file"].read())
    rows = [each.row for each in read if each.row is not None]
    found, supplier = compared(given["supplier"].pk, rows), given["supplier"]
    if not given["check_only"] and rows:
        load_catalogue(By(Actor.of(request.user)), supplier_id=supplier.pk, rows=rows)
    problems = problems_of(read)
    changes = [(each.row, [(name, was, each.row.kept.get(name)) for name, was in each.before.items()])
               for each in found.changed[:SHOWN]]  # fmt: skip
    return {
        "found": found, "taken": not given["check_only"], "changes": changes, "new": found.new[:SHOWN],
        "problems": problems[:SHOWN], "problem_count": len(problems), "chosen": supplier,
    }  # fmt: skip


@require_GET
@needs(CHANGE_CATALOGUE)
def template(request: HttpRequest) -> HttpResponse:
    """An empty list with our headings."""
    file = BytesIO()
    fields = [export.Field(heading) for heading in TEMPLATE]
    export.write_csv(export.Table(title="", caption="", fields=fields, rows=[]), file)
    answer = HttpResponse(file.getvalue(), content_type=export.MIME["csv"])
    answer["Content-Disposition"] = 'attachment; filename="catalogue.csv"'
    return answer


# Kept in stock from now on -----------------------------------------------------------------------


def _decide(approve: bool) -> Any:
    def run(user: User, ids: list[int]) -> Outcome:
        outcome = Outcome(0)
        for promotion_id in sorted(open_promotions().filter(pk__in=ids).values_list("pk", flat=True)):
            try:
                decide_promotion(By(Actor.of(user)), promotion_id=promotion_id, approve=approve)
            except DomainError as error:
                outcome.refused.append(str(error))
            else:
                outcome.done += 1
        return outcome

    return run


class PromotionList(ListPage):
    """Items from catalogues that somebody wants to keep in stock; somebody else approves."""

    title, noun = _("Put in stock"), _("items")
    permission = PROMOTE_ITEM
    columns = (
        Column("item__code", _("Item"), "code", sort="item__code"),
        Column("item__name", _("Name")),
        Column("reason", _("Reason")),
        Column("proposed_by__name", _("Proposed by")),
        Column("proposed_at", _("Proposed"), "instant", sort="proposed_at"),
    )
    actions = (
        BulkAction(
            "approve", _("Keep in stock"), PROMOTE_ITEM, _decide(True),
            past=ngettext_lazy("%(n)d item is kept in stock", "%(n)d items are kept in stock", "n"),
            confirm=_("{n} items are kept in stock from now on; new lines are served from there."),
        ),
        BulkAction(
            "decline", _("Turn down"), PROMOTE_ITEM, _decide(False), icon="x",
            past=ngettext_lazy("%(n)d proposal turned down", "%(n)d proposals turned down", "n"),
        ),
    )  # fmt: skip
    default_sort = "proposed_at"
    empty_title = _("Nothing to approve")
    empty_text = _("Items that are ordered often enough are proposed from the list of candidates.")

    def queryset(self, user: User) -> QuerySet[Promotion]:
        return open_promotions()

    def row_url(self, row: Promotion) -> str:
        return reverse("masterdata:item", args=[row.item_id])
