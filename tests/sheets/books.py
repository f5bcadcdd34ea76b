"""Workbooks as county offices keep them, for tests."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import dossiers

HEADINGS = ["序号", "品名", "品类", "产品介绍", "单位", "规格", "售价（元）", "库存量", "日发货量"]
HEADINGS += ["上市起", "上市止", "冷链", "负责人", "联系电话"]
UNITS = ["", "", "", "", "", "", "元", "件", "件/天", "月", "月", "是/否", "", ""]

SPOT_HEADINGS = ["序号", "景点名称", "类型", "所属乡镇", "详细地址", "推荐理由", "开放时间"]
SPOT_HEADINGS += ["交通方式", "日最大承载量（人次）", "联系人", "联系电话"]


def spot_row(number: int, **changed: Any) -> list[Any]:
    """One row under `SPOT_HEADINGS`; `changed` names cells by heading."""
    row = [number, f"瑶寨{number}", "景点", "必背镇", f"必背口{number}号", "过山瑶古寨。"]
    row += ["每天9:00–17:30", "乘6路车", 800 + number, "盘阿妹", "13800138000"]
    for heading, value in changed.items():
        row[SPOT_HEADINGS.index(heading)] = value
    return row


def product_row(number: int, **changed: Any) -> list[Any]:
    """One row under `HEADINGS`; `changed` names cells by heading."""
    row = [
        number,
        f"乳源特产{number}",
        "蔬菜",
        f"第{number}种高山冷凉菜。",
        "箱",
        "5斤/箱",
        39.9,
        500,
    ]
    row += [80, "10月", "2月", "否", "盘阿妹", "13800138000"]
    for heading, value in changed.items():
        row[HEADINGS.index(heading)] = value
    return row


def workbook(
    rows: list[list[Any]],
    *,
    headings: list[str] = HEADINGS,
    title: str = "乳源县2023年特色商品登记表",
    units: list[str] | None = UNITS,
    name: str = "登记表.xlsx",
) -> SimpleUploadedFile:
    """A workbook with a merged title above, headings, units below them, then the rows."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("登记表")
    line = 0
    if title:
        sheet.merge_range(0, 0, 0, len(headings) - 1, title)
        line = 1
    for content in ([headings], [units] if units else [], rows):
        for row in content:
            for position, value in enumerate(row):
                sheet.write(line, position, value)
            line += 1
    book.close()
    return SimpleUploadedFile(name, target.getvalue())


def photo_zip(names: list[str], **others: bytes) -> SimpleUploadedFile:
    """A zip of real photos under these names, and other files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, dossiers.photo_upload().read())
        for name, data in others.items():
            archive.writestr(name, data)
    return SimpleUploadedFile("照片.zip", target.getvalue())
