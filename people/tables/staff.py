"""The table of staff, with the log-ins and roles that a file may give."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, NotAllowed
from core.tables import Choice, Code, Column, Day, Loader, LoadRow, Ref, TableKind, Text, Words
from core.tables.loaders import rewrite
from people.errors import NotAUsername
from people.models import OrgNode, Staff, User
from people.roles import Role
from people.services.accounts import require_username
from people.services.leaders import open_leaders, resolve_leaders

ACCOUNT = ("username", "roles")


class UsernameTaken(Faulty):
    code = "username_taken"
    sentence = _("The user name “%(value)s” belongs to somebody else.")


class RolesNeedUsername(Faulty):
    code = "roles_need_username"
    sentence = _("Roles go with a user name; this person has none.")


class LeftBeforeHired(Faulty):
    code = "left_before_hired"
    sentence = _("The last day %(left_on)s lies before the first day %(hired_on)s.")


class StaffLoader(Loader):
    """A row with ``username`` makes a user who cannot sign in until a password is set; ``-`` takes the log-in away.

    People who become known here take their places as leaders that the organisation's file named before.
    """

    def __init__(self, kind: TableKind, **who: Any) -> None:
        super().__init__(kind, **who)
        self._users: dict[str, User] = {}
        self._taken: dict[str, int] = {}

    @classmethod
    def rows(cls, kind: TableKind) -> QuerySet:
        roles = Group.objects.filter(user=OuterRef("user_id")).values("name")
        return Staff.objects.order_by("pk").annotate(role_names=ArraySubquery(roles))

    def find(self, rows: Sequence[LoadRow]) -> Mapping[Hashable, Any]:
        numbers = [row.values["staff_no"] for row in rows if "staff_no" in row.values]
        found = Staff.objects.filter(staff_no__in=numbers).select_related("org", "user").prefetch_related("user__groups")
        existing: dict[Hashable, Any] = {}
        staff: Any
        for staff in found.select_for_update(of=("self",)):
            staff.username = staff.user.username if staff.user else ""
            held = {group.name for group in staff.user.groups.all()} if staff.user else set()
            staff.roles = tuple(role for role in Role.values if role in held)
            existing[(staff.staff_no,)] = staff
        names = {row.values["username"] for row in rows if row.values.get("username")}
        self._users = {user.username: user for user in User.objects.filter(username__in=names).select_related("staff")}
        return existing

    def check_access(self, row: LoadRow, current: Any, merged: Mapping[str, Any]) -> None:
        super().check_access(row, current, merged)
        if self.access is None or current is None or "org_code" in row.faulty:
            return
        if not self.access.may_with("staff.edit", current):
            row.refuse("org_code", NotAllowed())

    def check(self, row: LoadRow, current: Any, merged: dict[str, Any]) -> None:
        hired_on, left_on = merged.get("hired_on"), merged.get("left_on")
        if hired_on and left_on and left_on < hired_on:
            row.refuse("left_on", LeftBeforeHired(left_on=left_on.isoformat(), hired_on=hired_on.isoformat()))
        username = merged.get("username", "")
        if username and (current is None or username != current.username):
            self._check_username(row, current, username)
        if merged.get("roles") and not username and "username" not in row.faulty:
            if row.values.get("roles"):
                row.refuse("roles", RolesNeedUsername())
            else:
                merged["roles"] = ()
        if self.access is not None and "org" in merged:
            for name in ACCOUNT:
                stands = getattr(current, name) if current else self.kind.column(name).empty
                if merged.get(name, stands) != stands and not self._may_account(current, merged["org"]):
                    row.refuse(name, NotAllowed())

    def _may_account(self, current: Any, place: OrgNode) -> bool:
        """Asked where the person stands and where the file puts them."""
        return self.access.may("account.edit", place) and (current is None or self.access.may_with("account.edit", current))

    def _check_username(self, row: LoadRow, current: Any, username: str) -> None:
        try:
            require_username(username)
        except NotAUsername as refusal:
            row.refuse("username", refusal)
            return
        holder = self._users.get(username)
        staff = getattr(holder, "staff", None)
        first = self._taken.setdefault(username, row.number)
        if first != row.number or (staff is not None and (current is None or staff.pk != current.pk)):
            row.refuse("username", UsernameTaken(value=username))

    def make(self, merged: Mapping[str, Any]) -> Model:
        staff = Staff(**{name: value for name, value in merged.items() if name not in ACCOUNT})
        staff.username, staff.roles = merged["username"], merged["roles"]  # type: ignore[attr-defined]
        return staff

    def write(self, created: Sequence[Model], changed: Iterable[tuple[Model, set[str]]]) -> None:
        changed = list(changed)
        people: list[Any] = [*created, *(staff for staff, fields in changed if fields & set(ACCOUNT))]
        self._give_users(people)
        Staff.objects.bulk_create(created)  # type: ignore[arg-type]
        if changed:
            columns = {column.field for column in self.kind.columns if not column.is_key} - set(ACCOUNT)
            rewrite([staff for staff, _fields in changed], sorted(columns | {"user"}))
        self._give_roles(people)
        resolve_leaders(staff.staff_no for staff in created)  # type: ignore[attr-defined]

    def _give_users(self, people: Sequence[Any]) -> None:
        fresh, renamed, ended, taken_over = [], [], [], []
        for staff in people:
            user = staff.user
            if not staff.username:
                if user is not None:
                    user.is_active = False
                    ended.append(user)
                    user.groups.clear()
                    staff.user = None
            elif user is None:
                user = self._users.get(staff.username)
                if user is None:
                    user = User(username=staff.username, password=make_password(None))
                    fresh.append(user)
                else:
                    # Whoever had this name before must not come in under another's.
                    user.password, user.is_active, user.one_time_until = make_password(None), True, None
                    taken_over.append(user)
                staff.user = user
            elif user.username != staff.username:
                user.username = staff.username
                renamed.append(user)
        User.objects.bulk_create(fresh)
        if renamed:
            rewrite(renamed, ["username"])
        if ended:
            rewrite(ended, ["is_active"])
        if taken_over:
            rewrite(taken_over, ["password", "is_active", "one_time_until"])

    def _give_roles(self, people: Sequence[Any]) -> None:
        """Exactly the roles of the file; groups that are no roles stay."""
        groups = dict(Group.objects.filter(name__in=Role.values).values_list("name", "pk"))
        member = User.groups.through
        wanted = {(staff.user_id, groups[role]) for staff in people if staff.user_id for role in staff.roles}
        users = [staff.user_id for staff in people if staff.user_id]
        held = member.objects.filter(user__in=users, group__in=groups.values())
        standing = {(row.user_id, row.group_id): row.pk for row in held}
        gone = [pk for pair, pk in standing.items() if pair not in wanted]
        if gone:
            member.objects.filter(pk__in=gone).delete()
        member.objects.bulk_create(member(user_id=user, group_id=group) for user, group in sorted(wanted - set(standing)))

    def notes(self) -> list[str]:
        return open_leaders()


def _scoped(access: Any, rows: QuerySet) -> QuerySet:
    return access.scoped(rows, "org")


STAFF = TableKind(
    name="staff",
    label=_("Staff"),
    model=Staff,
    columns=(
        Column("staff_no", Code(40), is_key=True, is_required=True),
        Column("name", Text(100), is_required=True),
        Column("org_code", Ref(40, model="people.OrgNode"), attribute="org", is_required=True),
        Column("position", Text(100)),
        Column("hired_on", Day()),
        Column("left_on", Day()),
        Column("pay_type", Choice(Staff.PayType)),
        Column("username", Code(150), source="user__username"),
        Column("roles", Words(Role), source="role_names"),
    ),
    loader=StaffLoader,
    edit_action="staff.edit",
    read_action="staff.read",
    scoped=_scoped,
    node_column="org_code",
)
