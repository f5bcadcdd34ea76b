from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# What the record calls the acts of this room.
ACTS = {
    "alert.acknowledge": _("Alert acknowledged"),
    "alert.snooze": _("Alert snoozed"),
    "brief.subscribe": _("Weekly brief asked for"),
    "brief.unsubscribe": _("Weekly brief given up"),
    "placement.create": _("Placement made"),
    "placement.match": _("Id matched to a placement"),
    "placement.plan": _("Plan of a placement changed"),
    "campaign.pacing": _("Festivals of a campaign changed"),
    "placement.follow": _("Placement follows a merged dossier"),
}


class TrafficConfig(AppConfig):
    """The traffic itself: placements, delivery days, the board."""

    name = "traffic"
    label = "traffic"
    verbose_name = _("Traffic")

    def ready(self) -> None:
        """Listen to statements, tell the ledger what is used, plug into the house."""
        from portal import registry
        from portal.audit import acts
        from portal.ledger import domain as ledger
        from portal.statements import domain as statements
        from portal.statements import forecast as landing_forecast
        from portal.statements import outcomes, rebuilding
        from portal.submissions import merging
        from traffic import board, days, fates, forecast, menu, placing, queries
        from traffic.alerts import domain as alerts
        from traffic.alerts import menu as alert_menu
        from traffic.briefs import own as briefs
        from traffic.makegood import domain as make_goods
        from traffic.makegood import menu as make_good_menu
        from traffic.pacing import pages as pacing
        from traffic.reconciling.days import FIGURES

        statements.register_on_change(days.want_closed)
        rebuilding.register(FIGURES)
        days.register_on_close(make_goods.judge_day)
        days.register_on_close(alerts.ask)
        outcomes.register(fates.outcomes)
        outcomes.register_shares(fates.shares)
        landing_forecast.register(forecast.tell)
        ledger.register_used(queries.delivered_of_account)
        merging.register_follower(placing.follow_merge)
        registry.register_menu(menu.traffic_menu)
        registry.register_menu(alert_menu.alert_menu)
        registry.register_menu(make_good_menu.make_good_menu)
        registry.register_tasks(menu.traffic_tasks)
        registry.register_tasks(alert_menu.alert_tasks)
        registry.register_tasks(make_good_menu.make_good_tasks)
        registry.register_links(menu.traffic_links)
        registry.register_panel("submissions.submission", menu.dossier_panel, last=True)
        registry.register_panel("statements.statement", menu.statement_panel)
        registry.register_attention(menu.attention)
        board.register()
        briefs.register()
        registry.register_attention(pacing.attention)
        acts.name(ACTS)
