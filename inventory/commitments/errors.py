"""Refusals of promising and allocation."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class QuotaOpen(DomainError):
    code = "inventory.quota_open"
    message = _("{item} is already kept for {name} at {site}. End that quota first.")


class PolicyTaken(DomainError):
    code = "inventory.allocation_policy_taken"
    message = _("Somebody has just set this policy from {day} on. Look at it, then set yours.")
