from django.apps import AppConfig

from erp.kernel.rooms import furnish


class MasterdataConfig(AppConfig):
    name = "masterdata"

    def ready(self) -> None:
        furnish(self.name)
