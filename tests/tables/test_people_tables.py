"""Organisation and staff as files."""

from datetime import date

import pytest
from django.contrib.auth.models import Group

from people.access import Access, Grant, access_of, nodes_under, roles_of
from people.models import OrgNode, OrgPath, OrgSpan, Staff, User
from people.roles import Role
from people.services import StaffCard, add_staff
from tests.factories.people import StaffFactory, UserFactory, org

pytestmark = pytest.mark.django_db

TREE = """code,name,kind,parent_code,leader_staff_no
T1,Team 1,team,W,0815
W,Workshop,workshop,P,
P,Plant,plant,,
"""


def path_on(code, on):
    return OrgPath.objects.get(node__code=code, valid_from__lte=on, valid_to__gt=on)


@pytest.mark.req("PPL-01")
def test_parents_may_stand_below_their_children(csv_file, loaded):
    path = csv_file(TREE)

    assert loaded("organisation", path) == (3, 0, 0)
    assert path_on("T1", date(2026, 1, 1)).plant.code == "P"
    assert loaded("organisation", path) == (0, 0, 3)


@pytest.mark.req("PPL-01")
def test_a_later_row_is_a_dated_move_and_keeps_what_it_leaves_blank(csv_file, loaded):
    loaded("organisation", csv_file(TREE + "V,Other,workshop,P,\n"))

    path = csv_file("code,valid_from,name,kind,parent_code,leader_staff_no\nT1,2026-10-15,,team,V,\nT1,2026-11-01,Team One,team,,-\n")
    assert loaded("organisation", path) == (2, 0, 0)

    assert path_on("T1", date(2026, 10, 14)).workshop.code == "W"
    assert path_on("T1", date(2026, 11, 2)).workshop.code == "V"
    names = OrgSpan.objects.filter(node__code="T1").order_by("valid_from").values_list("name", "leader_staff_no")
    assert list(names) == [("Team 1", "0815"), ("Team 1", "0815"), ("Team One", "")]
    assert loaded("organisation", path) == (0, 0, 2)


@pytest.mark.req("PPL-01")
def test_no_unit_stands_below_one_that_opens_later(csv_file, faults, loaded):
    org("P", "plant")
    OrgSpan.objects.update(valid_from=date(2026, 3, 1))
    head = "code,valid_from,name,kind,parent_code\n"
    early = csv_file(f"{head}T,2026-02-01,Team,team,W\nW,2026-04-01,Workshop,workshop,P\nV,,Other,workshop,P\n")
    assert faults("organisation", early) == [
        'row 2, column parent_code: "W" – W is opened on 1 Apr 2026, after this date.',
        'row 4, column parent_code: "P" – P is opened on 1 Mar 2026, after this date.',
    ]
    assert loaded("organisation", csv_file(f"{head}T,2026-04-01,Team,team,W\nW,2026-04-01,Workshop,workshop,P\n")) == (2, 0, 0)
    assert faults("organisation", csv_file(f"{head}T,2026-03-15,Team,team,W\n"))


def test_dated_rows_may_stand_in_any_order(csv_file, loaded):
    loaded("organisation", csv_file("code,valid_from,name,kind,parent_code\nT,2026-02-01,,team,\nT,,Team,team,P\nP,,Plant,plant,\n"))

    assert [(span.name, span.parent.code) for span in OrgSpan.objects.filter(node__code="T")] == [("Team", "P"), ("Team", "P")]


def test_what_the_organisation_refuses(csv_file, faults):
    org("OLD", "workshop", org("OP", "plant"))
    path = csv_file(
        "code,name,kind,parent_code\n"
        "P,Plant,plant,\nW,Workshop,workshop,P\nT,Team,team,W\n"
        "A,A,team,T\nB,B,plant,P\nC,C,team,\nD,D,team,NONE\nE,,team,W\nF,F,,W\nG,G,gang,W\nOLD,Old,team,P\nH,H,workshop,H\n"
    )

    assert faults("organisation", path) == [
        'row 5, column parent_code: "T" – A Team cannot stand below T, which is a Team.',
        'row 6, column parent_code: "P" – A Plant cannot stand below P, which is a Plant.',
        'row 7, column parent_code: "" is needed',
        'row 8, column parent_code: "NONE" is not known',
        'row 9, column name: "" is needed',
        'row 10, column kind: "" is needed',
        'row 11, column kind: "gang" is none of plant workshop section team',
        'row 12, column kind: "team" – OLD is a Workshop and stays one.',
        'row 13, column parent_code: "H" – A Workshop cannot stand below H, which is a Workshop.',
    ]
    assert not OrgNode.objects.filter(code="P").exists()


def test_a_leader_who_is_not_known_yet_is_kept_listed_and_resolved_later(csv_file, db):
    from core.tables import KINDS, load

    outcome = load(KINDS["organisation"], csv_file(TREE))
    assert outcome.notes == ["leader_staff_no 0815 is not known yet: T1"]
    assert OrgSpan.objects.get(node__code="T1").leader is None

    outcome = load(KINDS["staff"], csv_file("staff_no,name,org_code\n0815,Li Na,T1\n"))

    assert outcome.notes == []
    assert OrgSpan.objects.get(node__code="T1").leader == Staff.objects.get(staff_no="0815")
    assert path_on("T1", date(2026, 1, 1)).leader.staff_no == "0815"
    assert load(KINDS["organisation"], csv_file(TREE)).tally.unchanged == 3


def test_a_leader_whom_a_page_appointed_leaves_and_comes_back(csv_file, loaded, tmp_path):
    from core.tables import KINDS, export

    plant = org("P", "plant")
    OrgSpan.objects.filter(node=plant).update(leader=StaffFactory(staff_no="77", org=plant))

    export(KINDS["organisation"], tmp_path / "o.csv")

    assert "P,,plant P,P,plant,,77" in (tmp_path / "o.csv").read_text(encoding="utf-8-sig")
    assert loaded("organisation", tmp_path / "o.csv") == (0, 0, 1)


def test_only_one_s_own_part_of_the_organisation(plant, csv_file, faults, loaded):
    """An administrator of plant P writes in P; other plants do not exist, new ones are not his."""
    other = org("Q", "plant")
    org("QW", "workshop", other)
    access = access_of(plant.person("adm"))
    path = csv_file("code,name,kind,parent_code\nA9,New team,team,A\nQW,Mine,workshop,Q\nX,New,workshop,Q\nZ,Own plant,plant,\n")

    assert faults("organisation", path, access=access) == [
        'row 3, column code: "QW" is not known',
        'row 4, column parent_code: "Q" is not known',
        'row 5, column kind: "plant" – Your role does not include this.',
    ]
    assert loaded("organisation", csv_file("code,name,kind,parent_code\nA9,New team,team,A\n"), access=access) == (1, 0, 0)


# --- staff ---


@pytest.mark.req("PPL-02")
def test_a_user_name_makes_a_user_without_a_password(csv_file, loaded):
    org("P", "plant")
    path = csv_file("staff_no,name,org_code,username,roles\n1,Li Na,P,li.na,tld sup\n2,Wang Wei,P,,\n")

    assert loaded("staff", path) == (2, 0, 0)

    li = Staff.objects.get(staff_no="1")
    assert not li.user.has_usable_password()
    assert {role.value for role in roles_of(li)} == {"sup", "tld"}
    assert Staff.objects.get(staff_no="2").user is None
    assert loaded("staff", csv_file("staff_no,roles\n1,sup tld\n")) == (0, 0, 1)


def test_roles_are_taken_and_given_and_other_groups_stay(csv_file, loaded):
    node = org("P", "plant")
    staff = StaffFactory(staff_no="1", org=node, roles=["tld"])
    staff.user.groups.add(Group.objects.create(name="choir"))

    assert loaded("staff", csv_file("staff_no,roles\n1,sup mgr\n")) == (0, 1, 0)

    assert set(staff.user.groups.values_list("name", flat=True)) == {"choir", "mgr", "sup"}


def test_a_user_name_may_change_and_be_taken_away(csv_file, loaded):
    staff = StaffFactory(staff_no="1", org=org("P", "plant"), roles=["tld"])
    user = staff.user

    assert loaded("staff", csv_file("staff_no,username\n1,new.name\n")) == (0, 1, 0)
    user.refresh_from_db()
    assert user.username == "new.name"
    assert loaded("staff", csv_file("staff_no,username\n1,-\n")) == (0, 1, 0)

    user.refresh_from_db()
    staff.refresh_from_db()
    assert (staff.user, user.is_active, user.groups.count()) == (None, False, 0)


@pytest.mark.req("SYS-01")
def test_a_user_name_that_goes_to_somebody_else_takes_no_password_along(csv_file, loaded):
    before = StaffFactory(staff_no="1", org=org("P", "plant"), roles=["mgr"])
    user = before.user
    user.set_password("seven-blue-lathes")
    user.save()
    loaded("staff", csv_file("staff_no,username\n1,-\n"))

    assert loaded("staff", csv_file(f"staff_no,name,org_code,username,roles\n2,Li,P,{user.username},tld\n")) == (1, 0, 0)

    user.refresh_from_db()
    assert (user.staff.staff_no, user.has_usable_password(), user.is_active) == ("2", False, True)
    assert list(user.groups.values_list("name", flat=True)) == ["tld"]


def test_what_staff_refuses(csv_file, faults):
    node = org("P", "plant")
    StaffFactory(staff_no="9", org=node, user=UserFactory(username="taken"))
    path = csv_file(
        "staff_no,name,org_code,hired_on,left_on,pay_type,username,roles\n"
        "1,A,P,2026-02-01,2026-01-31,piece,,\n2,B,P,,,hourly,,\n3,C,P,,,,taken,\n4,D,P,,,,x y,\n"
        "5,E,P,,,,,tld\n6,F,P,,,,f,boss\n7,G,NONE,,,,,\n8,H,,,,,,\n10,J,P,,,,twice,\n11,K,P,,,,twice,\n"
    )

    assert faults("staff", path) == [
        'row 2, column left_on: "2026-01-31" – The last day 2026-01-31 lies before the first day 2026-02-01.',
        'row 3, column pay_type: "hourly" is none of piece time guaranteed',
        'row 4, column username: "taken" – The user name “taken” belongs to somebody else.',
        'row 5, column username: "x y" – A user name has letters, digits and @ . + - _ only.',
        'row 6, column roles: "tld" – Roles go with a user name; this person has none.',
        'row 7, column roles: "boss" is none of adm dir mgr wsm sup tld opr ins stk plr buy mnt hrt sixc eng',
        'row 8, column org_code: "NONE" is not known',
        'row 9, column org_code: "" is needed',
        'row 11, column username: "twice" – The user name “twice” belongs to somebody else.',
    ]
    assert not User.objects.filter(username="f").exists()


@pytest.mark.req("SYS-01")
def test_nobody_gives_himself_rights_by_importing(plant, csv_file, faults, loaded):
    """HR keeps the staff register; log-ins and roles are the administrator's."""
    hr = plant.person("hrt")
    access = access_of(hr)
    path = csv_file(f"staff_no,name,org_code,username,roles\n{hr.staff_no},,,,adm\nN1,New,A1,new,\nN2,Far,Q,,\n")
    org("Q", "plant")

    assert faults("staff", path, access=access, by=hr) == [
        'row 2, column roles: "adm" – Your role does not include this.',
        'row 3, column username: "new" – Your role does not include this.',
        'row 4, column org_code: "Q" is not known',
    ]
    assert loaded("staff", csv_file("staff_no,name,org_code\nN1,New,A1\n"), access=access, by=hr) == (1, 0, 0)


@pytest.mark.req("SYS-01")
@pytest.mark.parametrize("role", ["hrt", "adm"])
@pytest.mark.parametrize(
    "table",
    [
        "staff_no,left_on\nC1,2026-01-01\n",
        "staff_no,name\nC1,Another\n",
        "staff_no,username\nC1,mine\n",
        "staff_no,roles\nC1,opr\n",
        "staff_no,org_code\nC1,A\n",
    ],
)
def test_a_plants_file_does_not_reach_people_of_the_whole_company(plant, csv_file, faults, loaded, role, table):
    importer = plant.person(role)
    boss = StaffFactory(staff_no="C1", org=None, user=UserFactory(username="boss"))
    boss.user.groups.add(Group.objects.get(name="adm"))

    told = faults("staff", csv_file(table), access=access_of(importer), by=importer)

    assert any("column org_code" in fault and "Your role does not include this." in fault for fault in told)
    assert loaded("staff", csv_file("staff_no,position\nC1,Owner\n"), access=access_of(boss), by=boss) == (0, 1, 0)


@pytest.mark.req("SYS-01")
def test_a_file_needs_the_right_where_a_log_in_stands_and_where_it_goes(plant, csv_file, faults):
    """An administrator who may keep the register of another plant gives no roles to its people by moving them."""
    adm = plant.person("adm")
    org("Q", "plant")
    far = StaffFactory(staff_no="F1", org=OrgNode.objects.get(code="Q"), user=UserFactory(username="far"))
    whole = [Grant(Role.HRT, frozenset({far.org_id, *nodes_under(OrgNode.objects.get(code="A"))}))]
    access = Access(adm, (*access_of(adm).grants, *whole))

    assert faults("staff", csv_file("staff_no,org_code,roles\nF1,A,adm\n"), access=access, by=adm) == [
        'row 2, column roles: "adm" – Your role does not include this.',
    ]


def test_loading_many_people_takes_no_more_statements_than_few(csv_file, loaded, django_assert_max_num_queries):
    org("P", "plant")
    rows = "".join(f"S{number},Name {number},P,user{number},tld\n" for number in range(500))

    with django_assert_max_num_queries(24):
        loaded("staff", csv_file(f"staff_no,name,org_code,username,roles\n{rows}"))


def test_a_leader_who_comes_by_a_page_takes_the_place_that_a_file_named(csv_file, loaded):
    loaded("organisation", csv_file(TREE))
    team = OrgNode.objects.get(code="T1")

    add_staff(staff_no="0815", card=StaffCard(name="Li Na", org=team), by=StaffFactory(org=team))

    assert OrgSpan.objects.get(node=team).leader.name == "Li Na"
