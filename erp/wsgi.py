import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from erp.kernel import heap

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erp.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - imports every page and endpoint, which would otherwise wait for a request
heap.settle()
