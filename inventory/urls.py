"""Every page of the app: each room's urls.py, gathered."""

from django.urls import URLPattern, URLResolver

from .adjustments import urls as adjustments
from .commitments import urls as commitments
from .counting import urls as counting
from .dropship import urls as dropship
from .inbound import urls as inbound
from .outbound import urls as outbound
from .purchasing import urls as purchasing
from .putaway import urls as putaway
from .replenishment import urls as replenishment
from .stock import urls as stock
from .supplier_returns import urls as supplier_returns
from .tasks import urls as tasks
from .transfers import urls as transfers
from .unloading import urls as unloading

app_name = "inventory"
urlpatterns: list[URLPattern | URLResolver] = [
    *outbound.urlpatterns,
    *purchasing.urlpatterns,
    *dropship.urlpatterns,
    *inbound.urlpatterns,
    *putaway.urlpatterns,
    *unloading.urlpatterns,
    *tasks.urlpatterns,
    *commitments.urlpatterns,
    *stock.urlpatterns,
    *adjustments.urlpatterns,
    *counting.urlpatterns,
    *supplier_returns.urlpatterns,
    *transfers.urlpatterns,
    *replenishment.urlpatterns,
]
