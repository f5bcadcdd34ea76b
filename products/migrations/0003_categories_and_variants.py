"""Categories as rows that staff keep, and variants of a product.

The ten categories that were choices become rows under the codes they had; products keep theirs.
"""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

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
    """Write the ten categories there were."""
    category = apps.get_model("products", "Category")
    category.objects.bulk_create(
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
    )


def empty_is_none(apps, schema_editor):
    """A draft without a category refers to none; a code nobody knows is another category."""
    product = apps.get_model("products", "Product")
    product.objects.filter(category="").update(category=None)
    known = [row[0] for row in SEEDS]
    product.objects.filter(category__isnull=False).exclude(category__in=known).update(
        category="other"
    )


def none_is_empty(apps, schema_editor):
    """The way back."""
    apps.get_model("products", "Product").objects.filter(category=None).update(category="")


class Migration(migrations.Migration):

    dependencies = [
        ('products', '0002_price_from_one_fen'),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='dispatch_area',
            field=models.CharField(blank=True, help_text='Town or village where the parcels leave.', max_length=60, verbose_name='sent from'),
        ),
        migrations.AddField(
            model_name='product',
            name='shelf_life_days',
            field=models.PositiveSmallIntegerField(blank=True, help_text='From the day it is packed, stored as the label says.', null=True, validators=[django.core.validators.MinValueValidator(1, 'At least one day.')], verbose_name='keeps for how many days'),
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('code', models.CharField(help_text='Stands in addresses and exports and never changes: small letters.', max_length=12, primary_key=True, serialize=False, validators=[django.core.validators.RegexValidator('^[a-z][a-z0-9-]*\\Z', 'Small letters, digits, hyphens.')], verbose_name='code')),
                ('name', models.CharField(error_messages={'unique': 'There is a category of this name.'}, max_length=20, unique=True, verbose_name='name in Chinese')),
                ('name_en', models.CharField(error_messages={'unique': 'There is a category of this name.'}, max_length=40, unique=True, verbose_name='name in English')),
                ('position', models.PositiveSmallIntegerField(default=100, help_text='Lower numbers stand first.', verbose_name='place in the list')),
                ('is_active', models.BooleanField(default=True, help_text='A retired category stays on the products that have it; nobody chooses it.', verbose_name='offered')),
                ('fields', models.JSONField(blank=True, default=dict, verbose_name='fields')),
                ('papers', models.JSONField(blank=True, default=list, verbose_name='papers to attach')),
                ('forbidden', models.JSONField(blank=True, default=list, verbose_name='forbidden words and claims')),
                ('min_photos', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(6)], verbose_name='photos at least')),
                ('photo_hint', models.CharField(blank=True, max_length=120, verbose_name='what the photos show')),
                ('units', models.JSONField(blank=True, default=list, verbose_name='sold by')),
            ],
            options={
                'verbose_name': 'product category',
                'verbose_name_plural': 'product categories',
                'ordering': ['position', 'code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('min_photos__range', (1, 6))), name='category_asks_for_one_to_six_photos', violation_error_message='One to six photos.'), models.CheckConstraint(condition=models.Q(('code__regex', '^[a-z][a-z0-9-]*$')), name='category_code_is_plain', violation_error_message='Small letters, digits, hyphens.')],
            },
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='product',
            name='category',
            field=models.CharField(blank=True, max_length=12, null=True, verbose_name='category'),
        ),
        migrations.RunPython(empty_is_none, none_is_empty),
        migrations.AlterField(
            model_name='product',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='products', to='products.category', verbose_name='category'),
        ),
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('name', models.CharField(max_length=30, verbose_name='variant')),
                ('amount', models.DecimalField(decimal_places=3, max_digits=9, verbose_name='content')),
                ('unit', models.CharField(choices=[('jin', 'jin'), ('kilogram', 'kilogram'), ('gram', 'gram'), ('liang', 'liang (50 g)'), ('litre', 'litre'), ('millilitre', 'millilitre'), ('piece', 'piece')], max_length=10, verbose_name='unit')),
                ('price', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='price in yuan')),
                ('stock', models.PositiveIntegerField(blank=True, null=True, verbose_name='stock')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='products.product')),
            ],
            options={
                'verbose_name': 'variant',
                'verbose_name_plural': 'variants',
                'ordering': ['product', 'position'],
                'constraints': [models.UniqueConstraint(fields=('product', 'name'), name='one_variant_of_a_name', violation_error_message='Two variants have the same name.'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='variant_holds_something', violation_error_message='The content is more than zero.'), models.CheckConstraint(condition=models.Q(('price__gt', 0)), name='variant_price_is_positive', violation_error_message='The price is more than zero.')],
            },
        ),
    ]
