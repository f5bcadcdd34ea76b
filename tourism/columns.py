"""How counties' own workbooks call the fields of spots and routes, and examples for templates."""

SPOT_HEADINGS = {
    "name": (
        *("名称", "景点名称", "景区名称", "打卡点", "打卡点名称", "打卡地"),
        *("点位名称", "资源名称", "单位名称"),
    ),
    "category": ("类型", "分类", "景点类型", "点位类型", "资源类型", "业态"),
    "town": ("乡镇", "镇", "镇街", "所在镇", "所属乡镇", "所属镇街", "所在镇街"),
    "address": ("详细地址", "具体地址", "地点", "位置", "所在村", "所在地"),
    "description": (
        *("简介", "景点简介", "景点介绍", "介绍", "特色", "亮点", "特色亮点"),
        *("推荐理由", "情况介绍", "看点"),
    ),
    "opening_hours": ("营业时间", "开放时段", "开园时间"),
    "transport": ("交通方式", "交通指引", "到达方式", "自驾路线", "交通路线", "交通情况"),
    "capacity": ("承载量", "日承载量", "日最大承载量", "最大承载量", "日接待量", "接待能力"),
    "closed_until": ("闭园至", "停业至", "暂停开放至", "关闭至"),
    "closed_because": ("闭园原因", "停业原因", "暂停开放原因", "关闭原因"),
    "contact_name": ("联系人姓名", "负责人"),
    "contact_phone": ("联系电话", "手机", "手机号", "电话", "联系方式"),
    "photos": ("图片", "照片文件名", "景点照片", "图片文件名"),
    "certificates": ("资质", "经营许可证", "安全合格证"),
}
SPOT_EXAMPLE = {
    "name": "必背瑶寨",
    "category": "景点",
    "description": "过山瑶古寨，看长鼓舞，听瑶歌。",
    "town": "必背镇",
    "address": "必背口8号",
    "opening_hours": "每天9:00–17:30",
    "transport": "县城乘6路车到终点",
    "capacity": "800",
    "contact_name": "李四",
    "contact_phone": "13800138000",
    "photos": "必背瑶寨.jpg",
}

ROUTE_HEADINGS = {
    "name": ("名称", "路线名称", "线路", "精品线路", "精品线路名称", "旅游线路名称"),
    "days": ("行程天数", "游玩天数", "建议天数", "行程"),
    "theme": ("线路主题", "线路类型", "主题类型"),
    "description": ("简介", "线路简介", "路线介绍", "线路特色", "行程安排", "推荐理由"),
    **{
        f"stop{number}": (f"站点{number}", f"站点{word}", f"第{word}站", f"途经点{number}")
        for number, word in enumerate("一二三四五六", start=1)
    },
}
ROUTE_EXAMPLE = {
    "name": "瑶乡一日",
    "days": "1",
    "theme": "绿美广东",
    "description": "上午云门寺，中午瑶家菜，下午瑶寨。",
    "stop1": "云门寺",
    "stop2": "瑶家食府",
    "stop3": "必背瑶寨",
}
