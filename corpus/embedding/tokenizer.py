"""Builds the tokenizer of XLM-RoBERTa from a unigram vocabulary, as the `tokenizers` library runs it."""

from __future__ import annotations

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from corpus.embedding.weights import Vocabulary

SPACE = "▁"  # how a unigram vocabulary writes the start of a word
_WAVE = "～"
_SHELTER = "\U0010fffd"  # a private character: stands for the wave dash while NFKC runs


def unigram_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """A tokenizer that gives the ids of the model the vocabulary was taken from.

    The model was trained on text normalised by SentencePiece's `nmt_nfkc`. That is the library's Nmt and
    NFKC for every character but one: the full-width tilde, frequent in Japanese (４月～６月), stays as it is.
    """
    tokenizer = Tokenizer(models.Unigram(vocabulary.pieces, unk_id=vocabulary.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace(_WAVE, _SHELTER),
            normalizers.NFKC(),
            normalizers.Replace(_SHELTER, _WAVE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always"),
        ]
    )
    tokenizer.decoder = decoders.Metaspace(replacement=SPACE, prepend_scheme="always")
    begin, end = (vocabulary.pieces[i][0] for i in (vocabulary.begin, vocabulary.end))
    _add_special(tokenizer, vocabulary)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, vocabulary.begin), (end, vocabulary.end)],
    )
    return tokenizer


def _add_special(tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    ids = (vocabulary.begin, vocabulary.padding, vocabulary.end, vocabulary.unknown)
    plain = [AddedToken(vocabulary.pieces[i][0], normalized=False, special=True) for i in ids]
    tokenizer.add_special_tokens([*plain, AddedToken("<mask>", lstrip=True, normalized=False, special=True)])
