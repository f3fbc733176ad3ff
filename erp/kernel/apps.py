from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "erp.kernel"
    label = "kernel"
