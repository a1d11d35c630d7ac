"""The pages on which templates are kept: the editor, differences, copies, files, assignments (PLN-01, GEN-03)."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from plans.contents import Content
from plans.models import ChecklistTemplate, TemplateAssignment
from plans.selectors.templates import content_of, draft_of
from plans.services import save_draft
from tests.factories.checklists import assigned, make_sheet, publish_change, shipped
from tests.plans.statements import own_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def adm(plant):
    return plant.person("adm")


def form_of(client, code: str = "T-01") -> dict:
    """What the page would send if its first button were pressed."""
    context = client.get(f"/templates/{code}/edit").context
    typed = context["typed"]
    form = {"seen": context["seen"], "default_rounds": typed.default_rounds, "do": "save"}
    form |= {part: [row.key for row in getattr(typed, f"{part}s")] for part in ("block", "area", "item")}
    for row in (*typed.blocks, *typed.areas, *typed.items, *(option for item in typed.items for option in item.options)):
        for name, value in row.values.items():
            if value is True:
                form[f"{row.prefix}-{name}"] = "on"
            elif value is not False:
                form[f"{row.prefix}-{name}"] = value
        if "-o" in row.prefix.rpartition("-")[2] or row.prefix.rpartition("-")[2].startswith("o"):
            form[f"{row.prefix}-key"] = row.key
    return form


def press(client, form: dict, do: str, code: str = "T-01"):
    return client.post(f"/templates/{code}/edit", form | {"do": do})


def draft(code: str = "T-01") -> Content:
    return content_of(draft_of(shipped(code)))


@pytest.mark.req("PLN-01")
def test_editing_a_label_and_publishing_makes_version_2_and_yesterdays_sheet_still_shows_version_1(adm, plant, day_shift, signed_in):
    yesterday = make_sheet(plant.a, day_shift)
    client = signed_in(adm)

    assert press(client, form_of(client), "publish").status_code == 422  # nothing changed
    assert press(client, form_of(client) | {"i-T-01-02-text_zh": "地面与通道"}, "publish").status_code == 302

    page = client.get("/templates/T-01").content.decode()
    assert "Changed since version 1" in page
    assert "<ins>地面与通道</ins>" in page
    assert len(client.get("/templates/T-01").context["changes"]) == 1
    assert "地面与通道" not in client.get("/templates/T-01?version=1").content.decode()
    sheet = signed_in(plant.person("sup", plant.a)).get(f"/sheets/{yesterday.pk}", headers={"accept-language": "zh-hans"}).content.decode()
    assert "部门环境卫生" in sheet
    assert "地面与通道" not in sheet


@pytest.mark.parametrize("code", ["T-01", "T-04", "T-06", "T-12"])
def test_saving_the_page_as_it_stands_keeps_every_field(adm, signed_in, code):
    client = signed_in(adm)

    assert press(client, form_of(client, code), "save", code).status_code == 302
    assert draft(code) == content_of(shipped(code).versions.get(number=1))


@pytest.mark.req("GEN-03")
def test_a_template_of_three_phases_is_made_on_its_page_from_nothing(adm, plant, day_shift, signed_in):
    client = signed_in(adm)
    assert client.post("/templates/new", {"code": "L-1", "name": "Lobby", "name_zh": "大厅"}).headers["Location"] == "/templates/L-1/edit"
    for _count in range(3):
        press(client, form_of(client, "L-1"), "add-block", "L-1")
    for number, (name, name_zh, due) in enumerate(
        [("Opening", "开门前", "start-before"), ("Running", "营业中", "end-before"), ("Closing", "关门后", "end-after")], 1
    ):
        key = f"block-{number:02d}"
        press(client, form_of(client, "L-1"), f"add-item:{key}", "L-1")
        typed = {f"b-{key}-name": name, f"b-{key}-name_zh": name_zh, f"b-{key}-due": due, f"b-{key}-minutes": "10"}
        typed |= {f"i-L-1-{number:02d}-text": f"Look {number}", f"i-L-1-{number:02d}-text_zh": f"看{number}"}
        assert press(client, form_of(client, "L-1") | typed, "save", "L-1").status_code == 302

    assert press(client, form_of(client, "L-1"), "publish", "L-1").status_code == 302

    sheet = make_sheet(plant.a, day_shift, code="L-1")
    page = signed_in(plant.person("sup", plant.a)).get(f"/sheets/{sheet.pk}").content.decode()
    assert [page.count(word) > 0 for word in ("Opening", "Running", "Closing", "Look 1", "Look 2", "Look 3")] == [True] * 6
    version = sheet.version
    assert list(version.blocks.order_by("order").values_list("due_anchor", "due_minutes")) == [("start", -10), ("end", -10), ("end", 10)]


def test_each_press_saves_what_was_typed_and_does_its_step(adm, signed_in):
    client = signed_in(adm)

    response = press(client, form_of(client) | {"i-T-01-01-text": "Come early"}, "add-item:before")
    assert response.headers["Location"] == "/templates/T-01/edit?open=item-T-01-26#item-T-01-26"
    press(client, form_of(client), "double-item:T-01-05")
    press(client, form_of(client), "down-item:T-01-01")
    press(client, form_of(client), "drop-item:T-01-25")
    press(client, form_of(client), "up-block:leaving")
    press(client, form_of(client), "add-area")
    press(client, form_of(client) | {"a-area-01-name": "Hall", "i-T-01-02-area": "area-01"}, "save")

    content = draft()
    keys = [item.key for item in content.items]
    assert keys[:5] == ["T-01-02", "T-01-01", "T-01-03", "T-01-04", "T-01-26"]
    assert keys[5:7] == ["T-01-05", "T-01-27"]
    assert "T-01-25" not in keys
    assert [block.key for block in content.blocks] == ["before", "start", "leaving", "during"]
    assert (content.items[0].area, content.areas[0].name) == ("area-01", "Hall")
    assert content.items[1].text == "Come early"


def test_the_order_of_the_page_is_the_order_that_is_kept(adm, signed_in):
    client = signed_in(adm)
    form = form_of(client, "T-02")

    press(client, form | {"item": list(reversed(form["item"]))}, "save", "T-02")

    assert [item.key for item in draft("T-02").items] == ["T-02-05", "T-02-04", "T-02-03", "T-02-02", "T-02-01"]


@pytest.mark.req("GEN-04")
def test_types_bring_their_own_fields_along(adm, signed_in):
    client = signed_in(adm)
    form = form_of(client, "T-02")
    form |= {
        "i-T-02-01-type": "number",
        "i-T-02-01-low": "１２。５",
        "i-T-02-01-high": "1,000",
        "i-T-02-01-unit": "kg",
        "i-T-02-01-rounds": "4",
    }
    form |= {"i-T-02-02-type": "choice", "i-T-02-02-o0-text": "Full", "i-T-02-02-o0-text_zh": "满", "i-T-02-02-o0-key": ""}
    form |= {"i-T-02-02-o1-text": "Empty", "i-T-02-02-o1-text_zh": "空", "i-T-02-02-o1-abnormal": "on", "i-T-02-02-o1-key": ""}

    assert press(client, form, "publish", "T-02").status_code == 302

    number, choice = shipped("T-02").versions.get(number=2).items.order_by("order")[:2]
    assert (str(number.low), str(number.high), number.unit, number.rounds) == ("12.500000", "1000.000000", "kg", 4)
    assert choice.options == [
        {"key": "o1", "text": "Full", "text_zh": "满", "abnormal": False},
        {"key": "o2", "text": "Empty", "text_zh": "空", "abnormal": True},
    ]


def test_what_is_wrong_is_said_at_its_field_and_everything_typed_stays(adm, signed_in):
    client = signed_in(adm)
    form = form_of(client, "T-02") | {"i-T-02-01-type": "number", "i-T-02-01-low": "much", "i-T-02-02-text": "Every machine"}

    response = press(client, form, "save", "T-02")
    page = response.content.decode()

    assert response.status_code == 422
    assert 'aria-describedby="i-T-02-01-low-fault"' in page
    assert 'value="much"' in page
    assert 'value="Every machine"' in page
    assert shipped("T-02").versions.count() == 1


def test_publishing_with_a_label_missing_keeps_the_draft_and_names_the_field(adm, signed_in):
    client = signed_in(adm)

    response = press(client, form_of(client, "T-02") | {"i-T-02-03-text_zh": " "}, "publish", "T-02")

    assert response.status_code == 422
    assert 'aria-describedby="i-T-02-03-text_zh-fault"' in response.content.decode()
    assert draft("T-02").items[2].text_zh == ""
    assert shipped("T-02").versions.filter(published_at__isnull=False).count() == 1


def test_a_stale_page_is_refused_shows_what_stands_now_and_keeps_what_was_typed(adm, plant, signed_in):
    client = signed_in(adm)
    form = form_of(client, "T-02") | {"i-T-02-01-text": "My words"}
    content = content_of(shipped("T-02").versions.get())
    save_draft(template=shipped("T-02"), content=content, by=plant.person("mgr"))

    refused = press(client, form, "save", "T-02")
    page = refused.content.decode()

    assert refused.status_code == 409
    assert "mgr P changed this" in page
    assert "<del>Persons</del>" in page
    assert 'value="My words"' in page
    assert draft("T-02") == content
    again = press(client, form | {"seen": refused.context["seen"]}, "save", "T-02")
    assert again.status_code == 302
    assert draft("T-02").items[0].text == "My words"


def test_the_same_press_sent_twice_is_done_once(adm, signed_in):
    client = signed_in(adm)
    form = form_of(client, "T-02") | {"i-T-02-01-text": "Once"}

    assert [press(client, form, "save", "T-02").status_code for _count in range(2)] == [302, 302]
    assert draft_of(shipped("T-02")).revision == 1
    form = form_of(client, "T-02")
    assert press(client, form, "publish", "T-02").status_code == 302
    assert shipped("T-02").versions.count() == 2


def test_a_block_with_items_is_not_dropped(adm, signed_in):
    client = signed_in(adm)

    response = press(client, form_of(client), "drop-block:before")

    assert response.status_code == 409
    assert "still has 4 items" in response.content.decode()


@pytest.mark.parametrize("do", ["drop-wall:x", "nonsense", "up-item:T-99", "add-item:nowhere"])
def test_a_step_that_is_none_is_refused(adm, signed_in, do):
    client = signed_in(adm)

    assert press(client, form_of(client, "T-02"), do, "T-02").status_code == 422
    assert draft_of(shipped("T-02")) is None


def test_a_draft_is_discarded_by_whoever_saw_it_last(adm, signed_in):
    client = signed_in(adm)
    press(client, form_of(client, "T-02") | {"i-T-02-01-text": "Once"}, "save", "T-02")

    client.post("/templates/T-02/discard", {"seen": "1.0"})
    assert client.post("/templates/T-03/discard", {"seen": "².1"}).status_code == 302
    assert draft_of(shipped("T-02")) is not None
    assert client.post("/templates/T-02/discard", {"seen": "2.1"}).headers["Location"] == "/templates/T-02"
    assert draft_of(shipped("T-02")) is None


def test_the_editor_of_64_items_costs_the_same_as_that_of_5(adm, signed_in):
    client = signed_in(adm)

    assert own_statements(client, "/templates/T-04/edit") == own_statements(client, "/templates/T-02/edit") <= 12


# --- reading, comparing, copying, files ---


def test_any_two_versions_are_compared(adm, signed_in):
    client = signed_in(adm)
    publish_change(shipped(), {"T-01-01": {"text": "Come early"}}, by=adm)
    publish_change(shipped(), {"T-01-02": {"required": False}}, by=adm)

    latest = client.get("/templates/T-01/changes").context["changes"]
    both = client.get("/templates/T-01/changes?from=1&to=3").context["changes"]

    assert [(told.change.key, told.before, told.after) for told in latest] == [("T-01-02", "yes", "no")]
    assert [told.change.key for told in both] == ["T-01-01", "T-01-02"]
    assert client.get("/templates/T-02/changes").status_code == 200


def test_a_template_is_copied_renamed_and_retired(adm, signed_in):
    client = signed_in(adm)

    assert client.post("/templates/T-04/copy", {"code": "T-01", "name": "Night tour"}).status_code == 422
    assert client.post("/templates/T-04/copy", {"code": "T-44", "name": "Night tour"}).headers["Location"] == "/templates/T-44/edit"
    assert len(draft("T-44").items) == 64
    seen = {"version": client.get("/templates/T-44/name").context["form"]["version"].value()}
    assert client.post("/templates/T-44/name", seen | {"name": "Late tour", "name_zh": "晚巡查", "is_retired": "on"}).status_code == 302
    assert client.post("/templates/T-44/name", seen | {"name": "Early tour", "name_zh": "早巡查"}).status_code == 409
    assert (shipped("T-44").name, shipped("T-44").is_retired) == ("Late tour", True)
    assert [row.code for row in client.get("/templates?status=retired").context["rows"]] == ["T-44"]
    assert [row.code for row in client.get("/templates", {"q": "巡查"}).context["rows"]] == ["T-04", "T-44"]


def test_a_file_goes_out_and_comes_back_as_a_draft(adm, signed_in):
    client = signed_in(adm)
    response = client.get("/templates/T-04/file")
    assert response.headers["Content-Disposition"] == 'attachment; filename="T-04-v1.json"'
    data = json.loads(response.content) | {"code": "T-44"}

    file = SimpleUploadedFile("t.json", json.dumps(data, ensure_ascii=False).encode())
    assert client.post("/templates/import", {"file": file}).headers["Location"] == "/templates/T-44/edit"

    assert json.loads(client.get("/templates/T-44/file?version=draft").content) == data
    page = client.get("/templates/T-44").content.decode()
    assert "not published yet" in page


def test_the_faults_of_a_file_are_listed_at_their_places(adm, signed_in):
    client = signed_in(adm)
    data = {"code": "X", "name": "X", "blocks": [{"key": "a", "name": "A"}], "items": [{"key": "X-1", "block": "b", "text": "One"}]}

    refused = client.post("/templates/import", {"file": SimpleUploadedFile("t.json", json.dumps(data).encode())})

    assert refused.status_code == 422
    assert {fault.field for fault in refused.context["faults"]} == {"items.0.block", "items.0.text_zh"}
    for strange in (b"\xff\xfe", b"not json", b"[" * 100_000):
        assert client.post("/templates/import", {"file": SimpleUploadedFile("t.json", strange)}).status_code == 422
    assert not ChecklistTemplate.objects.filter(code="X").exists()


def test_templates_are_read_by_everybody_and_kept_by_few(plant, day_shift, signed_in):
    assigned(plant.a, day_shift)
    supervisor = signed_in(plant.person("sup", plant.a))
    for address in ("/templates/T-01", "/templates/T-01?tab=assignments", "/templates/T-01?tab=history", "/templates/T-01/changes"):
        assert supervisor.get(address).status_code == 200
    for address in (
        "/templates/T-01/edit",
        "/templates/T-01/file",
        "/templates/T-01/copy",
        "/templates/new",
        "/templates/import",
        "/assignments",
    ):
        assert supervisor.get(address).status_code == 403
    assert supervisor.get("/templates/T-99").status_code == 404


def test_the_list_costs_the_same_however_many_templates(adm, signed_in):
    client = signed_in(adm)
    few = own_statements(client, "/templates")
    for number in range(30):
        client.post("/templates/T-02/copy", {"code": f"C-{number}", "name": "Copy"})

    assert own_statements(client, "/templates") == few <= 6


# --- assignments ---


def test_a_checklist_is_assigned_changed_and_not_assigned_twice(adm, plant, day_shift, signed_in):
    client = signed_in(adm)
    form = {"template": shipped().pk, "node": plant.a.pk, "shift": day_shift.pk, "starts_on": "2026-11-01", "ends_on": "", "version": 0}
    form |= {"reach": "teams", "rule": "weekdays", "role": "tld"}

    assert client.post("/assignments/new", form).status_code == 422  # which weekdays?
    assert client.post("/assignments/new", form | {"weekdays": ["0", "3"]}).status_code == 302
    assert client.post("/assignments/new", form | {"weekdays": ["0"]}).status_code == 422
    row = TemplateAssignment.objects.get()
    assert (row.reach, row.rule, row.weekdays, row.role) == ("teams", "weekdays", [0, 3], "tld")
    changed = form | {"rule": "working_days", "version": row.version}
    assert client.post(f"/assignments/{row.pk}", changed | {"ends_on": "2026-10-01"}).status_code == 422
    assert client.post(f"/assignments/{row.pk}", changed | {"ends_on": "2026-12-31"}).status_code == 302
    assert client.post(f"/assignments/{row.pk}", changed | {"ends_on": "2026-12-30"}).status_code == 409
    row.refresh_from_db()
    assert (row.ends_on, row.weekdays) == (date(2026, 12, 31), [])
    assert client.get("/assignments").context["rows"] == [row]
    assert client.get("/assignments?template=T-04").context["rows"] == []
    assert client.get("/assignments?template=T-01&rule=working_days").context["rows"] == [row]
    history = client.get(f"/assignments/{row.pk}?tab=history").content.decode()
    assert "<b>adm P</b> changed it" in history


# --- preview ---


@pytest.mark.parametrize("code", ["T-01", "T-04", "T-06", "T-10", "T-12"])
def test_the_preview_shows_every_item_with_the_rows_of_the_sheet_and_keeps_nothing(adm, day_shift, signed_in, code):
    client = signed_in(adm)
    page = client.get(f"/templates/{code}/preview")

    assert page.status_code == 200
    assert page.content.decode().count("data-fo-item ") == shipped(code).versions.get().items.count()
    assert own_statements(client, f"/templates/{code}/preview") <= 8


def test_the_preview_of_a_draft_shows_what_is_not_published(adm, day_shift, signed_in):
    client = signed_in(adm)
    press(client, form_of(client, "T-02") | {"i-T-02-01-text": "Not published"}, "save", "T-02")

    assert "Not published" in client.get("/templates/T-02/preview?version=draft").content.decode()
    assert "Not published" not in client.get("/templates/T-02/preview").content.decode()
    client.post("/templates/new", {"code": "L-1", "name": "Lobby"})
    assert client.get("/templates/L-1/preview").status_code == 200
