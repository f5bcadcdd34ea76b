"""Every field that the platform's report API can answer with: counted as what it is, or not at all.

`report_api_fields.txt` has the names of the fields of its reports, each once.
"""

from __future__ import annotations

from pathlib import Path

from portal.statements.reading import words

FIELDS = Path(__file__).with_name("report_api_fields.txt").read_text("ascii").split()
MEANINGS = {
    "date": ["stat_datetime", "stat_time_day"],
    "hour": ["stat_time_hour"],
    "platform": ["platform"],
    "published_at": ["publish_time"],
    "material_id": ["ad_id", "creative_id", "item_id", "material_id"],
    "material_name": ["ad_name", "item_title", "material_name"],
    "campaign_id": ["campaign_id", "project_id", "promotion_id"],
    "campaign_name": ["campaign_name", "project_name", "promotion_name"],
    "impressions": ["show", "show_cnt"],
    "plays": ["play_cnt", "total_play"],
    "clicks": ["click", "click_cnt"],
    "likes": ["dy_like", "like", "like_cnt"],
    "comments": ["comment", "comment_cnt", "dy_comment"],
    "shares": ["dy_share", "share"],
    "favorites": ["dy_collect"],
    "new_fans": ["dy_follow", "follow"],
    "conversions": ["convert", "convert_cnt"],
    "deep_conversions": ["deep_convert", "deep_convert_cnt"],
    "cost": ["ad_cost", "cost", "stat_cost"],
    "orders": ["pay_order_count"],
    "sales": ["pay_order_amount"],
}


def test_each_field_is_counted_as_what_it_is_and_no_other_by_chance():
    found: dict[str, list[str]] = {}
    for field in FIELDS:
        meant = words.lookup(field, {})
        if meant is not None and meant.canonical != words.DERIVED:
            found.setdefault(meant.canonical, []).append(field)
    assert len(FIELDS) == 601
    assert found == MEANINGS


def test_a_rate_or_an_average_is_never_added_up():
    parts = ("_rate", "_roi", "_per_", "avg_", "average_", "cpa", "cpm", "cpc", "ctr")
    derived = [field for field in FIELDS if any(part in field for part in parts)]
    assert len(derived) > 100
    for field in derived:
        meant = words.lookup(field, {})
        assert meant is None or meant.canonical == words.DERIVED, field
