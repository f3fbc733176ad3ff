"""Every page of the app: each room's urls.py, gathered."""

from django.urls import URLPattern, URLResolver

from .blankets import urls as blankets
from .channels import urls as channels
from .credit import urls as credit
from .desk import urls as desk
from .entry import urls as entry
from .exceptions import urls as exceptions
from .holds import urls as holds
from .messages import urls as messages
from .orchestration import urls as orchestration
from .partners import urls as partners
from .proposals import urls as proposals
from .quotes import urls as quotes
from .returns import urls as returns

app_name = "orders"
urlpatterns: list[URLPattern | URLResolver] = [
    *blankets.urlpatterns,
    *quotes.urlpatterns,
    *channels.urlpatterns,
    *credit.urlpatterns,
    *desk.urlpatterns,
    *holds.urlpatterns,
    *exceptions.urlpatterns,
    *messages.urlpatterns,
    *orchestration.urlpatterns,
    *returns.urlpatterns,
    *partners.urlpatterns,
    *proposals.urlpatterns,
    *entry.urlpatterns,
]
