from django.urls import include, path

from courtparty.accounts.views import door, grants, sessions, users

accounts = [
    path("", users.user_list, name="user_list"),
    path("create/", users.user_create, name="user_create"),
    path("<int:pk>/", users.user_detail, name="user_detail"),
    path("<int:pk>/disable/", users.user_disable, name="user_disable"),
    path("<int:pk>/enable/", users.user_enable, name="user_enable"),
    path("<int:pk>/link/", users.user_link, name="user_link"),
    path("grants/", grants.grant_list, name="grant_list"),
    path("grants/create/", grants.grant_create, name="grant_create"),
    path("grants/<int:pk>/end/", grants.grant_end, name="grant_end"),
    path("locked/", grants.locked_list, name="locked_list"),
    path("locked/<int:pk>/unlock/", grants.locked_unlock, name="locked_unlock"),
    path("sessions/", sessions.session_list, name="session_list"),
    path("sessions/<int:pk>/end/", sessions.session_end, name="session_end"),
]

urlpatterns = [
    path("sign-in/", door.SignIn.as_view(), name="sign_in"),
    path("sign-out/", door.sign_out, name="sign_out"),
    path("language/", door.set_language, name="set_language"),
    path("password/", door.password_change, name="password_change"),
    path("activate/<uidb64>/<token>/", door.activate, name="activate"),
    path("accounts/", include((accounts, "accounts"))),
]
