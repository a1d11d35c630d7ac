from django.conf import settings

from core.errors import Faulty
from people.models import Staff, User


def choose_language(*, language: str, by: Staff) -> None:
    """Remember the language this person reads (SYS-02). Raises ``Faulty`` for one the house does not speak."""
    if language not in dict(settings.LANGUAGES):
        raise Faulty(field="language")
    User.objects.filter(staff=by).update(language=language)


def choose_theme(*, theme: str, by: Staff) -> None:
    if theme not in User.Theme.values:
        raise Faulty(field="theme")
    User.objects.filter(staff=by).update(theme=theme)
