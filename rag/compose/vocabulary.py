"""How much a word says: a word that assemblies use all day weighs little, a rare one weighs 1."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from corpus.japanese import tokens

_VERB = re.compile(r"[ぁ-ん一-龠々]+[うくぐすつぬぶむる]$")
_FIRM = re.compile(r"[A-Za-zａ-ｚＡ-Ｚァ-ヴー]{2,}|[一-龠々]{2,}")
_NAME = re.compile(r"[a-z][a-z0-9]+|[ァ-ヴー]{3,}")
_VERB_SHARE = 0.5
_NUMBER_SHARE = 0.5

_SAME_MEANING = (
    "使う 使用 利用 活用",
    "始める 始まる 開始",
    "作る 作成 策定 製作",
    "増える 増やす 増加 増",
    "減る 減らす 減少 削減",
    "止まる 止める 停止 休止 中止",
    "終わる 終える 終了",
    "費用 経費 コスト",
    "値段 価格 料金",
    "会社 社 企業",
    "知らせる 周知 通知",
    "配る 配布 配付",
    "建てる 建設 建築",
    "直す 修繕 改修 修理",
    "調べる 調査",
    "変える 変わる 変更",
    "決める 決まる 決定",
    "閉まる 閉じる 閉庁 閉館",
    "開く 開ける 開催 開設",
    "選ぶ 選定 選択",
    "借りる 借用 賃借",
    "買う 購入",
    "売る 売却 販売",
    "集める 募集 収集",
    "入る 加入 加盟",
    "断る 拒否",
    "守る 保護",
    "育てる 育成",
    "子供 児童",
    "お年寄り 高齢",
    "病気 疾病 疾患",
    "ごみ 廃棄",
    "先生 教員 教師",
    "役所 庁舎",
    "上限 限度 最大 最高",
    "下限 最低 最小",
    "希望 要望 求める 望む",
    "申し込む 申し込み 申請 応募",
    "訪れる 来訪 来場 来館 訪問",
    "広さ 面積",
    "座席 客席 席",
    "亡くなる 死亡 逝去 死者",
    "怪我 負傷",
    "引っ越す 転居",
    "働く 勤務 就労 従事",
    "休む 休業",
    "払う 支払う 納付 納める",
    "貰う 受け取る 受給 受領",
    "貸す 貸し出す 貸与 貸し付け",
    "住む 居住 在住",
    "学ぶ 学習",
    "運ぶ 輸送 運搬 搬送",
    "壊れる 損壊 破損 倒壊",
    "燃える 焼失",
    "燃やす 焼却",
    "捨てる 処分",
    "逃げる 避難",
    "助ける 救助 救護",
    "試す 試行",
    "頼む 依頼 委託",
    "話し合う 協議 議論",
    "溜める 貯留 貯水 蓄える",
    "買い換える 買い換え 更新 入れ替える",
    "乗る 乗車 搭乗",
    "泊まる 宿泊",
    "載せる 掲載 記載",
    "給料 給与 賃金",
    "車 自動車 車両",
    "船 船舶 客船",
    "電車 鉄道 列車",
    "飛行機 航空機",
    "道 道路",
    "川 河川",
    "橋 橋梁",
    "家 住宅 住居",
    "店 店舗 商店",
    "医者 医師",
    "赤ちゃん 乳児",
    "見通し 見込み",
    "賛成 支持",
)


@cache
def _groups() -> dict[str, str]:
    """Token -> the first word of its group."""
    return {
        tokens(word)[0]: group.split()[0] for group in _SAME_MEANING for word in group.split() if tokens(word)
    }


def concept(word: str) -> str:
    """One word for all that mean the same in an office: 使う, 利用, 活用."""
    return _groups().get(word, word)


@cache
def _raw() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        (resources.files(__package__) / "newsletter.json").read_text(encoding="utf-8")
    )
    return content


def _counts() -> tuple[int, dict[str, int]]:
    return _raw()["texts"], _raw()["in_texts"]


def liking(word: str) -> float:
    """Log of how much likelier newsletters use a word than executives speaking in committee, in [-3, 3]; 0 unknown."""
    return float(_raw()["liking"].get(word, 0.0))


@lru_cache(maxsize=20_000)
def weight(word: str) -> float:
    """How informative a content word is, in (0, 1]: 1 for a word that newsletters hardly ever print.

    Verbs count half: people and records say the same thing with different verbs.
    """
    if word[0].isdigit():
        return _NUMBER_SHARE
    texts, counts = _counts()
    share = math.log((texts + 1) / (counts.get(word, 0) + 1)) / math.log(texts + 1)
    return max(0.05, share) * (_VERB_SHARE if _VERB.search(word) and not _FIRM.search(word) else 1.0)


def is_anchor(word: str) -> bool:
    """Whether `word` is so particular that an answer without it is about something else.

    Latin abbreviations and katakana words that newsletters rarely print.
    """
    return weight(word) >= 0.75 and bool(_NAME.fullmatch(word))


def coverage(wanted: Iterable[str], present: Iterable[str]) -> float:
    """The share, by weight, of the words `wanted` that are among `present`; 1.0 where none are wanted."""
    words = tuple(wanted)
    total = sum(weight(word) for word in words)
    there = frozenset(concept(word) for word in present)
    return sum(weight(word) for word in words if concept(word) in there) / total if total else 1.0
