from collections.abc import Iterable

from people.models import Staff


def names_of(staff_numbers: Iterable[str]) -> dict[str, str]:
    """Staff number → name, for History rows and jobs, which keep plain numbers."""
    return dict(Staff.objects.filter(staff_no__in=list(staff_numbers)).values_list("staff_no", "name"))
