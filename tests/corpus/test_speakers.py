"""Speaker classes by printed post and role."""

import pytest

from corpus.model import Role
from corpus.speakers import SpeakerClass, speaker_class

MEMBER, EXECUTIVE, CHAIR = SpeakerClass.MEMBER, SpeakerClass.EXECUTIVE, SpeakerClass.CHAIR
CASES = [
    ("市長 山田太郎", Role.ANSWER, EXECUTIVE),
    ("福祉保健局長 川口", Role.OTHER, EXECUTIVE),
    ("教育委員長 森", Role.ANSWER, EXECUTIVE),
    ("代表監査委員 田村", Role.ANSWER, EXECUTIVE),
    ("委員 伊東", Role.OTHER, MEMBER),
    ("百二十七番 伊東", Role.QUESTION, MEMBER),
    ("若林みどり", Role.QUESTION, MEMBER),
    ("議長 高槻", Role.CHAIR, CHAIR),
    ("副委員長 高槻", Role.OTHER, CHAIR),
    ("本部長 高槻", Role.CHAIR, CHAIR),
    ("参考人 水野", Role.ANSWER, None),
    ("証人 水野", Role.EXPLANATION, None),
    ("", Role.OTHER, None),
]


@pytest.mark.parametrize(("speaker", "role", "expected"), CASES)
def test_class(speaker: str, role: Role, expected: SpeakerClass | None) -> None:
    assert speaker_class(speaker, role) is expected
