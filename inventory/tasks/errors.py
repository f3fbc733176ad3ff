"""Refusals of the task board."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class TaskTaken(DomainError):
    code = "inventory.task_taken"
    message = _("{number} is with {by}. Take another task, or have it given to you.")


class TaskRefused(DomainError):
    code = "inventory.task_refused"
    message = _("{number}: {reason}")
