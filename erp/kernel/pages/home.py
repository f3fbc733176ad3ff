"""My work, the menu's counters, the palette and the choice of role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from .. import palette, work
from ..access import access_of
from ..shell import role_of
from ..web import needs


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


@require_POST
@needs()
def choose_role(request: HttpRequest) -> HttpResponse:
    """Work as another of one's roles, from home."""
    wanted = request.POST.get("role", "")
    if wanted in access_of(request.user).roles:
        request.session["role"] = wanted
    return redirect("home")
