"""The work of this room: texts to phones, mails to mailboxes."""

from django.utils.translation import gettext_lazy as _

from portal.jobs.domain import Progress
from portal.jobs.handlers import handles
from portal.jobs.models import Work
from portal.notices.domain import EMAIL_KIND, SMS_KIND, deliver


@handles(SMS_KIND, max_attempts=5, label=_("Text message"))
def send_sms(work: Work, progress: Progress) -> None:
    """Send the text that `payload` names."""
    deliver(message_id=work.payload["message"], progress=progress)


@handles(EMAIL_KIND, max_attempts=5, label=_("E-mail"))
def send_email(work: Work, progress: Progress) -> None:
    """Send the mail that `payload` names."""
    deliver(message_id=work.payload["message"], progress=progress)
