"""Addresses of the creator matrix."""

from django.urls import path

from creators import views

urlpatterns = [
    path("creators/", views.creators, name="creators"),
    path("creators/export/", views.creators_export, name="creators-export"),
    path("creators/<slug:code>/", views.creator, name="creator"),
    path("tasks/", views.tasks, name="tasks"),
    path("tasks/export/", views.tasks_export, name="tasks-export"),
    path("tasks/new/", views.task_new, name="task-new"),
    path("tasks/<int:pk>/", views.task, name="task"),
    path("takes/", views.takes, name="takes"),
    path("takes/export/", views.takes_export, name="takes-export"),
    path("takes/<int:pk>/", views.take, name="take"),
    path("takes/<int:pk>/<slug:move>/", views.take_move, name="take-move"),
]
