"""Whom to call in an emergency (GEN-28)."""

import pytest

from plans.models import EmergencyContact
from plans.services import report_emergency

pytestmark = pytest.mark.django_db


def typed(**more):
    return {"name": "Fire brigade", "name_zh": "消防", "phone": "119", "node": "", "order": "1", "version": "0"} | more


@pytest.mark.req("GEN-28")
def test_the_contacts_of_a_unit_and_of_everywhere_stand_on_the_page_of_an_emergency(plant, day_shift, signed_in):
    client = signed_in(plant.person("mgr"))
    assert client.post("/emergency-contacts/new", typed()).status_code == 302
    assert client.post("/emergency-contacts/new", typed(name="Hall A first aid", phone="8001", node=plant.a.pk)).status_code == 302
    assert client.post("/emergency-contacts/new", typed(name="Hall B first aid", phone="8002", node=plant.b.pk)).status_code == 302
    finding = report_emergency(node=plant.a1, what="fire", area="Hall A", text="Smoke", by=plant.person("sup", plant.a))

    page = client.get(f"/findings/{finding.number}").content.decode()

    assert "Fire brigade" in page
    assert "8001" in page
    assert "8002" not in page


def test_a_contact_is_changed_and_taken_off_the_list(plant, signed_in):
    client = signed_in(plant.person("adm"))
    client.post("/emergency-contacts/new", typed())
    contact = EmergencyContact.objects.get()
    page = client.get(f"/emergency-contacts/{contact.pk}")
    version = page.context["form"]["version"].value()
    assert client.post(f"/emergency-contacts/{contact.pk}", typed(phone="", version=version)).status_code == 422
    assert client.post(f"/emergency-contacts/{contact.pk}", typed(phone="120", version=version)).status_code == 302
    assert client.post(f"/emergency-contacts/{contact.pk}", typed(phone="110", version=version)).status_code == 409
    assert EmergencyContact.objects.get().phone == "120"
    assert "120" in client.get("/emergency-contacts").content.decode()
    assert client.post(f"/emergency-contacts/{contact.pk}", typed(remove="1", version=version)).status_code == 409
    assert client.post(f"/emergency-contacts/{contact.pk}", {"remove": "1"}).status_code == 422
    assert EmergencyContact.objects.exists()
    version = client.get(f"/emergency-contacts/{contact.pk}").context["form"]["version"].value()
    client.post(f"/emergency-contacts/{contact.pk}", {"remove": "1", "version": version})
    assert not EmergencyContact.objects.exists()


@pytest.mark.req("SYS-03")
def test_the_page_of_a_contact_tells_who_changed_the_number_from_what_to_what(plant, signed_in):
    admin = plant.person("adm")
    client = signed_in(admin)
    client.post("/emergency-contacts/new", typed())
    contact = EmergencyContact.objects.get()
    version = client.get(f"/emergency-contacts/{contact.pk}").context["form"]["version"].value()
    client.post(f"/emergency-contacts/{contact.pk}", typed(phone="120", version=version))

    page = client.get(f"/emergency-contacts/{contact.pk}")

    changed, made = page.context["history"]
    assert (changed.who, changed.deed, made.deed) == (admin.name, "changed", "made")
    assert [(change.before, change.after) for change in changed.changes] == [("119", "120")]
    assert "119" in page.content.decode()
    assert "history" not in client.get("/emergency-contacts/new").content.decode().partition("<main")[2]
