"""Companies, sites, zones, bins and periods."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from masterdata.pages import CreatePage, Fact, Link, OfRecord, RecordPage, Records

from .actions.change_bin import change_bin
from .actions.change_site import change_site
from .actions.create_site import create_site
from .actions.create_zone import create_zone
from .actions.generate_bins import generate_bins
from .forms import DAYS, BinForm, ChangeSiteForm, CreateSiteForm, GenerateBinsForm, ZoneForm, chosen_days
from .models import AccountingPeriod, Bin, Company, Site
from .permissions import CHANGE_BIN, CHANGE_SITE, VIEW_PLACE
from .queries import bin_list, company_list, period_list, site_list

COMPANIES = Records(_("Companies"), "masterdata:company", company_list)
SITES = Records(_("Sites"), "masterdata:site", site_list)
BINS = Records(_("Bins"), "masterdata:bin", bin_list)
COMING = 12  # holidays shown on a site
IN_USE = {True: (_("In use"), "ok"), False: (_("Closed"), "mute")}


class CompanyList(ListPage):
    title, noun = COMPANIES.plural, _("companies")
    permission = VIEW_PLACE
    columns = (
        Column("code", _("Code"), "code", sort="code"),
        Column("name", _("Name"), sort="name"),
        Column("currency", _("Currency")),
        Column("time_zone", _("Accounting zone")),
        Column("country", _("Country")),
    )
    default_sort = "code"
    empty_title = _("No company in your scope")

    def queryset(self, user: User) -> QuerySet[Company]:
        return company_list(user=user)

    def row_url(self, row: Company) -> str:
        return COMPANIES.url(row)


class CompanyRecord(RecordPage):
    of = COMPANIES
    permission = VIEW_PLACE
    record = "masterdata.company"

    def context(self, request: HttpRequest, row: Company) -> dict[str, Any]:
        sites = site_list(user=request.user).filter(company=row).count()
        return {
            "lead": row.name,
            "facts": [
                Fact(_("Currency"), row.currency),
                Fact(_("Accounting zone"), row.time_zone),
                Fact(_("Country"), row.country),
                Fact(_("Tax number"), row.tax_number),
                Fact(_("Address"), row.address),
                Fact(_("Sites"), sites, f"{reverse('masterdata:site_list')}?company={row.pk}"),
                Fact(
                    _("Periods"), row.periods.count(), f"{reverse('masterdata:period_list')}?company={row.pk}"
                ),
            ],
        }


class OfCompany(Filters):
    """A facet for the companies that the reader may see."""

    company = FacetFilter(label=_("Company"), choices=list)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        companies = Company.objects.filter(pk__in=self.queryset.values("company")).values_list("pk", "code")
        self.form.fields["company"].choices = [("", _("Any")), *companies]


class SiteList(ListPage):
    title, noun = SITES.plural, _("sites")
    permission = VIEW_PLACE
    template = "masterdata/places/site_list.html"
    filters = OfCompany
    columns = (
        Column("code", _("Code"), "code", sort="code"),
        Column("name", _("Name"), sort="name"),
        Column("company__code", _("Company")),
        Column("country", _("Country"), optional=True),
        Column("time_zone", _("Time zone"), optional=True),
        Column("cut_off", _("Cut-off"), value=lambda row: f"{row.cut_off:%H:%M}"),
        Column("bin_count", _("Bins"), "number"),
        Column("is_active", _("Status"), "chip", states=IN_USE),
    )
    default_sort = "code"
    empty_title = _("No site in your scope")

    def queryset(self, user: User) -> QuerySet[Site]:
        return site_list(user=user).annotate(bin_count=Count("bins"))

    def row_url(self, row: Site) -> str:
        return SITES.url(row)


class SiteRecord(RecordPage):
    of = SITES
    permission = VIEW_PLACE
    record = "masterdata.site"
    template = "masterdata/places/site.html"
    changed_with = CHANGE_SITE

    def context(self, request: HttpRequest, row: Site) -> dict[str, Any]:
        week = ", ".join(str(name) for day, name in DAYS if day in chosen_days(row.working_days))
        bins = reverse("masterdata:bin_list")
        return {
            "lead": row.name,
            "chip": IN_USE[row.is_active],
            "facts": [
                Fact(_("Company"), row.company.name),
                Fact(_("Time zone"), row.time_zone),
                Fact(_("Works on"), week),
                Fact(_("Cut-off"), f"{row.cut_off:%H:%M}"),
                Fact(_("Working days to ship"), f"{row.ship_days}"),
                Fact(_("Address"), row.address),
            ],
            "links": [
                Link(_("Add zone"), reverse("masterdata:zone_create", args=[row.pk]), CHANGE_BIN, "plus"),
                Link(
                    _("Generate bins"),
                    reverse("masterdata:bins_generate", args=[row.pk]),
                    CHANGE_BIN,
                    "grid-3x3",
                ),
            ],
            "zones": row.zones.annotate(bin_count=Count("bins")).order_by("code"),
            "bins": f"{bins}?site={row.pk}",
            "holidays": row.holidays.filter(on__gte=timezone.localdate())[:COMING],
            "all_holidays": f"{reverse('masterdata:holiday_list')}?view=all&site={row.pk}",
        }


class SiteCreate(CreatePage):
    of = SITES
    permission = CHANGE_SITE
    form_class = CreateSiteForm
    title, verb = _("New site"), _("Create site")

    def perform(self, by: By, form: CreateSiteForm) -> str:
        made = create_site(by, **form.changes())
        return reverse("masterdata:site", args=[made.site_id])


class OfSite(OfRecord):
    """A form about one site."""

    of = SITES
    row: Site


class SiteChange(OfSite):
    permission = CHANGE_SITE
    form_class = ChangeSiteForm
    title, verb = _("Change site"), _("Save site")
    fields = ("name", "country", "time_zone", "address", "cut_off", "ship_days", "is_active")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().initial(request), "working_days": chosen_days(self.row.working_days)}

    def perform(self, by: By, form: ChangeSiteForm) -> str:
        change_site(by, site_id=self.row.pk, version=form.opened_on, changes=form.changes())
        return self.there()


class ZoneCreate(OfSite):
    permission = CHANGE_BIN
    form_class = ZoneForm
    title, verb = _("New zone"), _("Create zone")

    def perform(self, by: By, form: ZoneForm) -> str:
        create_zone(by, site_id=self.row.pk, **form.changes())
        return self.there()


class BinsGenerate(OfSite):
    permission = CHANGE_BIN
    form_class = GenerateBinsForm
    title, verb = _("Generate bins"), _("Generate bins")

    def form_options(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": request.user, "site": self.row}

    def perform(self, by: By, form: GenerateBinsForm) -> str:
        self.made = generate_bins(by, site_id=self.row.pk, **form.changes())
        return f"{reverse('masterdata:bin_list')}?site={self.row.pk}"

    def done(self, form: GenerateBinsForm) -> str:
        made = self.made
        words = {"n": made.count, "first": made.first, "last": made.last}
        return gettext("%(n)s bins, from %(first)s to %(last)s.") % words


class BinFilters(Filters):
    q = SearchFilter(label=_("Bin"), prefix=["code"])
    site = FacetFilter(label=_("Site"), choices=list)
    kind = FacetFilter(label=_("Kind"), choices=Bin.Kind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.filter(pk__in=self.queryset.order_by().values("site")).values_list("pk", "code")
        self.form.fields["site"].choices = [("", _("Any")), *sites]


class BinList(ListPage):
    title, noun = BINS.plural, _("bins")
    permission = VIEW_PLACE
    filters = BinFilters
    place_filter = "site"
    columns = (
        Column("code", _("Bin"), "code", sort="code"),
        Column("site__code", _("Site")),
        Column("zone__name", _("Zone")),
        Column("kind", _("Kind"), value=lambda row: row.get_kind_display()),
        Column("pick_sequence", _("Walk"), "number", sort="pick_sequence"),
        Column("is_active", _("Status"), "chip", states=IN_USE),
    )
    tabs = (Tab("open", _("In use"), Q(is_active=True)), Tab("closed", _("Closed"), Q(is_active=False)))
    default_sort = "pick_sequence"

    def queryset(self, user: User) -> QuerySet[Bin]:
        return bin_list(user=user)

    def row_url(self, row: Bin) -> str:
        return BINS.url(row)


class BinRecord(RecordPage):
    of = BINS
    permission = VIEW_PLACE
    record = "masterdata.bin"
    changed_with = CHANGE_BIN

    def context(self, request: HttpRequest, row: Bin) -> dict[str, Any]:
        return {
            "lead": row.site.name,
            "steps": (*SITES.crumbs(row.site), row.code, ""),
            "chip": IN_USE[row.is_active],
            "facts": [
                Fact(_("Zone"), row.zone.name),
                Fact(_("Kind"), row.get_kind_display()),
                Fact(_("Walk"), f"{row.pick_sequence}"),
            ],
        }


class BinChange(OfRecord):
    of = BINS
    permission = CHANGE_BIN
    form_class = BinForm
    title, verb = _("Change bin"), _("Save bin")
    fields = ("zone", "kind", "pick_sequence", "is_active")
    row: Bin

    def crumbs(self) -> Sequence[Any]:
        return (*SITES.crumbs(self.row.site), self.row.code, self.there(), self.title, "")

    def form_options(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": request.user, "site": self.row.site}

    def perform(self, by: By, form: BinForm) -> str:
        change_bin(by, bin_id=self.row.pk, version=form.opened_on, changes=form.changes())
        return self.there()


class PeriodList(ListPage):
    title, noun = _("Accounting periods"), _("periods")
    permission = VIEW_PLACE
    filters = OfCompany
    columns = (
        Column("starts_on", _("From"), "day", sort="starts_on"),
        Column("ends_on", _("To"), "day"),
        Column("company__code", _("Company")),
        Column("closed_at", _("Closed"), "instant"),
    )
    tabs = (
        Tab("all", _("All")),
        Tab("open", _("Open"), Q(closed_at=None)),
        Tab("closed", _("Closed"), Q(closed_at__isnull=False)),
    )
    default_sort = "-starts_on"

    def queryset(self, user: User) -> QuerySet[AccountingPeriod]:
        return period_list(user=user)
