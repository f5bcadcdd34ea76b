"""Regional public brands (区域公用品牌) with their products, and product standards by version."""
