"""What may stand in a page: tags, attributes, schemes of links, words of TeX. All else is taken out or made inert."""

from __future__ import annotations

MAX_TEXT = 20_000  # characters of one output as text
MAX_HTML = 200_000  # characters of one output as HTML
MAX_TAGS = 6_000  # angle brackets of one output as HTML: nested without end they cost seconds
MAX_SOURCE = 100_000  # characters of one cell
MAX_IMAGE = 2_000_000  # bytes of one picture
MAX_SIDE = 8_000  # pixels of a side of a picture
MAX_OUTPUTS = 40  # outputs of one cell
MAX_CELLS = 1_000
MAX_NOTEBOOK = 6_000_000  # characters of all outputs of a notebook


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TAGS = _words(
    "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure "
    "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup "
    "table tbody td tfoot th thead tr u ul var"
)
# Gone with all that is in them; of other tags that are not allowed the text stays.
VANISH = _words("script style iframe frame frameset object embed applet noscript template svg math title textarea")
ATTRIBUTES = {
    "*": {"style"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "table": {"border"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
NUMBERS = {"width", "height", "start", "border", "colspan", "rowspan"}  # a few digits, nothing else
# What a card has besides: its classes (see clean.card) and what a screen reader is told.
CARD_ATTRIBUTES = {"class", "role", "aria-label", "aria-hidden", "tabindex"}
LINKS = {"http", "https", "mailto"}

# MathJax runs over the page that a teacher marks in. These words of TeX print a sign or set a formula in its place;
# what makes links, loads extensions, defines words, or moves and paints over its surroundings is not among them.
TEX = _words(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho "
    "sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega "
    "sum prod int iint oint coprod bigcup bigcap bigoplus bigotimes lim limsup liminf max min sup inf arg argmax "
    "argmin log ln lg exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh det dim gcd hom ker deg Pr "
    "frac dfrac tfrac binom sqrt cdot cdots ldots dots vdots ddots times div pm mp ast star circ bullet oplus otimes "
    "odot le leq ge geq ne neq lt gt ll gg approx equiv sim simeq cong propto in notin ni subset subseteq supset "
    "supseteq cup cap setminus emptyset varnothing forall exists neg lnot land lor wedge vee to gets mapsto "
    "rightarrow leftarrow Rightarrow Leftarrow leftrightarrow Leftrightarrow longrightarrow uparrow downarrow iff "
    "implies infty partial nabla ell hbar Re Im mid nmid parallel perp angle langle rangle lfloor rfloor lceil rceil "
    "lvert rvert lVert rVert vert Vert left right big Big bigl bigr Bigl Bigr middle hat widehat bar overline "
    "underline tilde widetilde vec dot ddot mathbb mathbf mathcal mathit mathrm mathsf mathtt boldsymbol bm text "
    "textbf textit textrm operatorname begin end quad qquad limits nolimits sum prime top bot dagger "
    "underbrace overbrace stackrel overset underset displaystyle textstyle not lbrace rbrace colon aligned"
)
