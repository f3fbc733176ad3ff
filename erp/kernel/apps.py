from importlib import import_module

from django.apps import AppConfig

REGISTERING = (
    "erp.celery",  # every process knows the broker: web pokes, workers work
    "erp.kernel.list_work",  # the jobs of lists
    "erp.kernel.pages.nav",  # the administrator's menu
)


class KernelConfig(AppConfig):
    name = "erp.kernel"
    label = "kernel"

    def ready(self) -> None:
        for name in REGISTERING:
            import_module(name)
        from .proofs import prove_schema

        prove_schema("M8")
