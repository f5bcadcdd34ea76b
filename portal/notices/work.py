"""The work of this room: texts to phones."""

from django.utils.translation import gettext_lazy as _

from portal.jobs.domain import Progress
from portal.jobs.handlers import handles
from portal.jobs.models import Work
from portal.notices.domain import SMS_KIND, deliver_text


@handles(SMS_KIND, max_attempts=5, label=_("Text message"))
def send_sms(work: Work, progress: Progress) -> None:
    """Send the message that `payload` names."""
    deliver_text(message_id=work.payload["message"], progress=progress)
