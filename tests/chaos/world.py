"""`python -m tests.chaos.world`: a small bench company in an empty database, whose clerk can sign in."""

import django

PASSWORD = "a clerk of the fault tests"


def main() -> None:
    django.setup()
    from bench.world import build
    from erp.kernel.models import User

    user = User.objects.get(pk=build(items=20, customers=10).user_id)
    user.set_password(PASSWORD)
    user.save()


if __name__ == "__main__":
    main()
