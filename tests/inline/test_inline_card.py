"""The card in every state a learner meets."""

from __future__ import annotations

import random
import re
import time
import warnings
from html.parser import HTMLParser

import matplotlib
import numpy as np
import pytest
import torch

RIGHT = """
def count_words(words, start):
    counts = {start: 1}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts
"""
ONCE = RIGHT.replace("counts.get(word, 0) + 1", "1")
SHARES = """
def frequencies(words, start):
    counts = count_words(words, start)
    return {word: count / sum(counts.values()) for word, count in counts.items()}
"""


def test_not_yet_written(notebook):
    text = notebook.check("count_words", "def count_words(words, start):\n    raise NotImplementedError")
    assert text.startswith("count_words: not yet written, 0 of 4 points")
    assert 'hint("count_words")' in text
    assert "smallest failing case" not in text
    assert "n2b-blank" in notebook.html


def test_wrong_with_diagnosis(notebook):
    text = notebook.check("count_words", ONCE)
    assert text.startswith("count_words: partly right, 1 of 4 points")
    assert "[ ] few words 1   [x] no words 1   [ ] random 2" in text
    assert "Diagnosis: You note that a word occurs, not how often." in text
    assert "count_words(words=['b', 'a', 'b'], start='<s>')" in text
    assert "'b': >>2<<" in text
    assert "'b': >>1<<" in text
    assert "First difference at `result['b']`: `2` expected, `1` got." in text
    assert notebook.run("score") == 1.0
    assert notebook.run("score").case == {"words": ["b", "a", "b"], "start": "<s>"}


def test_right_is_quiet_and_says_what_is_next(notebook):
    text = notebook.check("count_words", RIGHT)
    assert text.startswith("count_words: right, 4 of 4 points")
    assert "Next: `frequencies`" in text
    assert "failing" not in text
    assert "hint(" not in text
    assert "n2b-right" in notebook.html
    notebook.run("check('frequencies')" if notebook.run(SHARES) is None else "")
    assert "All exercises of 01-toy are right." in notebook.text


def test_one_display_with_both_forms(notebook):
    notebook.check("count_words", ONCE)
    assert [set(shown) for shown in notebook.shown] == [{"text/html", "text/plain"}]


def test_text_holds_what_the_html_holds(notebook):
    text = notebook.check(
        "count_words", ONCE.replace("counts = {start: 1}", "counts = {start: 1}\n    print('seen', words)")
    )
    said = _Visible.of(notebook.html)
    normal = re.sub(r"[`*\s]|>>|<<", "", text)
    lost = [
        word for word in re.findall(r"[\w'<>\[\]{}]+", said) if word not in normal and word not in ("passed", "failed")
    ]
    assert lost == []


def test_an_exception_shows_class_message_and_line(notebook):
    text = notebook.check("count_words", "def count_words(words, start):\n    first = words[99]\n    return {first: 1}")
    assert text.startswith("count_words: stopped by an error, 0 of 4 points")
    assert "Your code raised IndexError: list index out of range" in text
    assert "in your line: first = words[99]" in text
    assert "Traceback" not in text


def test_a_renamed_function_is_noticed(notebook):
    text = notebook.check("count_words", RIGHT.replace("count_words", "countWords"))
    assert "You wrote `countWords`; the task asks for `count_words`." in text
    assert text.startswith("count_words: not found, 0 of 4 points")


def test_nothing_like_it_names_no_function_of_a_library(notebook):
    notebook.run("from collections import Counter as count_word")
    assert "Nothing is called `count_words` yet." in notebook.check("count_words")


def test_other_arguments_are_noticed(notebook):
    text = notebook.check(
        "count_words", RIGHT.replace("words, start", "tokens, start").replace("in words", "in tokens")
    )
    assert "The task's arguments are `count_words(words, start)`; yours are" in text
    assert "(tokens, start)" in text


def test_a_changed_argument_is_noticed(notebook):
    text = notebook.check("count_words", RIGHT.replace("    return", "    words.append('x')\n    return"))
    assert "Your function changes its argument `words`." in text
    assert "words before the call" in text


def test_a_substituted_ancestor_is_named(notebook):
    notebook.run(ONCE)
    text = notebook.check("frequencies", SHARES)
    assert text.startswith("frequencies: right, 2 of 2 points")
    assert "Judged with the reference's `count_words`, since yours does not pass yet." in text
    assert notebook.run("count_words(['a', 'a'], '^')") == {"^": 1, "a": 1}, "the learner's own function must be back"


def test_a_global_of_data_is_named(notebook):
    notebook.run("table = torch.zeros(3).tolist()\nplain = 0")
    notebook.run("def helper(x):\n    return x + table[0] + plain")
    text = notebook.check("count_words", RIGHT.replace("+ 1", "+ int(helper(1))"))
    assert "4 of 4" in text
    assert "`helper` uses the global `table` (list), which will not exist" in text
    assert "`plain`" not in text


def test_prints_are_taken_and_shown_shortened(notebook, capsys):
    flood = RIGHT.replace("    return", "    for i in range(20000):\n        print('line', i)\n    return").replace(
        "+ 1", "+ 2"
    )
    text = notebook.check("count_words", flood)
    assert "line 19999" not in capsys.readouterr().out
    assert "line 0" in text
    assert len(text) < 6000
    text = notebook.check("count_words", flood.replace("+ 2", "+ 1"))
    assert "Your code prints while it is judged; what it prints is not shown here." in text
    assert "line 0" not in text


def test_a_loop_without_end_is_stopped(notebook):
    began = time.perf_counter()
    text = notebook.check("count_words", "def count_words(words, start):\n    while True:\n        words = list(words)")
    assert text.startswith("count_words: took too long, 0 of 4 points")
    assert "count_words(" in text
    assert time.perf_counter() - began < 3, "after one case of 0.5 s the others are not tried"


def test_interrupting_is_clean(notebook):
    from autograder.inline import Stopped

    notebook.run("def count_words(words, start):\n    import random\n    random.seed(0)\n    raise KeyboardInterrupt")
    state = random.getstate()
    with pytest.raises(Stopped) as stopped:
        notebook.run('check("count_words")')
    assert "stopped by you" in notebook.text
    assert "in your line: raise KeyboardInterrupt" in notebook.text
    assert random.getstate() == state
    assert stopped.value._render_traceback_() == ["stopped"]
    assert notebook.check("count_words", RIGHT).startswith("count_words: right")


def test_everything_is_put_back(notebook):
    from matplotlib import pyplot

    pyplot.switch_backend("Agg")
    notebook.run(
        RIGHT.replace(
            "    return",
            """
    import random, warnings, numpy, matplotlib, sys
    from matplotlib import pyplot
    random.seed(1); numpy.random.seed(1); torch.manual_seed(1); numpy.seterr(all='raise')
    torch.set_grad_enabled(False); torch.set_default_dtype(torch.float64)
    matplotlib.rcParams['lines.linewidth'] = 99; pyplot.figure()
    warnings.simplefilter('error'); print('noise', file=sys.stderr)
    return""",
        )
    )
    pyplot.close("all")
    before = _state()
    notebook.run('check("count_words")')
    assert all(a == b for a, b in zip(before, _state(), strict=True))
    assert torch.is_grad_enabled()


def _state():
    from matplotlib import pyplot

    return (
        random.getstate(),
        tuple(np.random.get_state()[1]),
        torch.get_rng_state().tolist(),
        np.geterr(),
        torch.is_grad_enabled(),
        torch.get_default_dtype(),
        dict(matplotlib.rcParams),
        pyplot.get_fignums(),
        list(warnings.filters),
    )


def test_a_warning_is_said_once_and_not_left_on_stderr(notebook, capsys):
    warns = RIGHT.replace("    return", "    import warnings\n    warnings.warn('old `way`')\n    return")
    text = notebook.check("count_words", warns)
    assert text.count("UserWarning: old `way`") == 1
    assert capsys.readouterr().err == ""


def test_input_is_not_asked(notebook):
    text = notebook.check("count_words", "def count_words(words, start):\n    return {input('what? '): 1}")
    assert "EOFError: input() has nobody to ask" in text


class _Visible(HTMLParser):
    """The words of a page, and the elements that it is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.skip = False

    @classmethod
    def of(cls, html: str) -> str:
        page = cls()
        page.feed(html)
        return " ".join(page.words)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)
        self.skip = tag == "style"

    def handle_endtag(self, tag):
        self.skip = False

    def handle_data(self, data):
        if not self.skip and data.strip() not in ("✓", "✗", "–"):
            self.words.append(data)


@pytest.mark.parametrize(
    "answer",
    [
        "def count_words(words, start):\n    return {'<script>alert(1)</script>': '</pre><img src=x onerror=f()>'}",
        "def count_words(words, start):\n    raise ValueError('</div><script>alert(1)</script> $x$ `*`')",
        "def count_words(words, start):\n    print('<script>alert(1)</script>')\n    return '<b>\\ue000'",
        "import warnings\ndef count_words(words, start):\n    warnings.warn('<script>alert(1)</script>`<script>`')",
        "class Odd(Exception):\n    def __str__(self):\n        raise self\n"
        "def count_words(words, start):\n    raise Odd",
        "class Odd:\n    def __repr__(self):\n        return '<script>'\n"
        "    def __eq__(self, other):\n        return True\n"
        "def count_words(words, start):\n    return Odd()",
    ],
)
def test_nothing_of_the_learners_becomes_markup(notebook, answer):
    text = notebook.check("count_words", answer)
    assert " 0 of 4 points" in text
    page = _Visible()
    page.feed(notebook.html)
    assert page.tags <= {"div", "style", "code", "span", "b", "ul", "li", "pre", "p", "mark", "details", "summary"}


def test_an_instant_check(notebook):
    notebook.check("count_words", ONCE)
    began = time.process_time()
    notebook.check("count_words")
    assert time.process_time() - began < 0.3, "an inline check should take 0.1 s"
