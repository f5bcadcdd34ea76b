from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.forms import DossierForm

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

        from creators import board, domain, menu, own, queries, rules
        from creators.forms import CreatorForm
        from creators.models import Creator
        from creators.moves import CREATOR_MOVES
        from portal import registry
        from portal.audit import acts
        from portal.submissions import kinds, merging
        from portal.submissions.enums import State

        kinds.register(
            kinds.Kind(
                code="creator",
                action="creators",
                prefix="CZ",
                label=_("Creator"),
                model=Creator,
                form=CreatorForm,
                moves=CREATOR_MOVES,
                may_file=rules.may_register,
                facts=queries.facts,
                place=_place,
                personal=True,
                words={
                    State.SUBMITTED: _("Waiting for the county to verify"),
                    State.PUBLISHED: _("Verified"),
                },
                live_fields=("followers", "introduction", "contact_phone"),
                beside=("county",),
                public_url="creator",
                public_fields=("name", "handle", "county", "topic", "introduction"),
            )
        )
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


def _place(form: "DossierForm", actor: "Actor") -> dict[str, Any]:
    """A creator belongs to the county the form names."""
    county = form.cleaned_data.get("county")
    return {"county": county, "city": county.city if county else None}
