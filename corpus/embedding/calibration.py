"""What int8 models are fitted to and checked with: made-up texts, and the shift of scale between factors.

A few channels of a layer's input reach twenty times the others; quantised as they are, they would cost all
the rest their precision. So part of each channel's scale moves into the weights (SmoothQuant, Xiao et al. 2022,
arXiv:2211.10438): the function stays the same, and the int8 vectors come close to the fp32 ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MIGRATION = 0.7  # how much of a channel's scale moves to the weights; measured, docs/decisions/0002
FAITHFUL = 0.97  # least cosine of an int8 vector to its fp32 vector; 0.998 is usual

# Speech, lists, figures, Latin and Korean letters; short and long.
CALIBRATION = (
    "公園の整備について伺います。",
    "○議長　これより本日の会議を開きます。出席議員は定足数に達しております。",
    "令和５年度の一般会計予算は、総額１，２３４億５千万円で、前年度と比べて３．２％の増となりました。",
    "（１）施設の名称　（２）所在地　（３）開館時間：午前９時～午後５時　※月曜日は休館",
    "ただいまの御質問にお答えします。職員の育成につきましては、研修の機会を広げるとともに、"
    "若手とベテランが組んで業務を見直す取組を昨年十月から全ての部で始めたところでございます。"
    "今後は、成果を測る指標を定め、半年ごとに結果を公表してまいります。",
    "DX推進計画では、オンライン申請の割合を2027年度末までに80%とし、窓口のWi-Fiやタブレットも整えます。",
    "異議なし。",
    "避難所となる小学校の体育館に空調機を設けるべきと考えますが、区長の見解を求めます。"
    "また、備蓄倉庫の毛布や粉ミルク、簡易トイレの数は足りているのか、現状をお聞かせください。",
    "保育園の待機児童は二年続けてゼロでした。一方、学童クラブでは定員を超える申込みがあり、"
    "空き教室の活用、民間事業者の誘致、児童館の時間延長の三つを組み合わせて受入れを増やします。",
    "Q. 窓口で外国語の案内はありますか。 A. 英語・中文・한국어の案内を用意しています。",
    "高齢者のみの世帯が増える中、地域包括支援センターの役割はますます重くなっています。見守りの協定を"
    "結んだ事業者は四十二社となり、昨年度は百件を超える通報がありました。孤立を防ぐため、民生委員や"
    "町会の皆様と情報を分かち合う仕組みを整え、早く気づき、早くつなぐ支援に力を入れてまいります。"
    "あわせて、認知症の方とその家族が集うカフェを、各地区に一か所以上設けることを目指します。",
    "以上で終わります。ありがとうございました。（拍手）",
)


def channel_scales(ranges: NDArray[np.float32], peaks: NDArray[np.float32]) -> NDArray[np.float32]:
    """By what to divide each input channel, and multiply the weights that read it.

    Args:
        ranges: Greatest magnitude of each channel over the calibration texts, ``(channels,)``.
        peaks: Greatest magnitude of the weights that read it, ``(channels,)``.

    Returns:
        float32 ``(channels,)`` in quarters of an octave, so that processors which differ in the last bit agree.
    """
    raw = np.maximum(ranges, 1e-3) ** MIGRATION / np.maximum(peaks, 1e-6) ** (1 - MIGRATION)
    octaves = np.maximum(np.log2(raw / np.median(raw)), -6)
    scales: NDArray[np.float32] = np.exp2(np.rint(octaves * 4) / 4).astype(np.float32)
    return scales
