"""Two counties that own a row of every kind, and the address of each page about them.

`ROWS` names, for every address with an id in it, whose page it is and which row fills it; an
address that stands in none of the lists below fails `test_isolation.py`. A new page is one line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from portal.notices.preferences import link_token
from portal.submissions.models import Submission
from tests.sides import Side
from tests.stops import TRAFFIC, Stop

ROWS: dict[str, Stop] = {
    **TRAFFIC,
    "dossier": Stop(lambda side: {"code": side.draft.code}),
    "dossier-edit": Stop(lambda side: {"code": side.draft.code}),
    "dossier-move": Stop(lambda side: {"code": side.draft.code, "move": "submit"}, answer=405),
    "dossier-reason": Stop(
        lambda side: {"code": side.submitted.code, "move": "return"}, who="colleague"
    ),
    "dossier-merge": Stop(
        lambda side: {"code": side.submitted.code, "other": side.published.code}, who="office"
    ),
    "desk-view-drop": Stop(lambda side: {"pk": side.view.pk}, who="colleague", answer=405),
    "desk-bulk-result": Stop(lambda side: {"pk": side.bulk.pk}, who="colleague"),
    "desk-letter": Stop(lambda side: {"pk": side.letter.pk}, who="office"),
    "desk-stand-in-end": Stop(lambda side: {"pk": side.stand_in.pk}, who="colleague", answer=405),
    "desk-review": Stop(lambda side: {"code": side.submitted.code}, who="colleague"),
    "desk-interest": Stop(lambda side: {"code": side.submitted.code}, who="colleague"),
    "revision": Stop(lambda side: {"pk": side.revision.pk}),
    "revision-move": Stop(lambda side: {"pk": side.revision.pk, "move": "cancel"}, answer=302),
    "organisation-record": Stop(lambda side: {"pk": side.organisation.pk}),
    "organisation-edit": Stop(lambda side: {"pk": side.organisation.pk}),
    "organisation-person": Stop(lambda side: {"pk": side.organisation.pk}, answer=405),
    "organisation-person-end": Stop(
        lambda side: {
            "pk": side.organisation.pk,
            "role": side.merchant.memberships.get().pk,
        },
        answer=405,
    ),
    "brand-edit": Stop(lambda side: {"code": side.brand.code}),
    "brand-members": Stop(lambda side: {"code": side.brand.code}),
    "brand-members-export": Stop(lambda side: {"code": side.brand.code}),
    "brand-leave": Stop(
        lambda side: {"code": side.brand.code, "pk": side.brand.members.get().pk}, answer=405
    ),
    "standard-version-new": Stop(lambda side: {"pk": side.standard.pk}),
    "product-standards": Stop(lambda side: {"code": side.published.code}),
    "product-standard-end": Stop(
        lambda side: {
            "code": side.published.code,
            "pk": side.published.product.standards.get().pk,
        },
        answer=405,
    ),
    "organisation-qualification-new": Stop(lambda side: {"pk": side.organisation.pk}),
    "dossier-qualification-new": Stop(lambda side: {"code": side.published.code}),
    "qualification": Stop(lambda side: {"pk": side.paper.pk}),
    "qualification-renew": Stop(lambda side: {"pk": side.paper.pk}),
    "qualification-verify": Stop(lambda side: {"pk": side.paper.pk}, answer=405),
    "qualification-check": Stop(lambda side: {"pk": side.paper.pk}),
    "qualification-off": Stop(lambda side: {"pk": side.paper.pk}),
    "file": Stop(lambda side: {"pk": side.file.pk}, unmarked="a PDF: its bytes hold no name"),
    "file-thumb": Stop(
        lambda side: {"pk": side.draft.attachments.get(purpose="photos").file.pk},
        unmarked="a picture",
    ),
    "notice-open": Stop(lambda side: {"pk": side.notice.pk}, answer=405),
    "notice-email-confirm": Stop(
        lambda side: {"token": link_token(side.preferences)}, unmarked="the address is masked"
    ),
    "work-detail": Stop(lambda side: {"pk": side.work.pk}),
    "class-new": Stop(
        lambda side: {"pk": side.session.course_id},
        who="office",
        unmarked="courses are the programme's",
    ),
    "class-change": Stop(
        lambda side: {"pk": side.session.pk}, who="office", unmarked="classes are the programme's"
    ),
    "enrolment-move": Stop(
        lambda side: {"pk": side.enrolment.pk, "move": "cancel"}, who="trainee", answer=405
    ),
    "enrolment-remove": Stop(lambda side: {"pk": side.enrolment.pk}, who="office"),
    "take": Stop(lambda side: {"pk": side.take.pk}),
    "take-move": Stop(lambda side: {"pk": side.take.pk, "move": "give_back"}, answer=302),
    "subsidy-round-new": Stop(
        lambda side: {"pk": side.round.scheme_id},
        who="office",
        unmarked="schemes are the programme's",
    ),
    "work-retry": Stop(lambda side: {"pk": side.work.pk}, answer=405),
    "show-value": Stop(
        lambda side: {
            "subject": "submissions.submission",
            "pk": side.application.pk,
            "field": "contact_phone",
        }
    ),
    "my-data-download": Stop(lambda side: {"pk": side.export.pk}),
    "sheet": Stop(lambda side: {"pk": side.intake.pk}),
    "sheet-columns": Stop(lambda side: {"pk": side.intake.pk}),
    "sheet-mend": Stop(lambda side: {"pk": side.intake.pk}, answer=405),
    "sheet-wrong-rows": Stop(lambda side: {"pk": side.intake.pk}),
    "sheet-act": Stop(lambda side: {"pk": side.intake.pk, "act": "take_in"}, answer=405),
    "key": Stop(lambda side: {"pk": side.key.pk}),
    "key-revoke": Stop(lambda side: {"pk": side.key.pk}),
    "webhook-delivery": Stop(lambda side: {"pk": side.delivery.pk}),
    "webhook-replay": Stop(lambda side: {"pk": side.delivery.pk}, answer=405),
    "api-products-record": Stop(lambda side: {"code": side.draft.code}),
    "api-products-submit": Stop(lambda side: {"code": side.draft.code}, answer=405),
    "api-statement": Stop(lambda side: side.landed, who="office"),
    "api-statement-rejected": Stop(lambda side: side.landed, "office", unmarked="no row is bad"),
    "api-statement-upload": Stop(lambda side: side.upload, who="office"),
    "api-statement-upload-file": Stop(lambda side: side.upload_file, who="office"),
    "api-statement-upload-check": Stop(lambda side: side.upload, who="office", answer=405),
    "api-statement-upload-finish": Stop(lambda side: side.upload, who="office", answer=405),
    # Of a key alone: for a person there is nothing.
    "api-webhook": Stop(lambda side: {"pk": side.delivery.subscription_id}, answer=404),
    "listing-new": Stop(lambda side: {"code": side.published.code}, who="office"),
    "listing": Stop(lambda side: {"pk": side.listing.pk}, who="office"),
    "listing-withdraw": Stop(lambda side: {"pk": side.listing.pk}, who="office"),
    "export-profile": Stop(lambda side: {"pk": side.profile.pk}, who="office"),
    "export-run": Stop(lambda side: {"pk": side.profile.pk}, who="office", answer=405),
    "export": Stop(lambda side: {"pk": side.sent.pk}, who="office"),
    "export-file": Stop(lambda side: {"pk": side.sent.pk, "form": "json"}, who="office"),
    "product-sales": Stop(lambda side: {"code": side.published.code}),
    "product-sales-export": Stop(
        lambda side: {"code": side.published.code}, unmarked="figures by day, without a name"
    ),
    "product-county": Stop(lambda side: {"code": side.county}),
    "product-quick-go-on": Stop(lambda side: {"code": side.draft.code}),
    "product-category": Stop(
        lambda side: {"code": "tea"}, who="office", unmarked="categories are the programme's"
    ),
    "call-quotas": Stop(
        lambda side: {"pk": side.call.pk}, who="office", unmarked="numbers of counties, no name"
    ),
    "call-entry-move": Stop(lambda side: {"pk": side.put_entry.pk, "move": "take_out"}, answer=405),
    "live-session-change": Stop(
        lambda side: {"pk": side.live.pk}, who="office", unmarked="sessions are the programme's"
    ),
    "live-session-cancel": Stop(
        lambda side: {"pk": side.live.pk}, who="office", unmarked="sessions are the programme's"
    ),
    "running-order": Stop(lambda side: {"pk": side.live.pk}, who="office"),
    "running-order-add": Stop(lambda side: {"pk": side.next_live.pk}, who="office"),
    "run-sheet": Stop(
        lambda side: {"pk": side.live.pk}, who="office", unmarked="a PDF: its bytes hold no name"
    ),
    "run-sheet-xlsx": Stop(lambda side: {"pk": side.live.pk}, who="office"),
}
# Pages of administrators about any person: nobody else gets them.
ADMIN_ROWS: dict[str, Stop] = {
    "desk-away-person": Stop(lambda side: {"pk": side.official.pk}, who="admin"),
    "desk-hand-over-person": Stop(lambda side: {"pk": side.official.pk}, who="admin"),
    "person": Stop(lambda side: {"pk": side.official.pk}, who="admin"),
    "person-role": Stop(lambda side: {"pk": side.official.pk}, who="admin"),
    "person-role-end": Stop(
        lambda side: {"pk": side.official.pk, "role": side.official.memberships.get().pk},
        who="admin",
        answer=405,
    ),
    "person-act": Stop(lambda side: {"pk": side.official.pk, "act": "close"}, who="admin"),
}
# Addresses without an id that show rows: nothing of the neighbour's stands on them.
LISTS = {
    "home",
    "desk",
    "desk-export",
    "desk-statistics",
    "desk-statistics-export",
    "desk-letters",
    "desk-away",
    "desk-hand-over",
    "design",
    "dossiers",
    "dossiers-export",
    "sheet-list",
    "organisations",
    "organisations-export",
    "organisation-new",
    "qualifications",
    "qualifications-export",
    "brand-new",
    "standard-new",
    "notices",
    "notice-preferences",
    "notice-email",
    "own-messages",
    "message-log",
    "message-log-export",
    "work-list",
    "audit-list",
    "audit-export",
    "people",
    "people-export",
    "people-invite",
    "profile",
    "consent",
    "my-data",
    "my-data-name",
    "my-data-close",
    "board",
    "placements",
    "placements-export",
    "placement-new",
    "alerts",
    "alerts-export",
    "make-goods",
    "make-goods-export",
    "pacing",
    "pacing-room",
    "pacing-what-if",
    "pacing-what-if-export",
    "pacing-export",
    *("brief", "brief-pdf", "brief-export"),
    "campaigns",
    "campaigns-export",
    "subsidies",
    "takes",
    "takes-export",
    "task-new",
    "course-new",
    "subsidy-scheme-new",
    "campaign-new",
    "statements",
    "statements-export",
    *("statement-days", "statement-days-export"),
    "statement-land",
    "sources",
    "sources-export",
    "source-new",
    "unmatched",
    "unmatched-export",
    *("unmatched-match", "unmatched-where", "unmatched-where-export"),
    *("compared", "compared-export"),
    "programme",
    "effect",
    "effect-export",
    "region-deliveries",
    "region-deliveries-export",
    "allotments",
    "allotments-export",
    "days",
    "days-export",
    "reconciliation",
    "reconciliation-export",
    "campaigns-unplaced",
    "trainees",
    "trainees-export",
    "subsidies-supported",
    "subsidies-supported-export",
    "keys",
    "keys-export",
    "key-new",
    "webhook-log",
    "webhook-log-export",
    "api-products",
    "api-me",
    "api-statement-sources",
    "api-webhooks-products",
    "product-categories",
    "product-categories-export",
    "product-category-new",
    "calls",
    "calls-export",
    "call-new",
    "live-sessions",
    "live-sessions-export",
    "live-sessions-run-sheets",
    "live-session-new",
    "export-profiles",
    "export-profile-new",
    "sales",
    "sales-export",
    "unmatched-sales",
    "unmatched-sales-export",
    "product-counties",
    "product-counties-export",
}
# Addresses without an id that act, by POST.
OWN_ACTS = {
    "desk-bulk",
    "desk-view-keep",
    "pool-open",
    "reconciliation-now",
    "brief-sending",
    *("statement-take-in", "statement-columns", "unmatched-match-many"),
    "notices-read",
    "profile-role",
    "my-data-export",
    "notice-email-drop",
    "api-products-bulk",
    "api-files",
    "api-statement-uploads",
}
# Addresses for machines that are none, which say so.
NOWHERE = {"api-nothing"}
# About published rows, for everyone signed in: what stands on them is public already.
OPEN: dict[str, Stop] = {
    "brands-export": Stop(lambda side: {}),
    "standards": Stop(lambda side: {}),
    "standards-export": Stop(lambda side: {}),
    "standard": Stop(lambda side: {"pk": side.standard.pk}),
    "tasks": Stop(lambda side: {}),
    "tasks-export": Stop(lambda side: {}),
    "products-export": Stop(lambda side: {}),
    "spots-export": Stop(lambda side: {}),
    "routes-export": Stop(lambda side: {}),
    "creators-export": Stop(lambda side: {}),
    "brand-export": Stop(lambda side: {"code": side.brand.code}),
    "api-feed-products": Stop(lambda side: {}),
    "task": Stop(lambda side: {"pk": side.task.pk}),
}
# With an id that is no row's: the kind of dossier to file.
FORMS = {
    "dossier-new": {"kind": "product"},
    "product-quick": {},
    "sheet-new": {"kind": "product"},
    "sheet-template": {"kind": "product"},
    "sheet-export": {"kind": "product"},
}
# About programme rows that everyone signed in may read; the county's rows on them are its own.
SHARED: dict[str, Stop] = {
    "class": Stop(lambda side: {"pk": side.session.pk}),
    "class-roster": Stop(lambda side: {"pk": side.session.pk}, who="official"),
    "subsidy-round": Stop(lambda side: {"pk": side.round.pk}),
    "subsidy-round-export": Stop(lambda side: {"pk": side.round.pk}),
    "call": Stop(lambda side: {"pk": side.call.pk}),
    "call-entries": Stop(lambda side: {"pk": side.call.pk}),
    "call-entries-export": Stop(lambda side: {"pk": side.call.pk}),
    "call-put-forward": Stop(lambda side: {"pk": side.open_call.pk}),
    "live-session": Stop(lambda side: {"pk": side.live.pk}),
}
# Open to everyone; with the published row that fills them.
PUBLIC: dict[str, Callable[[Side], dict[str, Any]]] = {
    "about": lambda side: {},
    "privacy": lambda side: {},
    "privacy-version": lambda side: {"number": "1"},
    "home": lambda side: {},
    "healthz": lambda side: {},
    "readyz": lambda side: {},
    "freshz": lambda side: {},
    "elder-mode": lambda side: {},
    "set_language": lambda side: {},
    "products": lambda side: {},
    "brands": lambda side: {},
    "brand": lambda side: {"code": side.brand.code},
    "harvest": lambda side: {},
    "harvest-export": lambda side: {},
    "courses": lambda side: {},
    "creators": lambda side: {},
    "creator": lambda side: {"code": side.creator.code},
    "spots": lambda side: {},
    "routes": lambda side: {},
    "spot": lambda side: {"code": side.spot.code},
    "route": lambda side: {"code": side.route.code},
    "class": lambda side: {"pk": side.session.pk},
    "product": lambda side: {"code": side.published.code},
    "product-qr": lambda side: {"code": side.published.code},
    "product-poster": lambda side: {"code": side.published.code},
    "product-share": lambda side: {
        "code": side.published.code,
        "version": Submission.objects.get(pk=side.published.pk).version,
    },
    "file": lambda side: {"pk": side.published.attachments.get(purpose="photos").file.pk},
    "file-thumb": lambda side: {"pk": side.published.attachments.get(purpose="photos").file.pk},
    "api-schema": lambda side: {},
    "api-docs": lambda side: {},
    "demonstration-messages": lambda side: {},
    "demonstration-mails": lambda side: {},
    "account_reset_password": lambda side: {},
    "account_reset_password_done": lambda side: {},
}


def address(name: str, stop: Stop, side: Side) -> str:
    """The address of `stop` about a row of `side`."""
    return reverse(name, kwargs=stop.fill(side))
