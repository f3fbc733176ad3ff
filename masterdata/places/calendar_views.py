"""The days on which sites are closed: list, record, and the forms that keep them."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from erp.kernel import logs
from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import DayRangeFilter, Filters, SearchFilter
from erp.kernel.formats import write_day
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from erp.kernel.web import needs
from erp.kernel.workplace import workplace_of
from masterdata.pages import CreatePage, Fact, OfRecord, RecordPage, Records

from .actions.add_holiday import add_holiday
from .actions.change_holiday import change_holiday
from .actions.remove_holiday import remove_holiday
from .filters import SiteFilter
from .forms import AddHolidayForm, HolidayForm
from .models import Holiday
from .permissions import CHANGE_SITE, VIEW_PLACE
from .queries import holiday_list, site_list


def title_of(row: Holiday) -> str:
    return f"{row.site.code} {write_day(row.on)}"


HOLIDAYS = Records(_("Holidays"), "masterdata:holiday", holiday_list, title_of)


class HolidayFilters(Filters):
    q = SearchFilter(label=_("Name"), contains=["name"])
    site = SiteFilter()
    on = DayRangeFilter(label=_("Closed on"))

    class Meta:
        model = Holiday
        fields: list[str] = []


def to_come(_user: User) -> Q:
    return Q(on__gte=timezone.localdate())


class HolidayList(ListPage):
    title, noun = HOLIDAYS.plural, _("holidays")
    permission = VIEW_PLACE
    template = "masterdata/places/holiday_list.html"
    filters = HolidayFilters
    place_filter = "site"
    columns = (
        Column("on", _("Closed on"), "day", sort="on"),
        Column("name", _("Why"), sort="name"),
        Column("weekday", _("Weekday"), value=lambda row: f"{row.on:%A}", optional=True),
        Column("site__code", _("Site"), "code"),
        Column("site__name", _("Site name"), optional=True),
    )
    tabs = (
        Tab("coming", _("To come"), to_come),
        Tab("past", _("Past"), lambda user: ~to_come(user)),
        Tab("all", _("All")),
    )
    default_sort = "on"
    empty_title = _("No holidays are known")
    empty_text = _("On a holiday a site neither ships nor receives; dates are promised around it.")

    def queryset(self, user: User) -> QuerySet[Holiday]:
        return holiday_list(user=user)

    def row_url(self, row: Holiday) -> str:
        return HOLIDAYS.url(row)


class HolidayRecord(RecordPage):
    of = HOLIDAYS
    permission = VIEW_PLACE
    record = "masterdata.holiday"
    template = "masterdata/places/holiday.html"
    changed_with = CHANGE_SITE

    def context(self, request: HttpRequest, row: Holiday) -> dict[str, Any]:
        return {
            "lead": row.name,
            "facts": [
                Fact(_("Site"), row.site, reverse("masterdata:site", args=[row.site_id])),
                Fact(_("Closed on"), write_day(row.on)),
                Fact(_("Weekday"), f"{row.on:%A}"),
                Fact(_("Why"), row.name),
            ],
        }


class HolidayAdd(CreatePage):
    of = HOLIDAYS
    permission = CHANGE_SITE
    form_class = AddHolidayForm
    title, verb = _("New holiday"), _("Add holiday")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        """The site that the address names, else the one worked at."""
        named, place = request.GET.get("site", ""), workplace_of(request.user)
        if named.isdecimal():
            return {"sites": list(site_list(user=request.user).filter(pk=named))}
        return {"sites": [place.key] if place else []}

    def perform(self, by: By, form: AddHolidayForm) -> str:
        entered = form.cleaned_data
        sites = [site.pk for site in entered["sites"]]
        self.made = add_holiday(by, site_ids=sites, on=entered["on"], name=entered["name"])
        if len(sites) == 1:
            return reverse("masterdata:holiday", args=self.made.holiday_ids)
        day = f"{entered['on']:%Y-%m-%d}"
        return f"{reverse('masterdata:holiday_list')}?view=all&site=&on_from={day}&on_to={day}"

    def done(self, form: AddHolidayForm) -> str:
        count = len(self.made.holiday_ids)
        said = ngettext("%(n)s site is closed on %(day)s.", "%(n)s sites are closed on %(day)s.", count)
        return said % {"n": count, "day": write_day(form.cleaned_data["on"])}


class HolidayChange(OfRecord):
    of = HOLIDAYS
    permission = CHANGE_SITE
    form_class = HolidayForm
    title, verb = _("Change holiday"), _("Save holiday")
    fields = ("on", "name")

    def perform(self, by: By, form: HolidayForm) -> str:
        change_holiday(by, holiday_id=self.row.pk, version=form.opened_on, changes=form.changes())
        return self.there()


@require_POST
@needs(CHANGE_SITE)
def holiday_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The site works on that day again."""
    row = get_object_or_404(holiday_list(user=request.user), pk=pk)
    remove_holiday(By(Actor.of(request.user, logs.request_id.get())), holiday_id=row.pk)
    messages.success(
        request, gettext("%(site)s works on %(day)s.") % {"site": row.site.code, "day": write_day(row.on)}
    )
    return redirect("masterdata:holiday_list")
