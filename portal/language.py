"""Chinese first: the reader's own choice decides, not what a browser was installed with."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_noop

# Sentences of Django's forms that the REST framework's catalogue says in other words: ours, which
# stands above both, keeps those the pages have always used.
FORM_SENTENCES = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Enter a valid URL."),
    gettext_noop("No file was submitted."),
    gettext_noop("The submitted file is empty."),
)


def stored_words(words: str | Promise) -> str:
    """Return lazy words as they are stored: in the programme's language, whoever acts."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(words)


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Speaks the language chosen with the switch, and Chinese until one is chosen."""

    def process_request(self, request: HttpRequest) -> None:
        """Take the language from the cookie of the switch alone."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        translation.activate(chosen if chosen in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Say which language it is; the answer varies by the cookie, not by Accept-Language."""
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
