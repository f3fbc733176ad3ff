"""Refusals of coupons."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class CouponRefused(DomainError):
    code = "orders.coupon_refused"
    message = _("Coupon {coupon} cannot be used: {cause}. Correct the code, or take it off the order.")
