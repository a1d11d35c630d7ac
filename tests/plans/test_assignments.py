from datetime import date

import pytest

from plans.errors.templates import AlreadyAssigned, EndsBeforeStart, NeverPublished, TemplateAssigned
from plans.models import ChecklistTemplate, TemplateAssignment
from plans.services import assign_template, create_template, discard_draft
from tests.factories.checklists import FRIDAY, shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def adm(plant):
    return plant.person("adm")


def test_a_template_is_assigned_to_a_place_and_shift_once(plant, day_shift, adm):
    given = {"template": shipped(), "node": plant.a, "shift": day_shift, "by": adm}
    assign_template(starts_on=FRIDAY, **given)

    with pytest.raises(AlreadyAssigned):
        assign_template(starts_on=date(2027, 1, 1), **given)


def test_an_assignment_does_not_end_before_it_starts(plant, day_shift, adm):
    with pytest.raises(EndsBeforeStart):
        assign_template(template=shipped(), node=plant.a, shift=day_shift, starts_on=FRIDAY, ends_on=date(2026, 11, 19), by=adm)


def test_what_was_never_published_is_neither_offered_nor_assigned(plant, day_shift, adm, signed_in):
    draft = create_template(code="L-1", name="Lobby", by=adm)

    offered = signed_in(adm).get("/assignments/new").context["form"].fields["template"].queryset
    assert draft not in offered
    assert shipped() in offered
    with pytest.raises(NeverPublished):
        assign_template(template=draft, node=plant.a, shift=day_shift, starts_on=FRIDAY, by=adm)


def test_the_only_draft_of_a_template_that_is_assigned_stays(plant, day_shift, adm, signed_in):
    """As it could be assigned before it was published."""
    draft = create_template(code="L-1", name="Lobby", by=adm)
    TemplateAssignment.objects.create(template=draft, node=plant.a, shift=day_shift, starts_on=FRIDAY)

    with pytest.raises(TemplateAssigned):
        discard_draft(template=draft, by=adm)
    page = signed_in(adm).post("/templates/L-1/discard", {"seen": "1.1"}, follow=True)
    assert "L-1 is assigned to 1 places, so it stays." in page.content.decode()
    assert ChecklistTemplate.objects.filter(code="L-1").exists()
