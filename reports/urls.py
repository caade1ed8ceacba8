"""Addresses of the report."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("o/<slug:slug>/report/", views.participation, name="participation"),
    path("o/<slug:slug>/report.csv", views.participation_csv, name="participation_csv"),
]
