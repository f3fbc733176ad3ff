import os

from django.core.wsgi import get_wsgi_application

from erp.kernel import heap

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erp.settings")
application = get_wsgi_application()
heap.settle()
