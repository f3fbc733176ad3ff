"""One item at one site: its figures, its bins, its ledger."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from erp.kernel.web import needs

from .permissions import VIEW_STOCK, VIEW_VALUE
from .queries import balances_of, entries_of, stock_on_hand


@require_GET
@needs(VIEW_STOCK)
def stock(request: HttpRequest, pk: int) -> HttpResponse:
    """Figures, balances by bin, and the newest ledger entries."""
    found = get_object_or_404(stock_on_hand(user=request.user), pk=pk)
    context = {
        "stock": found,
        "unit": found.item.stock_unit_id,
        "balances": balances_of(found),
        "entries": entries_of(found, user=request.user),
        "sees_value": request.user.has_perm(VIEW_VALUE),
    }
    return render(request, "inventory/stock/stock.html", context)
