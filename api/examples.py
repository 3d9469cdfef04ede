"""Requests shown in the OpenAPI document; a test sends each of them."""

from __future__ import annotations

from fastapi.openapi.models import Example

_QUESTION = "学校給食費の無償化はいつから始まりますか。"

QUERY: dict[str, Example] = {
    "question": {"summary": "a question", "value": {"question": _QUESTION}},
    "filtered": {
        "summary": "within a period and a meeting, one short phrase",
        "value": {
            "question": _QUESTION,
            "filters": {"from": "2024-04-01", "to": "2025-03-31", "meetings": ["定例会"]},
            "style": "brief",
        },
    },
    "follow-up": {
        "summary": "after an earlier turn, as a stream",
        "value": {
            "question": "中学校はどうですか。",
            "history": [{"question": _QUESTION, "answer": "市立小学校は令和7年4月からです。"}],
            "stream": True,
        },
    },
}
SEARCH: dict[str, Example] = {
    "words": {"summary": "words", "value": {"question": "体育館 空調", "top_k": 20}},
    "operators": {
        "summary": "a phrase, one of two words, without a third, said by a post in a fiscal year, newest first",
        "value": {
            "question": "「学校給食」 無償化|減額 -中学校 発言者:市長 期間:令和6年度",
            "sort": "date_desc",
            "limit": 20,
        },
    },
    "speaker": {
        "summary": "what one post said",
        "value": {"question": "防災", "filters": {"speakers": ["市長"], "kinds": ["minutes"]}},
    },
}
CHAT: dict[str, Example] = {
    "conversation": {
        "summary": "as OpenAI clients send it",
        "value": {"model": "toben", "messages": [{"role": "user", "content": _QUESTION}], "stream": False},
    }
}
FEEDBACK: dict[str, Example] = {
    "bad": {
        "summary": "an answer that is wrong",
        "value": {
            "request_id": "0f8fad5bd9cb469fa16570867728950e",
            "rating": "bad",
            "comment": "年度が違います。",
            "question": _QUESTION,
        },
    }
}
