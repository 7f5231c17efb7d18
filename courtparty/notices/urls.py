from django.urls import path

from courtparty.notices import views

app_name = "notices"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read-all/", views.notice_read_all, name="notice_read_all"),
    path("<int:pk>/open/", views.notice_open, name="notice_open"),
]
