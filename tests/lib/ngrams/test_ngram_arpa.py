"""ARPA files: what is written is what is read, and what cannot be written is refused."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_ngrams import corpora

from ngram2bert.ngrams import METHODS, estimate, read_arpa, write_arpa

WORDS = ["<s>", "</s>", "UNK_", "a", "b", "c"]
TEXT = [[3, 4, 5], [3, 4], [2, 4], []]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    corpora(vocab=6),
    st.integers(1, 4),
    st.sampled_from([m for m in METHODS if m != "interpolated"]),
    st.sampled_from([None, 6, 9]),
)
def test_round_trip(tmp_path_factory, text, n, method, size):
    options = {} if method == "mle" else {"size": size}
    model = estimate(text, n, len(WORDS), method, **options)
    path = tmp_path_factory.mktemp("arpa") / "model.arpa"
    if method in ("mle", "add_k") and n > 2:  # they hold `<s> <s>`, which the format does not
        with pytest.raises(ValueError, match="ARPA readers begin with one <s>"):
            write_arpa(model, WORDS, path)
        return
    write_arpa(model, WORDS, path)
    back, words = read_arpa(path)
    assert words in (WORDS, ["<s>", "</s>", "<unk>", *WORDS[2:]])
    number = torch.tensor([words.index(word) for word in WORDS])
    query = torch.cartesian_prod(*[torch.arange(6)] * n).view(-1, n)
    want = model.prob(query)
    torch.testing.assert_close(back.prob(number[query]), want, rtol=1e-7, atol=1e-90)
    if "<unk>" in words:
        spare = 1 - model.probs[0].sum()
        torch.testing.assert_close(back.probs[0][words.index("<unk>")], spare, rtol=1e-6, atol=1e-12)


def test_the_file_itself(tmp_path):
    path = tmp_path / "model.arpa"
    write_arpa(estimate([[2], [2]], 2, 3, "kneser_ney", discounts=[0.0, 0.5]), ["<s>", "</s>", "a"], path)
    lines = [
        *["\\data\\", "ngram 1=3", "ngram 2=2", ""],
        *["\\1-grams:", "-99\t<s>\t-0.602059991", "-0.301029996\t</s>\t0", "-0.301029996\ta\t-0.602059991", ""],
        *["\\2-grams:", "-0.0579919470\t<s> a".replace("470", "47"), "-0.057991947\ta </s>", "", "\\end\\", ""],
    ]
    assert path.read_text(encoding="utf-8") == "\n".join(lines)


@pytest.mark.parametrize(
    ("model", "words", "message"),
    [
        (estimate(TEXT, 3, 6, bos="continuation"), WORDS, 'estimate it with bos="raw"'),
        (estimate(TEXT, 2, 6, "interpolated", held_out=TEXT), WORDS, "MixtureModel has no ARPA form"),
        (estimate(TEXT, 2, 6), WORDS[:-1], "5 words for a model of 6"),
    ],
)
def test_what_cannot_be_written(tmp_path, model, words, message):
    with pytest.raises(ValueError, match=message):
        write_arpa(model, words, tmp_path / "model.arpa")
    assert not (tmp_path / "model.arpa").exists()


UNIGRAMS = "\\data\\\n\n\\1-grams:\n-99\t<s>\t0\n-1\t</s>\n-1\ta\n\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not an ARPA file"),
        (UNIGRAMS, "stops before"),
        (UNIGRAMS + "\\2-grams:\n-1\ta a\n\n\\3-grams:\n-1\ta </s> a\n\n\\end\\\n", "without its first 2 words"),
        (UNIGRAMS.replace("<s>", "b") + "\\end\\\n", "no <s>"),
        (UNIGRAMS.replace("-1\ta", "-1\ta\n-1\ta") + "\\end\\\n", "a word twice"),
        (UNIGRAMS + "\\2-grams:\n-1\ta z\n\n\\end\\\n", "'z'"),
    ],
)
def test_files_that_are_no_model(tmp_path, text, message):
    path = tmp_path / "broken.arpa"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_arpa(path)
