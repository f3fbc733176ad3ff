"""What every page of the shell needs to know about its reader."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from . import nav
from .access import access_of, roles
from .words import WORDS
from .workplace import workplace_of, workplaces_of

BRAND = "Meridian"
THEMES = ("auto", "light", "dark")
DENSITIES = ("compact", "regular")


def role_of(request: HttpRequest) -> str:
    """The role the user works as now: the one chosen at the top of the menu, else the first held."""
    held = access_of(request.user).roles
    chosen = request.session.get("role")
    return chosen if chosen in held else (held[0] if held else "")


def preference(request: HttpRequest, name: str, allowed: tuple[str, ...]) -> str:
    """A display choice: the signed-in user's, else the browser's cookie, else the first allowed value."""
    stored = getattr(request.user, "preferences", {}).get(name) if request.user.is_authenticated else None
    value = stored or request.COOKIES.get(name)
    return value if value in allowed else allowed[0]


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context of the shell: brand, theme, density and, for the signed-in, role and menu."""
    if not hasattr(request, "user"):  # a refusal before the middleware had run
        return {"brand": BRAND, "theme": THEMES[0], "density": DENSITIES[0]}
    return {
        "brand": BRAND,
        "theme": preference(request, "theme", THEMES),
        "density": preference(request, "density", DENSITIES),
        "words": WORDS,
        "shell": SimpleLazyObject(lambda: _shell(request)),
    }


def _shell(request: HttpRequest) -> dict[str, Any]:
    user = request.user
    if not user.is_authenticated:
        return {}
    known = roles()
    role = role_of(request)
    return {
        "role": role,
        "role_label": known[role].label if role else "",
        "roles": [known[key] for key in access_of(user).roles],
        "menu": nav.menu(user, role, request.path, request.GET) if role else [],
        "single_keys": user.preferences.get("single_keys", True),
        "at_home": request.path == "/",
        "places": workplaces_of(user),
        "place": workplace_of(user),
        "all_pages": reverse("pages"),
        "back": request.path if request.method == "GET" else "/",
    }
