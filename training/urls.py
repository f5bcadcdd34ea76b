"""Addresses of training."""

from django.urls import path

from training import views

urlpatterns = [
    path("courses/", views.courses, name="courses"),
    path("courses/new/", views.course_new, name="course-new"),
    path("courses/<int:pk>/classes/new/", views.class_new, name="class-new"),
    path("trainees/", views.trainees, name="trainees"),
    path("trainees/export/", views.trainees_export, name="trainees-export"),
    path("classes/<int:pk>/", views.class_page, name="class"),
    path("classes/<int:pk>/change/", views.class_change, name="class-change"),
    path("classes/<int:pk>/roster/", views.roster_export, name="class-roster"),
    path("enrolments/<int:pk>/remove/", views.enrolment_remove, name="enrolment-remove"),
    path("enrolments/<int:pk>/<slug:move>/", views.enrolment_move, name="enrolment-move"),
]
