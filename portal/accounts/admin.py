"""People in Django's admin: to look at. Changes are made on the people pages, which record them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from portal.accounts.models import Membership, User
from portal.accounts.phones import mask_phone


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows and changes none."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Accounts, without password digests and with masked numbers."""

    list_display = ("username", "full_name", "masked_phone", "is_active", "last_login")
    list_filter = ("is_active", "is_staff", "is_demonstration")
    search_fields = ("username", "full_name")
    fields = (
        "username",
        "full_name",
        "masked_phone",
        "phone_verified",
        "is_active",
        "is_staff",
        "is_demonstration",
        "privacy_version",
        "privacy_agreed_at",
        "date_joined",
        "last_login",
    )

    @admin.display(description=User._meta.get_field("phone").verbose_name)
    def masked_phone(self, user: User) -> str:
        """138****8000."""
        return mask_phone(user.phone)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Roles, those that ended too."""

    list_display = ("user", "role", "city", "county", "organisation", "started_at", "ended_at")
    list_filter = ("role",)
    list_select_related = ("user", "city", "county", "organisation")
    search_fields = ("user__username", "user__full_name")
