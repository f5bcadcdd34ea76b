from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTS = {
    "task.publish": _("Task published"),
    "task.follow": _("Task follows a merged dossier"),
}


class CreatorsConfig(AppConfig):
    """The fourth action: rural image (乡村形象 · 乡村守护人)."""

    name = "creators"
    label = "creators"
    verbose_name = _("Rural image")

    def ready(self) -> None:
        """Plug creators and tasks into the house."""
        from django.urls import reverse_lazy

        from creators import board, domain, menu, own
        from creators.kind import CREATOR
        from portal import registry
        from portal.audit import acts
        from portal.submissions import kinds, merging

        kinds.register(CREATOR)
        entry = registry.MenuItem(
            _("Creators"),
            reverse_lazy("creators"),
            reverse_lazy("creators"),
            hint=_("Local people who film and tell what their villages have."),
            group=registry.MenuGroup.ACTIONS,
        )
        registry.register_menu(lambda actor: [entry])
        registry.register_menu(menu.task_menu)
        registry.register_tasks(menu.take_tasks)
        own.register()
        registry.register_links(menu.work_links)
        board.register()
        merging.register_follower(domain.follow_merge)
        acts.name(ACTS)
