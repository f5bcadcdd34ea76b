"""The categories to begin with; staff change them and add others."""

from django.db import migrations

SOLD_LOOSE = ["jin", "kilogram", "box", "bag"]
# Advertising Law, article 17: no advertisement but a medical one speaks of curing an illness.
CURES = ["治疗", "治愈", "疗效", "药效", "降血糖", "降血压", "降血脂", "抗癌", "防癌", "消炎"]
CONFORMITY = "承诺达标合格证"
LICENCE = "食品生产许可证"
SEASON, PACK, KEEPS = {"season": "required"}, {"package": "required"}, {"shelf_life_days": "required"}
NO_FOOD = {"season": "hidden", "cold_chain": "hidden", "shelf_life_days": "hidden"}
# Code, names, what the form asks, papers, forbidden claims, photos, what they show, units.
SEEDS = [
    ("fruit", "水果", "Fruit", SEASON, [CONFORMITY], CURES, 1, "果实外观与切面", SOLD_LOOSE),
    ("vegetable", "蔬菜", "Vegetables", {}, [CONFORMITY], CURES, 1, "采收后的实物", SOLD_LOOSE),
    ("livestock", "畜禽", "Livestock and poultry", {}, ["动物检疫证明"], CURES, 1, "分割或包装后的实物", []),
    ("tea", "茶叶", "Tea", PACK, [LICENCE], [*CURES, "减肥", "排毒"], 1, "干茶与包装", []),
    (
        "processed",
        "加工食品",
        "Processed food",
        PACK | KEEPS,
        [LICENCE, "出厂检验报告"],
        [*CURES, "减肥", "零添加"],
        2,
        "成品正面和印有生产日期的标签",
        ["jin", "kilogram", "box", "bag", "piece"],
    ),
    ("grain", "粮油", "Grain and oil", PACK, ["质量检验报告"], CURES, 1, "包装与实物", SOLD_LOOSE),
    ("aquatic", "水产", "Aquatic products", {}, [CONFORMITY], CURES, 1, "鲜活或冰鲜实物", []),
    ("craft", "工艺品", "Crafts", NO_FOOD, [], [], 1, "整件与细部", ["piece", "box"]),
    (
        "herb",
        "中药材",
        "Medicinal herbs",
        PACK,
        ["质量检验报告"],
        ["包治", "根治", "治愈率", "无副作用", "特效"],
        1,
        "药材实物与包装",
        [],
    ),
    ("other", "其他", "Other", {}, [CONFORMITY], CURES, 1, "", []),
]


def seed(apps, schema_editor):
    """Write those that are not there."""
    category = apps.get_model("products", "Category")
    category.objects.bulk_create(
        (
            category(
                code=code,
                name=name,
                name_en=name_en,
                position=10 * place,
                fields=fields,
                papers=papers,
                forbidden=forbidden,
                min_photos=photos,
                photo_hint=hint,
                units=units,
            )
            for place, (
                code, name, name_en, fields, papers, forbidden, photos, hint, units
            ) in enumerate(SEEDS, start=1)
        ),
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("products", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
