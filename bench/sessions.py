"""Sessions of clerks of the bench's company; imported where Django is set up."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from erp.kernel.models import Grant, User


def clerks(count: int) -> list[str]:
    """Session keys of as many users with the role customer service, each signed in anew."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = []
    for n in range(count):
        user, made = User.objects.get_or_create(username=f"clerk{n}", defaults={"name": f"Clerk {n}"})
        if made:
            Grant.objects.create(user=user, role="customer_service")
        session = store()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        keys.append(session.session_key)
    return keys
