"""Addresses of the report."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("what-hr-sees/", views.what_hr_sees, name="what_hr_sees"),
    path("o/<slug:slug>/report/", views.participation, name="participation"),
    path("o/<slug:slug>/report.csv", views.participation_csv, name="participation_csv"),
]
