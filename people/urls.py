from django.urls import path

from people.views import account, delegations, organisation, session, shifts, staff

urlpatterns = [
    path("sign-in", session.SignIn.as_view(), name="sign-in"),
    path("sign-out", session.SignOut.as_view(), name="sign-out"),
    path("language", session.ChooseLanguage.as_view(), name="language"),
    path("theme", session.ChooseTheme.as_view(), name="theme"),
    path("account", account.Account.as_view(), name="account"),
    path("account/password", account.OwnPassword.as_view(), name="own-password"),
    path("account/pin", account.OwnPin.as_view(), name="own-pin"),
    path("account/tokens", account.OwnTokens.as_view(), name="own-tokens"),
    path("people/organisation", organisation.Organisation.as_view(), name="organisation"),
    path("people/organisation/new", organisation.AddUnit.as_view(), name="unit-add"),
    path("people/organisation/unit/<int:pk>", organisation.Unit.as_view(), name="unit"),
    path("people/organisation/unit/<int:pk>/change", organisation.ChangeUnit.as_view(), name="unit-change"),
    path("people/organisation/unit/<int:pk>/withdraw/<int:span>", organisation.WithdrawChange.as_view(), name="unit-withdraw"),
    path("people/staff", staff.StaffList.as_view(), name="staff"),
    path("people/staff/new", staff.AddPerson.as_view(), name="staff-add"),
    path("people/staff/person/<int:pk>", staff.PersonPage.as_view(), name="person"),
    path("people/staff/person/<int:pk>/edit", staff.EditPerson.as_view(), name="person-edit"),
    path("people/staff/person/<int:pk>/account/<slug:deed>", staff.PersonAccount.as_view(), name="person-account"),
    path("people/shifts", shifts.ShiftList.as_view(), name="shifts"),
    path("people/shifts/new", shifts.AddShift.as_view(), name="shift-add"),
    path("people/shifts/shift/<int:pk>", shifts.EditShift.as_view(), name="shift-edit"),
    path("people/calendar", shifts.CalendarMonth.as_view(), name="calendar"),
    path("people/calendar/<str:on>", shifts.CalendarDayPage.as_view(), name="calendar-day"),
    path("people/delegations", delegations.DelegationList.as_view(), name="delegations"),
    path("people/delegations/new", delegations.AddDelegation.as_view(), name="delegation-add"),
    path("people/delegations/<int:pk>/end", delegations.EndDelegation.as_view(), name="delegation-end"),
]
