"""Price proposals as a reader may see them."""

from typing import Any

from django.db.models import QuerySet

from .models import PriceProposal, PriceProposalLine


def proposal_list(*, user: Any) -> QuerySet[PriceProposal]:
    """Proposals of the companies in scope, newest first."""
    return PriceProposal.objects.visible_to(user).select_related("scope", "company").order_by("-pk")


def proposal_lines(*, user: Any) -> QuerySet[PriceProposalLine]:
    """Their rows with what each is for."""
    rows = PriceProposalLine.objects.visible_to(user)
    return rows.select_related("proposal__scope", "item", "item_class")
