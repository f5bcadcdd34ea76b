"""What the public page says to machines, and the pictures others show of it."""

from __future__ import annotations

import html
import io
import json
import re
from pathlib import Path

import pytest
import segno
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image

from products.models import Product
from tests import dossiers
from tests.products import world

pytestmark = pytest.mark.django_db


def page_of(row) -> tuple[str, str]:
    """The page and its policy."""
    answer = Client().get(reverse("product", args=[row.code]))
    return answer.content.decode(), answer["Content-Security-Policy"]


def structured(page: str) -> dict:
    """What the one data block says."""
    (block,) = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.S)
    return json.loads(block)


def test_machines_read_the_product_with_its_offer(settings):
    settings.SITE_URL = "https://bqw.gd.gov.cn"
    row = dossiers.product_in("published")
    photo = row.attachments.get(purpose="photos").file_id
    page, policy = page_of(row)
    url = f"https://bqw.gd.gov.cn/products/{row.code}/"
    assert structured(page) == {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": "乳源彩石萝卜",
        "sku": row.code,
        "url": url,
        "description": "高山冷凉菜，脆甜少渣。",
        "category": "蔬菜",
        "image": [f"https://bqw.gd.gov.cn/files/{photo}/"],
        "countryOfOrigin": {"@type": "Country", "name": "CN"},
        "offers": [
            {
                "@type": "Offer",
                "price": "39.90",
                "priceCurrency": "CNY",
                "availability": "https://schema.org/InStock",
                "url": url,
            }
        ],
    }
    assert f'<link rel="canonical" href="{url}">' in page
    tags = dict(re.findall(r'<meta property="([^"]+)" content="([^"]*)"', page))
    assert (tags["og:title"], tags["og:url"], tags["og:image"]) == (
        "乳源彩石萝卜",
        url,
        f"{url}share/{row.version}/",
    )
    nonce = re.search(r'ld\+json" nonce="([^"]+)"', page)[1]
    assert f"script-src 'self' 'nonce-{nonce}'" in policy
    assert "nonce" not in Client().get(reverse("products"))["Content-Security-Policy"]


def test_offers_are_the_shelves_and_availability_is_their_stock():
    office = dossiers.staff()
    row = dossiers.product_in("published", office=office)
    world.listed(row, office)
    world.listed(row, office, channel="live", external_id="", url="", stock=0, price="40")
    offers = structured(page_of(row)[0])["offers"]
    assert [(each["price"], each["availability"][19:], each["url"]) for each in offers] == [
        ("40.00", "OutOfStock", f"http://localhost:8000/products/{row.code}/"),
        ("42.50", "InStock", "https://haohuo.jinritemai.com/item?id=3650000000000000011"),
    ]
    assert offers[0]["seller"] == {"@type": "Organization", "name": "乳源特产店"}


@pytest.mark.parametrize("name", ["</script><script>alert(1)</script>", '"><img src=x>', "\u2028&"])
def test_no_name_ends_the_block_or_the_tag(name):
    row = dossiers.product_in("published")
    Product.objects.filter(pk=row.pk).update(name=name)
    page, _policy = page_of(row)
    assert structured(page)["name"] == name
    assert ("<script>alert" in page, "<img src=x>" in page) == (False, False)
    assert html.unescape(re.search(r'og:title" content="([^"]*)"', page)[1]) == name


def test_the_code_opens_the_page():
    row = dossiers.product_in("published")
    answer = Client().get(reverse("product-qr", args=[row.code]))
    assert answer["Content-Type"] == "image/svg+xml"
    said = io.BytesIO()
    segno.make(f"http://localhost:8000/products/{row.code}/", error="m", micro=False).save(
        said, kind="svg", scale=8, border=4, light="#fff"
    )
    assert answer.content == said.getvalue()


def test_the_share_image_is_made_once_a_version_and_older_ones_go():
    row = dossiers.product_in("published", name="一个名字很长很长的乳源瑶山高山冷凉彩石萝卜礼盒")
    url = reverse("product-share", args=[row.code, row.version])
    answer = Client().get(url)
    image = Image.open(io.BytesIO(answer.content))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    folder = f"public/{row.code}"
    path = f"{folder}/{row.version}.png"
    assert Path(default_storage.path(path)).read_bytes() == answer.content
    # The photo fills the left half, text stands on the right one.
    left, right = image.convert("RGB").crop((0, 0, 600, 630)), image.crop((648, 60, 1152, 300))
    assert left.getpixel((300, 315)) != (255, 255, 255)
    assert len(right.convert("RGB").getcolors(1 << 16)) > 1
    row.version += 1
    row.save(update_fields=["version"])
    assert Client().get(url).status_code == 404
    assert Client().get(reverse("product-share", args=[row.code, row.version])).status_code == 200
    assert default_storage.listdir(folder)[1] == [f"{row.version}.png"]


def test_a_product_without_photo_or_price_has_its_pictures_too():
    row = dossiers.product_in("published")
    row.attachments.all().delete()
    Product.objects.filter(pk=row.pk).update(price=None)
    assert Client().get(reverse("product-share", args=[row.code, row.version])).status_code == 200
    assert Client().get(reverse("product-poster", args=[row.code])).content[:5] == b"%PDF-"
    assert "offers" not in structured(page_of(row)[0])


def test_the_poster_is_one_page_in_a6():
    name = "#萝卜 $x$ *粗*" + "长" * 28
    row = dossiers.product_in("published", name=name, package="规" * 60)
    data = Client().get(reverse("product-poster", args=[row.code])).content
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", data)
    assert [round(float(side)) for side in box.groups()] == [298, 420]
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 1


@pytest.mark.parametrize("name", ["product-qr", "product-poster"])
def test_what_is_not_published_has_no_pictures(name):
    row = dossiers.product_in("approved")
    client = Client()
    client.force_login(row.owner)
    assert client.get(reverse(name, args=[row.code])).status_code == 404
    assert client.get(reverse("product-share", args=[row.code, row.version])).status_code == 404
