"""Users, what each may do and where; the roles as a matrix of rights."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from ..access import roles
from ..actor import Actor
from ..columns import Column
from ..errors import DomainError
from ..filters import FacetFilter, Filters, SearchFilter
from ..forms import Form
from ..grants import grant_role, revoke_role
from ..lists import ListPage, Tab
from ..models import Grant, User
from ..web import needs


def role_choices() -> list[tuple[str, Any]]:
    return [(role.key, role.label) for role in roles().values()]


def role_labels(user: User) -> str:
    """The user's roles in the order of the menu."""
    held = set((user.role_keys or "").split(","))  # annotated by the list
    return ", ".join(str(label) for key, label in role_choices() if key in held)


class UserFilters(Filters):
    q = SearchFilter(label=_("Name or e-mail"), contains=["username", "name", "email"])
    role = FacetFilter(label=_("Role"), choices=role_choices, field_name="grants__role", distinct=True)


class UserList(ListPage):
    title, noun = _("Users"), _("users")
    permission = "kernel.administer"
    filters = UserFilters
    columns = (
        Column("name", _("Name"), sort="name"),
        Column("username", _("Signs in as"), "code", sort="username"),
        Column("email", _("E-mail"), optional=True),
        Column("roles", _("Roles"), value=role_labels),
        Column("last_login", _("Last sign-in"), "instant"),
        Column("is_active", _("Active"), "flag"),
    )
    tabs = (Tab("active", _("Active"), Q(is_active=True)), Tab("ended", _("Closed"), Q(is_active=False)))
    default_sort = "name"

    def queryset(self, user: User) -> QuerySet[User]:
        return User.objects.annotate(role_keys=StringAgg("grants__role", ",", distinct=True))

    def row_url(self, row: User) -> str:
        return reverse("user", args=[row.pk])


class GrantForm(Form):
    """One more role for a user."""

    role = forms.ChoiceField(label=_("Role"), choices=role_choices)
    scope = forms.CharField(
        label=_("Where"),
        initial="*",
        max_length=40,
        help_text=_("* for everything, else company:1 or site:4"),
    )
    reason = forms.CharField(label=_("Why"), max_length=200)


@needs("kernel.administer")
def user_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One user: the roles held, where, since when and why; another role."""
    user = get_object_or_404(User, pk=pk)
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            grant = grant_role(user=user, actor=Actor.of(request.user), **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            label = roles()[grant.role].label
            messages.success(
                request, gettext("%(user)s is now: %(role)s") % {"user": user.name, "role": label}
            )
            return redirect("user", pk)
    known = roles()
    grants = [
        {"row": grant, "label": known[grant.role].label if grant.role in known else grant.role}
        for grant in user.grants.select_related("granted_by").order_by("role", "scope")
    ]
    context = {"shown": user, "grants": grants, "form": form, "own": user.pk == request.user.pk}
    return render(request, "erp/user.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs("kernel.administer")
def revoke(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    """Take a role back."""
    row = get_object_or_404(Grant.objects.select_related("user"), pk=grant, user_id=pk)
    revoke_role(grant=row, reason=request.POST.get("reason", ""), actor=Actor.of(request.user))
    messages.success(request, gettext("The role is taken back."))
    return redirect("user", pk)


@require_GET
@needs("kernel.administer")
def role_matrix(request: HttpRequest) -> HttpResponse:
    """Every right and the roles that hold it, grouped by app. Roles are code: they change with a release."""
    known = list(roles().values())
    names = sorted(set().union(*(role.permissions for role in known)))
    groups: dict[str, list[dict[str, Any]]] = {}
    for name in names:
        app, _dot, verb = name.partition(".")
        held = [(role, name in role.permissions) for role in known]
        groups.setdefault(app, []).append({"name": name, "words": verb.replace("_", " "), "held": held})
    return render(request, "erp/roles.html", {"roles": known, "groups": groups})
