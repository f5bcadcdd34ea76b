"""Addresses for machines, and the pages about their keys."""

from django.urls import URLPattern, path, re_path

from portal.api.views import deliveries, docs, keys, schema, statements, uploads, webhooks
from portal.api.views.feed import feed_of
from portal.api.views.records import endpoints_of
from portal.submissions import kinds

V1 = "api/v1"


ENDS = {"": "", "-bulk": "bulk/", "-record": "<slug:code>/", "-submit": "<slug:code>/submit/"}


def _of_kinds() -> list[URLPattern]:
    found = []
    for kind in kinds.every():
        if not kind.api:
            continue
        views, base = endpoints_of(kind), f"{V1}/{kind.api}/"
        found += [
            path(f"{base}{end}", views[name].as_view(), name=f"api-{kind.api}{name}")
            for name, end in ENDS.items()
        ]
        feed = feed_of(kind).as_view()
        found.append(path(f"{V1}/feed/{kind.api}/", feed, name=f"api-feed-{kind.api}"))
        hooks = webhooks.webhooks_of(kind).as_view()
        found.append(path(f"{V1}/webhooks/{kind.api}/", hooks, name=f"api-webhooks-{kind.api}"))
    return found


def _of_statements() -> list[URLPattern]:
    upload = f"{V1}/statement-uploads/<uuid:upload>/"
    one = f"{V1}/statements/<int:pk>/"
    views = {
        "sources": (f"{V1}/statement-sources/", statements.Sources),
        "uploads": (f"{V1}/statement-uploads/", uploads.UploadStart),
        "upload": (upload, uploads.UploadOne),
        "upload-file": (f"{upload}files/<slug:sha256>/", uploads.UploadFile),
        "upload-check": (f"{upload}check/", uploads.UploadCheck),
        "upload-finish": (f"{upload}finish/", uploads.UploadFinish),
        "rejected": (f"{one}rejected/", statements.StatementRejected),
    }
    found = [
        path(url, v.as_view(), name=f"api-statement-{name}") for name, (url, v) in views.items()
    ]
    return [*found, path(one, statements.StatementOne.as_view(), name="api-statement")]


urlpatterns = [
    *_of_kinds(),
    *_of_statements(),
    path(f"{V1}/webhooks/<int:pk>/", webhooks.Webhook.as_view(), name="api-webhook"),
    path(f"{V1}/me/", webhooks.Me.as_view(), name="api-me"),
    path(f"{V1}/files/", webhooks.Files.as_view(), name="api-files"),
    path(f"{V1}/schema/", schema.Schema.as_view(), name="api-schema"),
    path("api/docs/", docs.docs, name="api-docs"),
    # Whatever stands behind.
    re_path("^api/", webhooks.Nothing.as_view(), name="api-nothing"),
    path("keys/", keys.key_list, name="keys"),
    path("keys/export/", keys.key_export, name="keys-export"),
    path("keys/new/", keys.key_new, name="key-new"),
    path("keys/<int:pk>/", keys.key, name="key"),
    path("keys/<int:pk>/revoke/", keys.key_revoke, name="key-revoke"),
    path("webhooks/", deliveries.delivery_list, name="webhook-log"),
    path("webhooks/export/", deliveries.delivery_export, name="webhook-log-export"),
    path("webhooks/<uuid:pk>/", deliveries.delivery, name="webhook-delivery"),
    path("webhooks/<uuid:pk>/replay/", deliveries.delivery_replay, name="webhook-replay"),
]
