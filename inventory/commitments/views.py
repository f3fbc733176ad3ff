"""Allocation policies and quotas: their lists and forms."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.command import By
from masterdata.pages import FormPage

from .actions.set_allocation_policy import SET_ALLOCATION, set_allocation_policy
from .actions.set_quota import SET_QUOTA, set_quota
from .forms import AllocationPolicyForm, QuotaForm


class AllocationPolicyPage(FormPage):
    permission = SET_ALLOCATION
    form_class = AllocationPolicyForm
    title, verb = gettext_lazy("Set an allocation policy"), gettext_lazy("Set policy")

    def crumbs(self) -> Sequence[Any]:
        return (_("Allocation"), reverse("inventory:allocation_list"), self.title, "")

    def perform(self, by: By, form: AllocationPolicyForm) -> str:
        set_allocation_policy(by, **form.changes())
        return reverse("inventory:allocation_list")


class QuotaPage(FormPage):
    permission = SET_QUOTA
    form_class = QuotaForm
    title, verb = gettext_lazy("Keep stock for a class"), gettext_lazy("Keep it")

    def crumbs(self) -> Sequence[Any]:
        return (_("Quotas"), reverse("inventory:quota_list"), self.title, "")

    def perform(self, by: By, form: QuotaForm) -> str:
        given = form.changes()
        set_quota(by, item_id=given.pop("item"), **given)
        return reverse("inventory:quota_list")
