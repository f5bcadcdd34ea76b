"""Addresses of make-goods."""

from django.urls import path

from traffic.makegood import views

urlpatterns = [
    path("make-goods/", views.make_goods, name="make-goods"),
    path("make-goods/export/", views.make_goods_export, name="make-goods-export"),
    path("make-goods/<int:pk>/", views.make_good, name="make-good"),
    path("make-goods/<int:pk>/adjust/", views.make_good_adjust, name="make-good-adjust"),
    path("make-goods/<int:pk>/<slug:move>/", views.make_good_move, name="make-good-move"),
]
