"""What a person chooses, and the filter above the message log."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.notices import events, queries
from portal.notices.enums import DIGEST_ONLY_ROLES, Channel, Digest, MessageState, Way
from portal.notices.models import Preferences


class PreferencesForm(forms.Form):
    """One choice for each kind of event that may be quieted, and the digest.

    Only what leads somewhere is offered: e-mail once an address is confirmed, texts to a
    confirmed number, the digest alone to those who come here to work.
    """

    digest = forms.ChoiceField(label=_("Each working morning"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, chosen: Preferences, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = queries.reach_of(actor.user, chosen)
        digests = [Digest.OFF, *([Digest.DAILY] if reach else [])]
        if reach and actor.has(*DIGEST_ONLY_ROLES):
            digests.append(Digest.ONLY)
        field: Any = self.fields["digest"]
        field.choices = [(choice.value, choice.label) for choice in digests]
        field.initial = chosen.digest if chosen.digest in digests else Digest.OFF
        if not reach:
            field.help_text = _("A digest needs a confirmed e-mail address or mobile number.")
        ways = [way for way in Way if way.value not in Channel.values or way.value in reach]
        self.codes: dict[str, str] = {}
        self.sections: list[tuple[Any, list[str]]] = [(_("Daily digest"), ["digest"])]
        for event in events.that_reach(actor, urgent=False):
            self._add(event, ways, chosen)

    def _add(self, event: events.Event, ways: list[Way], chosen: Preferences) -> None:
        """One select, under the heading of its room."""
        name = f"way_{event.code.replace('.', '_')}"
        way = chosen.way_of(event)
        self.fields[name] = forms.ChoiceField(
            label=event.label,
            choices=[(choice.value, choice.label) for choice in ways],
            initial=(way if way in ways else Way.APP).value,
        )
        self.codes[name] = event.code
        if not self.sections or str(self.sections[-1][0]) != str(event.group):
            self.sections.append((event.group, []))
        self.sections[-1][1].append(name)

    def ways(self) -> dict[str, str]:
        """Event code to the way that was chosen."""
        return {code: self.cleaned_data[name] for name, code in self.codes.items()}


class EmailForm(forms.Form):
    """The address mails shall go to."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={"invalid": _("Write the whole address, like the example.")},
        help_text=_("We send a link to it. Messages go there once you have followed the link."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["email"]
        field.example = "name@163.com"


class MessageFilter(forms.Form):
    """Channel, state and day; a filter that is not understood is named and left out."""

    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("All")), *Channel.choices]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *MessageState.choices]
    )
    day = forms.DateField(label=_("Day"), required=False)

    def wanted(self) -> dict[str, Any]:
        """Return the filters that were understood."""
        self.is_valid()
        found: dict[str, str | date | None] = {**self.cleaned_data}
        return {name: value for name, value in found.items() if value}
