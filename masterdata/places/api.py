"""Sites for programs."""

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers, viewsets

from erp.kernel.api import has_perm

from .models import Holiday, Site
from .permissions import VIEW_PLACE
from .queries import holiday_list, site_list


class SiteOut(serializers.ModelSerializer[Site]):
    company = serializers.CharField(source="company.code")

    class Meta:
        model = Site
        fields = [
            "id", "company", "code", "name", "country", "time_zone", "working_days", "cut_off", "ship_days",
            "is_active",
        ]  # fmt: skip


class SiteFilter(django_filters.FilterSet):
    company = django_filters.CharFilter(field_name="company__code")
    is_active = django_filters.BooleanFilter()


class SiteViewSet(viewsets.ReadOnlyModelViewSet[Site]):
    permission_classes = [has_perm(VIEW_PLACE)]
    serializer_class = SiteOut
    filterset_class = SiteFilter

    def get_queryset(self) -> QuerySet[Site]:
        return site_list(user=self.request.user)


class HolidayOut(serializers.ModelSerializer[Holiday]):
    site = serializers.CharField(source="site.code")

    class Meta:
        model = Holiday
        fields = ["id", "site", "on", "name", "version"]


class HolidayFilter(django_filters.FilterSet):
    """`on_from` and `on_to` are both included."""

    site = django_filters.CharFilter(field_name="site__code")
    on_from = django_filters.DateFilter(field_name="on", lookup_expr="gte")
    on_to = django_filters.DateFilter(field_name="on", lookup_expr="lte")


class HolidayViewSet(viewsets.ReadOnlyModelViewSet[Holiday]):
    permission_classes = [has_perm(VIEW_PLACE)]
    serializer_class = HolidayOut
    filterset_class = HolidayFilter

    def get_queryset(self) -> QuerySet[Holiday]:
        return holiday_list(user=self.request.user)
