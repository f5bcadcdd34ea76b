"""What the product's form refuses, and in which words."""

from __future__ import annotations

import pytest

from products.forms import CatalogueFilter, ProductForm
from products.models import Product
from products.rules import FORBIDDEN_WORDS
from tests import dossiers

pytestmark = pytest.mark.django_db


def errors(**changes):
    """The errors by field of an otherwise complete draft."""
    form = ProductForm(dossiers.as_post({**dossiers.PRODUCT, **changes}), actor=dossiers.official())
    return {name: list(texts) for name, texts in form.errors.items()}


def test_a_whole_draft_has_no_error():
    assert errors() == {}


@pytest.mark.parametrize("word", FORBIDDEN_WORDS)
def test_a_word_the_advertising_law_forbids_is_named(word):
    assert errors(description=f"本地{word}萝卜。") == {
        "description": [f"《广告法》不允许使用这些词：{word}。"]
    }


def test_all_forbidden_words_are_named_at_once():
    assert errors(description="顶级萝卜，全网第一。") == {
        "description": ["《广告法》不允许使用这些词：全网第一、顶级。"]
    }


@pytest.mark.parametrize(
    ("given", "missing"), [("season_start", "season_end"), ("season_end", "season_start")]
)
def test_a_season_has_both_ends(given, missing):
    assert errors(**{"season_start": "", "season_end": "", given: "10"}) == {
        missing: ["请同时填写上市季的起止月份。"]
    }
    assert errors(season_start="", season_end="") == {}


def test_one_end_of_a_season_is_refused_where_the_category_hides_the_other():
    given = {"category": "craft", "season_start": "", "season_end": "7"}
    assert errors(**given) == {"season_end": ["请同时填写上市季的起止月份。"]}


def test_a_price_is_more_than_zero():
    assert errors(price="0") == {"price": ["价格必须大于零。"]}
    assert errors(price="0.01") == {}


def test_a_draft_needs_a_name_alone_and_a_submission_everything():
    owner = dossiers.official()
    data = dossiers.as_post({"name": "乳源红薯"})
    assert ProductForm(data, actor=owner).is_valid()
    complete = ProductForm(data, actor=owner, complete=True)
    assert {*complete.errors} == {*ProductForm.required_on_submit} - {"name"}


def test_filters_of_the_catalogue_narrow_together():
    owner, neighbour = dossiers.official(), dossiers.official(dossiers.XINFENG)
    dossiers.draft_product(owner, name="乳源萝卜")
    dossiers.draft_product(owner, name="瑶山茶", category="tea")
    dossiers.draft_product(neighbour, name="新丰萝卜")
    rows = Product.objects.order_by("pk")

    def found(**query):
        return [row.name for row in CatalogueFilter(query).restrict(rows)]

    assert found() == ["乳源萝卜", "瑶山茶", "新丰萝卜"]
    assert found(q=" 萝卜 ") == ["乳源萝卜", "新丰萝卜"]
    assert found(q="萝卜", county=dossiers.XINFENG) == ["新丰萝卜"]
    assert found(category="tea") == ["瑶山茶"]
    assert found(category="tea", county=dossiers.XINFENG) == []
    assert found(category="nonsense", county="nowhere") == ["乳源萝卜", "瑶山茶", "新丰萝卜"]
