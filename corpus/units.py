"""What numbers count: units of money, people, shares, time and measure, each with one canonical name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Quantity(StrEnum):
    """What sort of thing a figure measures."""

    MONEY = "money"
    SHARE = "share"
    PEOPLE = "people"
    COUNT = "count"
    MULTIPLE = "multiple"
    MEASURE = "measure"
    DURATION = "duration"
    YEAR = "year"
    FISCAL_YEAR = "fiscal_year"
    MONTH = "month"
    DAY = "day"
    CLOCK = "clock"
    AGE = "age"
    ORDINAL = "ordinal"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Unit:
    """A canonical unit; a figure printed in it counts `scale` times as much (割 is 10 %)."""

    name: str
    quantity: Quantity
    scale: Decimal = Decimal(1)


def _units(quantity: Quantity, rows: str) -> list[tuple[str, Unit]]:
    """Patterns and units of rows such as ``人=人|名``; a lone word is its own pattern; ``*10`` scales."""
    made = []
    for row in rows.split():
        name, _, pattern = row.partition("=")
        name, _, scale = name.partition("*")
        made.append((pattern or name, Unit(name, quantity, Decimal(scale or 1))))
    return made


_KA = "[かカヵヶケ箇]"
# The first pattern that matches wins, so longer ones come before those that begin them.
_TABLE = [
    *_units(Quantity.SHARE, "%=%|パーセント|㌫ %*10=割(?![り引当合増]) ポイント"),
    *_units(Quantity.MONEY, "円=円(?![卓滑形周盤]) ドル=米?ドル ユーロ ポンド ウォン 人民元"),
    *_units(Quantity.MEASURE, "km=キロメートル|キロメーター|km|㎞ km=キロ(?![ァ-ヺ]) km2=平方キロ(?:メートル)? m2=平方メートル|平米|㎡|m2"),
    *_units(Quantity.MEASURE, "m3=立方メートル|立米|㎥ ha=ヘクタール|ha m=メートル|メーター?|m(?![a-zA-Z]) cm=センチ(?:メートル)?|cm|㎝"),
    *_units(Quantity.MEASURE, "mg=ミリグラム|mg|㎎ mm=ミリ(?:メートル)?(?![ァ-ヺ])|mm|㎜ kg=キログラム|kg|㎏ g=グラム t=トン(?![ァ-ヺ])"),
    *_units(Quantity.MEASURE, "kWh=キロワット(?:時|アワー)|kWh kW=キロワット|kW L=リットル デシベル ベクレル シーベルト ℃ 畳 坪"),
    *_units(Quantity.DURATION, f"か月={_KA}月間? 年={_KA}年(?!度)間?|年間 週=週間?(?!末) 日=日間 分=分間 秒=秒間?"),
    *_units(Quantity.FISCAL_YEAR, "年度=年度(?!目|間)"),
    *_units(Quantity.AGE, "歳代=歳代|代(?![表替理金わ])(?=の|以|半|後|前|と|、|を|が|で|女|男|若) 歳=歳|才(?!能)"),
    *_units(Quantity.PEOPLE, "人=人(?![口権材工件間格種類気])|名(?![称義簿前])"),
    *_units(Quantity.MULTIPLE, "倍"),
    *_units(Quantity.COUNT, f"か所={_KA}所 か国={_KA}国 か条={_KA}条 区市町村 市区町村 市町村 都道府県 区市 都県 世帯 世代 施設"),
    *_units(Quantity.COUNT, "団体 会派 会場 事業所 事業者 事業=事業(?!費) 法人 企業 都市 地区 街区 地域 地点 路線 車線 分野 項目 段階"),
    *_units(Quantity.COUNT, "段目 議席 議案 病院 大学 学級 クラス ページ=ページ|頁 種類 種目 競技 品目 科目 学科 店舗 拠点 試合 周年 会計"),
    *_units(Quantity.COUNT, "市場 自治体 委員会 丁目 件 回=回(?![答復収顧避帰覧]) 点=点(?![検灯字在]) 個=個(?![人別性室]) 棟 戸 床 枚 冊"),
    *_units(Quantity.COUNT, "台=台(?![東風場]) 室=室(?!内) 校=校(?![長舎庭]) 園=園(?!児) 社=社(?![会長]) 店 本=本(?![人部市町庁当線来質格気])"),
    *_units(Quantity.COUNT, "票 種 頭 匹 羽 隻 基 機=機(?![関能]) 番=番(?!組) 位=位(?!置) 級 号 条 項 期=期(?![待間]) 次 両 便 株 組=組(?![織合み])"),
    *_units(Quantity.COUNT, "席 食 杯 箱 泊 問=問(?!題) 案 課 局=局(?!長) 部=部(?![分門署長屋]) 区=区(?![民長議役域間分]) 市=市(?![民長]) 町=町(?!民) 村 県"),
    *_units(Quantity.COUNT, "都=都(?![民庁議立知]) つ 度 階 曲 章 軒 班 隊 チーム グループ コース ケース 編成 河川 公園 駅 館 ステップ レーン セット ブロック"),
    *_units(Quantity.CLOCK, "時=時(?![間代期点])"),
    *_units(Quantity.DURATION, "時間 分=分(?![野類科析担散権離の])"),
    *_units(Quantity.MONTH, "月=月(?![光島])"),
    *_units(Quantity.DAY, "日=日(?!本)"),
    *_units(Quantity.DURATION, "年"),
]  # fmt: skip
_PATTERN = re.compile("|".join(f"(?P<u{row}>{pattern})" for row, (pattern, _) in enumerate(_TABLE)))
NONE = Unit("", Quantity.NUMBER)


def unit_at(folded: str, at: int) -> tuple[Unit, int]:
    """The unit printed at `at` of folded text, and where it ends; `NONE` and `at` where there is none."""
    found = _PATTERN.match(folded, at)
    if not found or found.lastgroup is None:
        return NONE, at
    return _TABLE[int(found.lastgroup[1:])][1], found.end()
