"""My work, the palette, every page of the user's roles, and the choices of role and site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from .. import nav, palette, work
from ..access import access_of, roles
from ..shell import role_of
from ..web import needs
from ..workplace import choose_workplace


@require_GET
@needs()
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the user in the role worked as: count, oldest, value, each linking to its queue."""
    role = role_of(request)
    items = work.waiting(request.user, role)
    context = {
        "items": items,
        "open_count": sum(item.count for item in items),
        "today": timezone.localdate(),
        "panels": work.panels(request, role),
    }
    return render(request, "erp/home.html", context)


@require_GET
@needs()
def jump(request: HttpRequest) -> HttpResponse:
    """The palette's list for what was typed."""
    query = request.GET.get("q", "").strip()[:80]
    groups = palette.find(request.user, role_of(request), query)
    return render(request, "erp/_palette.html", {"groups": groups, "query": query})


@require_GET
@needs()
def all_pages(request: HttpRequest) -> HttpResponse:
    """Every page that the user's roles offer, also those that a menu of ten has no room for."""
    held = access_of(request.user).roles
    sections = []
    for key in held:
        groups: dict[str, list[nav.Link]] = {}
        for link in nav.pages_of(request.user, key):
            groups.setdefault(str(link.group), []).append(link)
        sections.append((roles()[key].label, groups))
    return render(request, "erp/pages.html", {"sections": sections})


@require_POST
@needs()
def choose_place(request: HttpRequest) -> HttpResponse:
    """Work at one of one's sites, or at all of them, and go on where one was: lists open on it."""
    wanted, back = request.POST.get("place", ""), request.POST.get("next", "")
    choose_workplace(request.user, int(wanted) if wanted.isdecimal() else None)
    here = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if here and back.startswith("/") else "home")


@require_POST
@needs()
def choose_role(request: HttpRequest) -> HttpResponse:
    """Work as another of one's roles, from home."""
    wanted = request.POST.get("role", "")
    if wanted in access_of(request.user).roles:
        request.session["role"] = wanted
    return redirect("home")
