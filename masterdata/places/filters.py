"""A list's filter by site; lists that have it open on the site that the reader works at (`place_filter`)."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from .models import Site
from .queries import site_list


def sites(request: Any) -> QuerySet[Site]:
    """The sites that the list's reader may see; none where nobody reads."""
    return site_list(user=request.user) if request is not None else Site.objects.none()


class SiteFilter(django_filters.ModelChoiceFilter):
    """One of the reader's sites, or all of them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"label": _("Site"), "queryset": sites, "empty_label": _("All"), **options})
