"""Verbs and nouns of doing that tell the same deed in an office: 完成 and 竣工, 辞職 and 退任."""

from __future__ import annotations

import re
from functools import cache

from corpus.japanese import tokens
from rag.compose.vocabulary import concept

_SAME_DEED = (
    "完成 竣工 落成 完工 出来上がる 完了",
    "開業 開店 開設 開校 開所 開館 開園 開場 開通 開院 オープン",
    "設立 創立 創設 発足 設置 新設 設ける 立ち上げる 立ち上がる 置く",
    "廃止 撤廃",
    "終了 終わる 終える 完了 閉幕",
    "移転 移る 移す 引っ越す 移行",
    "開始 始まる 始める スタート 開幕 稼働",
    "統一 一本化 統合 纏める",
    "増やす 増える 増加 増額 増便 増員 増設",
    "着工 着手 起工",
    "導入 入れる 取り入れる 採用",
    "辞任 辞職 退任 退職 辞める 退く",
    "就任 着任 就く 選任 任命 選ぶ 選定 選出",
    "変更 変わる 変える 改める 改正 改定 見直す 切り替える",
    "決定 決まる 決める 確定 合意 可決 議決",
    "建つ 建てる 建設 建築 新築 造る",
    "起こる 起きる 発生 生じる",
    "検出 見付かる 発見 出る",
    "達成 実現 解消 達する 届く",
    "値上げ 引き上げる 引き上げ",
    "値下げ 引き下げる 引き下げ 減額",
    "短縮 短い 縮める 縮まる",
    "訪問 訪れる 来訪 来日 視察",
    "公表 発表 公開",
    "実施 行う",
    "開催 催す 開く",
    "買収 取得 買い取る",
    "支給 給付 交付",
    "閉鎖 閉じる 閉館 閉校 閉院 廃校",
    "壊す 取り壊す 解体 撤去 除却",
    "延期 延びる 延ばす 遅れる 先送り",
    "承認 認可 許可 認める",
    "策定 作成 作る 取り纏める 纏める 定める",
    "締結 結ぶ",
    "改修 修繕 修理 直す",
    "更新 更改 入れ替える 切り替える",
    "拡大 広げる 拡充 延長",
    "減らす 減る 減少 減額 減便 減員 縮小",
    "含む 含める 計上 算入 盛り込む",
    "上がる 上昇 高まる 高める 高騰 上回る",
    "下がる 低下 下落 下回る",
    "取り止める 止める やめる 中止 断念 撤回 見送る 見直す",
    "要る 必要",
    "断る 拒否 辞退",
    "遅れる 遅延 長引く",
    "壊れる 故障 破損 損壊",
    "不足 足りる",
    "混む 混雑 渋滞",
    "通知 知らせる 周知",
    "帰国 戻る 帰る",
    "答える 答え 回答 答弁",
    "使う 使用 利用 活用 充てる 充当",
    "任せる 委ねる 委託 委任 請け負う",
    "外す 除く 除外 削除 削る 省く",
    "心配 懸念 危惧 不安 恐れ",
    "関心 注目 興味",
    "回る 回す 巡る",
    "集める 収集 募る 募集 集約",
    "送る 送付 発送",
    "測る 測定 計測 観測",
    "調べる 調査 検査 点検",
    "禁じる 禁止",
    "限る 限定 絞る 絞り込む",
    "求める 要請 要望 促す 呼び掛ける 働き掛ける",
    "広める 紹介 発信 周知 普及 広報",
    "置く 配置 配備",
    "作る 整備 築造 築く",
    "定める 制定 設定 規定",
    "保つ 維持 確保 保持",
    "続ける 続く 継続 存続",
    "払う 支払う 支出 拠出 負担",
    "掛かる 要する 費やす",
    "防ぐ 防止 抑制 予防",
    "避ける 回避",
    "戻す 返還 返却",
    "加わる 参加 参画 加入",
    "早める 前倒し 加速 急ぐ",
    "分ける 区分 分割 分離",
    "雇う 雇用 採用",
    "育てる 育成 養成",
    "移管 引き継ぐ 移す",
    "取る 採取 採る 採水",
    "公表 明らか 詳らか 開示 示す",
    "難しい 困難",
)
_OPPOSITES = (
    ("有料", "無料 無償"),
    ("必要", "不要"),
    ("可能", "不可能 困難"),
    ("義務", "任意"),
    ("有効", "無効"),
    ("安全", "危険"),
    ("合法", "違法"),
    ("十分", "不足"),
    ("同じ", "違う 異なる"),
    ("増える", "減る 減少"),
    ("上がる", "下がる 低下 据え置く"),
    ("賛成", "反対"),
    ("黒字", "赤字"),
)
_LIGHT = (
    "行う 実施 起きる 起こる 発生 生じる 出る 受ける 有る 予定 見込む 為る 予想 考える 図る 進める 進む 取り組む "
    "取組 想定 致す 成る 開始 始まる 始める 終了 終わる 終える 完了 知らせる 出来る 使う 令和 平成 昭和 今年 昨年 来年 今回 前回 次 次回 今度 初めて 最初 現在 既に 最も 大規模 新しい 全部 "
    "掛かる 持つ 行く 来る 得る 思う 伺う 尋ねる 聞く 見る 言う いらっしゃる 宜しい 無い 事 こと"
)


_PHRASES = (
    (
        ("遅れる", "延びる", "長引く", "時間"),
        re.compile(
            r"時間[をがも][^、。]{0,6}(?:かか|要し|要する|費や)|(?:この|こうした|現在の)時期に(?:な|至)|ずれ込[みん]"
        ),
    ),
)
"""Deeds that are told in other ways than by a verb: that it was late is told as the time it took."""


@cache
def _light() -> frozenset[str]:
    return frozenset(_LIGHT.split()) | frozenset(tokens(_LIGHT))


@cache
def _groups() -> dict[str, frozenset[int]]:
    """Token -> the numbers of the groups that it stands in."""
    found: dict[str, set[int]] = {}
    for number, group in enumerate(_SAME_DEED):
        for word in group.split():
            for form in {word, *tokens(word)[-1:]}:
                found.setdefault(form, set()).add(number)
    return {form: frozenset(numbers) for form, numbers in found.items()}


COMING_INTO_BEING = frozenset(tokens("出来る できた"))
"""「資料館ができたのは何年ですか」 is answered by 開館 and 設置; できる itself tells none of them."""
_MADE = ("完成", "開業", "設立", "建つ", "策定")


def same_deed(one: str, other: str) -> bool:
    """Whether a word, `one`, tells the deed that is asked for with `other`.

    >>> same_deed("完成", "竣工"), same_deed("完成", "着工")
    (True, False)
    """
    if concept(one) == concept(other):
        return True
    if other in COMING_INTO_BEING:
        return any(same_deed(one, made) for made in _MADE)
    return bool(_groups().get(one, frozenset()) & _groups().get(other, frozenset()))


def is_known(word: str) -> bool:
    """Whether a word stands among those of some deed, so that another deed's word does not tell it."""
    return word in _groups()


def opposite(one: str, other: str) -> bool:
    """Whether two words are each other's contrary, so that either settles a question for the other.

    >>> opposite("無料", "有料")
    True
    """
    return any({left, right} == {one, other} for left, rest in _OPPOSITES for right in rest.split())


def is_light(word: str) -> bool:
    """Whether a word says nothing of what happens or of what it is said of: 行う, 今回."""
    return word in _light()


def told_as(deed: str, text: str) -> bool:
    """Whether a phrase of `text` tells a deed.

    >>> told_as("遅れる", "審査に時間を要しました")
    True
    """
    return any(
        pattern.search(text) for words, pattern in _PHRASES if any(same_deed(deed, word) for word in words)
    )
