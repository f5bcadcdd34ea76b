from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    """The fifth action: rural talent (乡村人才 · 乡村英才计划)."""

    name = "training"
    label = "training"
    verbose_name = _("Rural talent")

    def ready(self) -> None:
        """Plug training into the house."""
        from django.urls import reverse_lazy

        from portal import registry
        from portal.audit import acts
        from training import board, menu, own

        entry = registry.MenuItem(
            _("Courses"),
            reverse_lazy("courses"),
            reverse_lazy("courses"),
            hint=_("Free classes for people who sell, host or film in the countryside."),
            more=("/classes/", "/trainees/"),
            group=registry.MenuGroup.ACTIONS,
        )
        registry.register_menu(lambda actor: [entry])
        registry.register_tasks(menu.training_tasks)
        own.register()
        registry.register_links(menu.training_links)
        board.register()
        acts.name(
            {
                "course.open": _("Course written"),
                "class.plan": _("Class planned"),
                "class.change": _("Class changed"),
            }
        )
