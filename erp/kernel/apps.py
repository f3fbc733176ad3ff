from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "erp.kernel"
    label = "kernel"

    def ready(self) -> None:
        from erp import celery  # noqa: F401 (every process knows the broker: web pokes, workers work)

        from . import list_work  # noqa: F401 (registers the jobs of lists)
        from .pages import nav  # noqa: F401 (registers the administrator's menu)
