from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from scp import views

urlpatterns = [
    path("", views.home),
    path("healthz", views.health),
    path("login/", LoginView.as_view(template_name="form.html", extra_context={"title": "Log in", "action": "/login/", "button": "Log in"})),
    path("logout/", LogoutView.as_view()),
    path("contracts/", views.contracts),
    path("contracts/new/", views.new),
    path("contracts/<int:id>/", views.contract),
    path("contracts/<int:id>/delete/", views.delete),
]
