"""How counties' own workbooks call a product's fields, and an example for the template."""

HEADINGS = {
    "name": ("品名", "商品名", "商品名称", "名称", "特产名称", "农产品名称"),
    "category": ("品类", "分类", "商品类别", "产品类别", "类型"),
    "description": ("产品介绍", "商品介绍", "简介", "特色", "产品描述", "卖点", "商品描述"),
    "unit": ("单位", "计量单位", "售卖单位"),
    "package": ("规格", "包装", "商品规格", "净含量"),
    "price": ("价格", "单价", "售价", "零售价", "供货价"),
    "stock": ("库存量", "现有库存", "可售数量", "数量"),
    "daily_capacity": ("日发货量", "日供应量", "每日供应量", "日产能", "每天能发"),
    "season_start": ("上市月份起", "开始月份", "上市起", "季节起"),
    "season_end": ("上市月份止", "结束月份", "上市止", "季节止"),
    "cold_chain": ("冷链", "是否冷链", "需冷链"),
    "contact_name": ("联系人姓名", "负责人"),
    "contact_phone": ("联系电话", "手机", "手机号", "电话", "联系方式"),
    "photos": ("图片", "照片", "产品图片", "照片文件名"),
}
EXAMPLE = {
    "name": "清远鸡蛋",
    "category": "畜禽",
    "description": "山地散养，谷物喂养。",
    "unit": "箱",
    "package": "30枚/箱",
    "price": "58",
    "stock": "300",
    "daily_capacity": "60",
    "season_start": "1月",
    "season_end": "12月",
    "cold_chain": "否",
    "contact_name": "李四",
    "contact_phone": "13800138000",
    "photos": "清远鸡蛋.jpg",
}
