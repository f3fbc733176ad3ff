"""One login per role, each where such a person would work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password

from erp.kernel.models import Grant, User

from .masters import MAIN, SECOND

PASSWORD = "meridian demo harbour"  # noqa: S105  # printed by `manage.py logins`, for demo data only


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs in, as what, and where: "*", a company's code or sites' codes."""

    login: str
    name: str
    role: str
    where: tuple[str, ...] = ("*",)


PEOPLE = (
    Person("cs", "Clara Simons", "customer_service", (MAIN,)),
    Person("warehouse", "Wim Hendrickx", "warehouse", ("ANT", "RTM")),
    Person("buyer", "Beatriz Urbán", "procurement", (MAIN,)),
    Person("finance", "Farid Nouri", "finance", (MAIN,)),
    Person("steward", "Stine Dahl", "data_steward"),
    Person("executive", "Erik Verhaegen", "executive"),
    Person("owner", "Olga Wirth", "process_owner"),
    Person("admin", "Adam Mertens", "administrator"),
    Person("cs.uk", "Ciara Shaw", "customer_service", (SECOND,)),
    Person("finance.uk", "Finn Ashdown", "finance", (SECOND,)),
)


def users() -> list[User]:
    """Accounts with the demo password, hashed once: they are alike and known to everyone."""
    hashed = make_password(PASSWORD)
    return [
        User(
            username=person.login, name=person.name, email=f"{person.login}@meridian.example", password=hashed
        )
        for person in PEOPLE
    ]


def grants(users: Sequence[User], scopes: Mapping[str, str]) -> list[Grant]:
    """Each person's role; `scopes` says what a code means, "MER" → "company:1", "ANT" → "site:1"."""
    by_login = {user.username: user for user in users}
    return [
        Grant(
            user=by_login[person.login],
            role=person.role,
            scope=scopes.get(place, place),
            reason="Demo company",
        )
        for person in PEOPLE
        for place in person.where
    ]


def demo_logins() -> list[Person]:
    """The people who exist here and still have the demo password."""
    kept = dict(User.objects.filter(is_active=True).values_list("username", "password"))
    return [
        person for person in PEOPLE if person.login in kept and check_password(PASSWORD, kept[person.login])
    ]
