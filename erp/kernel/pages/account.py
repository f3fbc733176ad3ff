"""Signing in and out, and what a user may set for themselves."""

from django import forms
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ..formats import DATE_FORMATS, NUMBER_FORMATS, zones
from ..forms import Form
from ..shell import DENSITIES, THEMES
from ..web import needs


class LoginForm(AuthenticationForm):
    """The same refusal for an unknown name and a wrong password."""

    error_messages = {
        "invalid_login": _(
            "The name or the password is wrong. After five tries the sign-in rests for 15 minutes."
        ),
        "inactive": _(
            "The name or the password is wrong. After five tries the sign-in rests for 15 minutes."
        ),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["username"].label = _("Name")


class Login(auth.LoginView):
    template_name = "erp/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True


class PasswordChange(auth.PasswordChangeView):
    template_name = "erp/password.html"
    success_url = reverse_lazy("preferences")

    def form_valid(self, form: forms.Form) -> HttpResponse:
        messages.success(self.request, _("Your password is changed. Other devices are signed out."))
        return super().form_valid(form)


class PreferencesForm(Form):
    """How the house looks and reads for one user."""

    theme = forms.ChoiceField(
        label=_("Appearance"),
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    density = forms.ChoiceField(
        label=_("Rows"), choices=[("compact", _("Compact, 32 px")), ("regular", _("Regular, 40 px"))]
    )
    number_format = forms.ChoiceField(label=_("Numbers"), choices=[(name, name) for name in NUMBER_FORMATS])
    date_format = forms.ChoiceField(
        label=_("Short dates"),
        choices=[(name, name) for name in DATE_FORMATS],
        help_text=_("How 5/11 is understood. 27 nov, +3 and t are understood always."),
    )
    zone = forms.ChoiceField(label=_("Time zone"), choices=[(name, name) for name in sorted(zones())])
    single_keys = forms.BooleanField(
        label=_("Single letters are shortcuts"),
        required=False,
        help_text=_("Switch off when you dictate or use a switch device."),
    )


DEFAULTS = {
    "theme": THEMES[0],
    "density": DENSITIES[0],
    "number_format": next(iter(NUMBER_FORMATS)),
    "date_format": next(iter(DATE_FORMATS)),
    "zone": "UTC",
    "single_keys": True,
}


@needs()
def preferences(request: HttpRequest) -> HttpResponse:
    user = request.user
    form = PreferencesForm(request.POST or None, initial={**DEFAULTS, **user.preferences})
    if request.method == "POST" and form.is_valid():
        user.preferences = {**user.preferences, **form.cleaned_data}
        user.save(update_fields=["preferences"])
        messages.success(request, _("Your preferences are saved."))
        return redirect("preferences")
    return render(request, "erp/preferences.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@needs()
def preference(request: HttpRequest) -> HttpResponse:
    """Keep one choice made in passing: theme or density."""
    name, value = request.POST.get("name", ""), request.POST.get("value", "")
    if value not in {"theme": THEMES, "density": DENSITIES}.get(name, ()):
        return HttpResponse(status=400)
    request.user.preferences = {**request.user.preferences, name: value}
    request.user.save(update_fields=["preferences"])
    response = HttpResponse(status=204)
    response.set_cookie(
        name, value, max_age=31_536_000, samesite="Lax", secure=request.is_secure(), httponly=True
    )
    return response
