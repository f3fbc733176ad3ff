"""Lists and work queues, declared: columns, filters, tabs, sums and bulk actions over one scoped query.

    class HoldQueue(ListPage):
        title, noun = _("On credit hold"), _("orders")
        permission = "orders.release_hold"
        columns = (
            Column("number", _("Order"), "code", sort="number"),
            Column("customer__name", _("Customer"), sort="customer__name"),
            Column("reason", _("Hold"), "chip", states=HOLD_STATES),
            Column("total", _("Total"), "money", sort="total"),
            Column("held_at", _("Age"), "age", sort="held_at"),
        )
        filters = HoldFilters                                  # kernel.filters.Filters
        tabs = (Tab("open", _("All open"), Q()), Tab("mine", _("Mine"), lambda user: Q(owner=user)))
        sums = (Sum("total", _("Total"), "total", currency="currency"),)
        actions = (BulkAction("release", _("Release"), "orders.release_hold", release_holds, past=RELEASED),)
        default_sort = "held_at"
        place_filter = "site"                                  # opens on the reader's workplace

        def queryset(self, user: User) -> QuerySet[Order]:
            return held_orders(user=user)                      # from queries.py: scoped by construction

        def row_url(self, row: Order) -> str: ...
        def peek_url(self, row: Order) -> str: ...             # optional: opens in the drawer

    urlpatterns = [path("holds/", HoldQueue.as_view(), name="hold_list")]

The page costs a handful of statements; counts and sums come in a request of their own, capped at 10,000 rows.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property
from io import BytesIO
from types import SimpleNamespace
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views import View

from . import export
from .columns import Column
from .filters import Filters
from .keyset import Order, Page, read_page
from .list_parts import Bucket, BulkAction, Sum, Tab, meets
from .list_parts import Outcome as Outcome  # rooms import all parts from here
from .list_parts import one_by_one as one_by_one
from .list_totals import totals_of
from .models import User
from .web import done, is_htmx, to_login
from .workplace import workplace_of

SIZES = (25, 50, 100)
INLINE_EXPORT_ROWS = 5_000
INLINE_BULK_ROWS = 200
EXPORT_PAGE = 2_000
PLUMBING = ("after", "before", "part", "export", "sort", "size", "view")


class ListPage(ABC, View):
    """See the module. One class is the page, its fragments, its exports and its bulk actions."""

    title: ClassVar[Any]
    noun: ClassVar[Any] = ""
    permission: ClassVar[str]  # empty: any signed-in user
    columns: ClassVar[Sequence[Column]]
    filters: ClassVar[type[Filters] | None] = None
    tabs: ClassVar[Sequence[Tab]] = ()
    siblings: ClassVar[
        Sequence[tuple[Any, str]]
    ] = ()  # label and address's name of lists shown as further tabs
    sums: ClassVar[Sequence[Sum]] = ()
    buckets: ClassVar[Sequence[Bucket]] = ()
    actions: ClassVar[Sequence[BulkAction]] = ()
    crumbs: ClassVar[Sequence[Any]] = ()
    default_sort: ClassVar[str] = ""
    default_size: ClassVar[int] = 50
    place_filter: ClassVar[str] = ""  # the filter that the reader's workplace is the default of
    template: ClassVar[str] = "erp/list.html"
    empty_title: ClassVar[Any] = ""
    empty_text: ClassVar[Any] = ""

    # What a list defines

    @abstractmethod
    def queryset(self, user: User) -> QuerySet[Any]:
        """The rows the user may see, from the room's queries."""

    def row_url(self, row: Any) -> str:
        """The row's own page."""
        return ""

    def peek_url(self, row: Any) -> str:
        """What opens in the drawer; without it the row's page opens."""
        return ""

    def more(self, request: HttpRequest) -> dict[str, Any]:
        """More context for a template of one's own."""
        return {}

    # The request

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_login(request)
        if self.permission and not request.user.has_perm(self.permission):
            raise PermissionDenied(self.permission)
        self.user: User = request.user
        self.params = self.opened(request.GET)  # links, cursors, jobs and saved views are made of these
        return super().dispatch(request, *args, **kwargs)

    def opened(self, params: QueryDict) -> QueryDict:
        """The address's query as it counts: one that filters nothing opens on the reader's workplace."""
        if not self.place_filter or self.filters is None:
            return params
        if any(_named(name, self.filters.base_filters) for name in params):
            return params
        place = workplace_of(self.user)
        if place is None:
            return params
        opened = params.copy()
        opened[self.place_filter] = str(place.key)
        return opened

    @classmethod
    def standing(cls, user: User, query: str) -> "ListPage":
        """The list outside a request, as a job sees it: the same scope and the same filter."""
        page = cls()
        page.user, page.params = user, QueryDict(query)
        return page

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kind := request.GET.get("export"):
            return self._export(request, kind)
        if request.GET.get("part") == "totals":
            return render(request, "erp/_list_totals.html", totals_of(self))
        context = self._context(request)
        part = is_htmx(request) and request.headers.get("HX-Target", "queue") == "queue"
        response = render(request, "erp/_list.html" if part else self.template, context)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from . import list_work

        if "view_name" in request.POST or "forget_view" in request.POST:
            return self._keep_view(request)
        return list_work.answer(self, request)

    # Rows

    @property
    def key(self) -> str:
        """The list's name in jobs, saved views and the audit."""
        return f"{type(self).__module__}.{type(self).__qualname__}"

    @cached_property
    def shown_columns(self) -> list[Column]:
        """The columns this user may see in the open tab."""
        return [
            column
            for column in self.columns
            if (not column.permission or self.user.has_perm(column.permission))
            and (not column.tabs or self.tab is None or self.tab.key in column.tabs)
        ]

    @cached_property
    def tab(self) -> Tab | None:
        if not self.tabs:
            return None
        wanted = self.params.get("view", "")
        return next((tab for tab in self.tabs if tab.key == wanted), self.tabs[0])

    @cached_property
    def filterset(self) -> Filters | None:
        if self.filters is None:
            return None
        # Choices of a filter ask `request.user` what the reader may see; an export has no request, but a reader.
        reader = SimpleNamespace(user=self.user)
        return self.filters(self.params, queryset=self.queryset(self.user), request=reader)

    def tabbed(self) -> QuerySet[Any]:
        """The open tab's rows, before the filters."""
        rows = self.queryset(self.user)
        return rows.filter(meets(self.tab.condition, self.user)) if self.tab else rows

    def filtered(self) -> QuerySet[Any]:
        """What the list shows: scope, tab and filters applied. A filter that cannot be read finds nothing."""
        rows = self.tabbed()
        if self.filterset is None:
            return rows
        return self.filterset.filter_queryset(rows) if self.filterset.form.is_valid() else rows.none()

    @cached_property
    def sorting(self) -> tuple[str, Order]:
        """The URL's sort ("-total") and what it means; the default when it names no sortable column."""
        allowed = {column.name: column.sort for column in self.shown_columns if column.sort}
        wanted = self.params.get("sort", "")
        if wanted.lstrip("-") not in allowed:
            wanted = self.default_sort
        expression = allowed.get(wanted.lstrip("-"), wanted.lstrip("-") or "pk")
        return wanted, Order(expression, wanted.startswith("-") or not wanted)

    def page(self) -> Page[Any]:
        size = self.params.get("size", "")
        wanted = int(size) if size.isdecimal() and int(size) in SIZES else self.default_size
        after, before = self.params.get("after", ""), self.params.get("before", "")
        return read_page(self.filtered(), self.sorting[1], size=wanted, after=after, before=before)

    def each(self) -> Iterator[Model]:
        """Every row of the filtered set in the list's order, read page by page."""
        after = ""
        while True:
            page = read_page(self.filtered(), self.sorting[1], size=EXPORT_PAGE, after=after)
            yield from page.rows
            if not page.next_cursor:
                return
            after = page.next_cursor

    # Context

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        page = self.page()
        sort, _order = self.sorting
        return {
            "list": self,
            "clear_url": self._clear_url(),
            "page": page,
            "rows": [self._row(row) for row in page.rows],
            "heads": [(column, self._head(column, sort)) for column in self.shown_columns],
            "search": self._bound_filters(search=True),
            "facets": self._bound_filters(search=False),
            "narrowed": any(value for name, value in self.params.items() if name not in PLUMBING),
            "bulk": [action for action in self.actions if self.user.has_perm(action.permission)],
            "views": self._saved_views(),
            "query": self._clean_query(),
            "sort": sort,
            "now": timezone.now(),
            **self.more(request),
        }

    def _row(self, row: Any) -> dict[str, Any]:
        cells = [(column, column.show(row)) for column in self.shown_columns]
        return {
            "pk": row.pk,
            "name": str(self.shown_columns[0].read(row) or row.pk),
            "url": self.row_url(row),
            "peek": self.peek_url(row),
            "first": cells[0],
            "cells": cells[1:],
        }

    def _head(self, column: Column, sort: str) -> dict[str, str]:
        """The link of a sortable head: down when it is up, else up (figures: the largest first)."""
        if not column.sort:
            return {}
        sorted_now = sort.lstrip("-") == column.name
        if sorted_now:
            target = column.name if sort.startswith("-") else f"-{column.name}"
            direction = "descending" if sort.startswith("-") else "ascending"
        else:
            target, direction = (f"-{column.name}" if column.numeric else column.name), ""
        params = self.params.copy()
        for name in ("after", "before", "part"):
            params.pop(name, None)
        params["sort"] = target
        return {"url": f"?{params.urlencode()}", "direction": direction}

    def _bound_filters(self, *, search: bool) -> list[Any]:
        if self.filterset is None:
            return []
        form = self.filterset.form
        return [form[name] for name in self.filterset.filters if (name == "q") == search]

    def _clear_url(self) -> str:
        """The open tab without a filter, the reader's workplace included."""
        params = QueryDict(mutable=True)
        if self.tab:
            params["view"] = self.tab.key
        if self.place_filter:
            params[self.place_filter] = ""
        return f"?{params.urlencode()}"

    def _clean_query(self) -> str:
        """The filter as a query string: without cursor, part and export."""
        params = self.params.copy()
        for name in ("after", "before", "part", "export"):
            params.pop(name, None)
        return params.urlencode()

    # Saved views: a name for a query string, kept with the user

    def _saved_views(self) -> list[dict[str, str]]:
        return list(self.user.preferences.get("views", {}).get(self.key, []))

    def _keep_view(self, request: HttpRequest) -> HttpResponse:
        views = [view for view in self._saved_views() if view["name"] != request.POST.get("forget_view")]
        if name := request.POST.get("view_name", "").strip()[:40]:
            views = [view for view in views if view["name"] != name]
            views.append({"name": name, "query": self._clean_query()})
        kept = {**self.user.preferences.get("views", {}), self.key: views[-12:]}
        self.user.preferences = {**self.user.preferences, "views": kept}
        self.user.save(update_fields=["preferences"])
        text = _("Saved as “%(name)s”") % {"name": name} if name else _("View removed")
        return done(request, text, back=f"{request.path}?{self._clean_query()}", queue__changed={})

    # Export

    def table(self) -> export.Table:
        """The filtered set for a file, with the columns this user may see."""
        return export.Table(
            title=str(self.title),
            caption=self.caption(),
            fields=[export.Field(str(column.label), column.kind) for column in self.shown_columns],
            rows=([column.export(row) for column in self.shown_columns] for row in self.each()),
        )

    def caption(self) -> str:
        """Which rows these are, when and for whom: stands on the sheet."""
        parts = [str(self.title)]
        if self.tab:
            parts.append(str(self.tab.label))
        if self.filterset and (words := self.filterset.words()):
            parts.append(words)
        parts.append(f"{date_format(timezone.localtime(), 'j M Y H:i e')}, {self.user.name}")
        return " · ".join(parts)

    def file_name(self, kind: str) -> str:
        return f"{slugify(str(self.title)) or 'list'}-{timezone.localdate():%Y%m%d}.{kind}"

    def _export(self, request: HttpRequest, kind: str) -> HttpResponse:
        from . import list_work

        if kind not in export.WRITERS:
            return HttpResponse(status=400)
        count = self.filtered().order_by().values("pk")[: INLINE_EXPORT_ROWS + 1].count()
        if count > INLINE_EXPORT_ROWS:
            return list_work.export_later(self, request, kind)
        file = BytesIO()
        rows = export.WRITERS[kind](self.table(), file)
        response = HttpResponse(file.getvalue(), content_type=export.MIME[kind])
        response["Content-Disposition"] = f'attachment; filename="{self.file_name(kind)}"'
        request_id = getattr(request, "id", "")
        export.record_export(
            self.user, what=self.key, kind=kind, rows=rows, caption=self.caption(), request_id=request_id
        )
        return response


def _named(param: str, filters: Any) -> bool:
    """Whether the parameter belongs to a filter; those of day ranges end in `_from` and `_to`."""
    return param in filters or param.removesuffix("_from").removesuffix("_to") in filters
