from django.urls import path

from people.views import account, session

urlpatterns = [
    path("sign-in", session.SignIn.as_view(), name="sign-in"),
    path("sign-out", session.SignOut.as_view(), name="sign-out"),
    path("language", session.ChooseLanguage.as_view(), name="language"),
    path("theme", session.ChooseTheme.as_view(), name="theme"),
    path("account", account.Account.as_view(), name="account"),
]
