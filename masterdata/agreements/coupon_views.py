"""Coupons: the list of them, a new one of a promotion, its end and limits."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from masterdata.pages import values_of

from .actions.change_coupon import change_coupon
from .actions.issue_coupon import issue_coupon
from .forms import ChangeCouponForm, CouponForm
from .models import Coupon, PriceScope
from .permissions import VIEW_PRICE
from .queries import coupon_list
from .views import SCOPES, OfScope, in_effect

USED_UP = Q(most_uses__isnull=False, used__gte=F("most_uses"))


class CouponFilters(Filters):
    q = SearchFilter(label=_("Code or promotion"), contains=["code", "scope__name", "scope__code"])
    scope = FacetFilter(label=_("Promotion"), choices=list)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = PriceScope.objects.filter(pk__in=self.queryset.values("scope")).values_list("pk", "code")
        self.form.fields["scope"].choices = [("", _("Any")), *scopes]


class CouponList(ListPage):
    title, noun = _("Coupons"), _("coupons")
    permission = VIEW_PRICE
    filters = CouponFilters
    columns = (
        Column("code", _("Code"), "code", sort="code"),
        Column("scope", _("Promotion")),
        Column("scope__funded_by", _("Paid for by"), value=lambda row: row.scope.funded_by or _("ourselves")),
        Column("valid_from", _("From"), "day", sort="valid_from"),
        Column("valid_to", _("Until before"), "day"),
        Column("used", _("Used"), "quantity", sort="used"),
        Column("most_uses", _("Orders in all"), "quantity"),
        Column("most_per_customer", _("Orders of each customer"), "quantity"),
    )
    tabs = (
        Tab("now", _("Can be used"), lambda user: in_effect(user) & ~USED_UP),
        Tab("used", _("Used up"), lambda user: USED_UP),
        Tab("next", _("To come"), lambda user: Q(valid_from__gt=timezone.localdate())),
        Tab("all", _("All")),
    )
    default_sort = "-valid_from"
    empty_title = _("No coupons yet")
    empty_text = _("A promotion's page issues them: a code that customers say with their order.")

    def queryset(self, user: User) -> QuerySet[Coupon]:
        return coupon_list(user=user)

    def row_url(self, row: Coupon) -> str:
        return SCOPES.url(row.scope)


class CouponIssue(OfScope):
    form_class = CouponForm
    title, verb = _("New coupon"), _("Issue")

    def perform(self, by: By, form: CouponForm) -> str:
        issue_coupon(by, scope_id=self.row.pk, **form.changes())
        return self.there()


class CouponChange(OfScope):
    form_class = ChangeCouponForm
    title, verb = _("Coupon"), _("Save")
    coupon: Coupon

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.coupon = get_object_or_404(coupon_list(user=request.user), pk=kwargs["pk"])
        self.row = self.coupon.scope

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return values_of(self.coupon, ("valid_to", "most_uses", "most_per_customer", "version"))

    def perform(self, by: By, form: ChangeCouponForm) -> str:
        change_coupon(by, coupon_id=self.coupon.pk, version=form.opened_on, **form.changes())
        return reverse("masterdata:price_scope", args=[self.row.pk])
