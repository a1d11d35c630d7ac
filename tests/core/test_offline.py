"""What the server does for a device without network: its worker, who is here, which pages may be kept, in whose name is written."""

import pytest

pytestmark = pytest.mark.django_db


def test_the_worker_comes_from_the_top_and_is_asked_for_anew(client):
    response = client.get("/sw.js")

    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"
    assert b'addEventListener("fetch"' in response.content


def test_who_is_here_comes_with_a_fresh_token_and_nobody_gets_none(client, signed_in, plant):
    assert (client.get("/who").status_code, client.get("/who").json()) == (401, {})
    sup = plant.person("sup", plant.a)
    told = signed_in(sup).get("/who")

    assert (told.json()["staff"], told.json()["name"]) == (sup.pk, "sup A")
    assert told.json()["csrf"]
    assert "no-store" in told["Cache-Control"]


def test_a_page_kept_by_the_device_says_whose_it_is(signed_in, plant):
    sup = plant.person("sup", plant.a)

    assert signed_in(sup).get("/on-this-device")["X-FloorOps-Keep"] == str(sup.pk)
    assert "X-FloorOps-Keep" not in signed_in(sup).get("/account")


def test_what_one_person_made_is_not_written_in_the_name_of_another(signed_in, plant):
    sup, tld = plant.person("sup", plant.a), plant.person("tld", plant.a1)

    response = signed_in(tld).post("/language", {"language": "en"}, headers={"X-FloorOps-Staff": str(sup.pk)})
    assert (response.status_code, response.json()["code"]) == (409, "other_person")
    assert signed_in(sup).post("/language", {"language": "en"}, headers={"X-FloorOps-Staff": str(sup.pk)}).status_code == 302


def test_scripts_import_each_other_by_names_with_a_hash(settings, tmp_path):
    from django.contrib.staticfiles.finders import find

    from floorops.static_files import StaticFiles

    settings.STATIC_ROOT = str(tmp_path)
    storage = StaticFiles(location=str(tmp_path))
    for name in ("js/outbox.js", "js/device.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        with open(str(find(name)), "rb") as source:
            (tmp_path / name).write_bytes(source.read())
    list(storage.post_process({name: (storage, name) for name in ("js/outbox.js", "js/device.js")}))

    kept = (tmp_path / storage.stored_name("js/device.js")).read_text()
    assert storage.stored_name("js/outbox.js").split("/")[1] in kept
