"""The card's look: one style sheet, carried by every card, for light and dark themes and for pages without a theme.

Colours come from JupyterLab's variables, then VS Code's, then plain ones. Nothing is said by colour alone, and without any
style sheet (an untrusted notebook) the card is still a readable page of text.
"""

STYLE = """
.n2b {
  --ink: var(--jp-content-font-color1, var(--vscode-foreground, #1f2328));
  --soft: var(--jp-content-font-color2, var(--vscode-descriptionForeground, #59636e));
  --rule: var(--jp-border-color2, var(--vscode-panel-border, #d1d9e0));
  --paper: var(--jp-layout-color1, var(--vscode-editor-background, #fff));
  --mono: var(--jp-code-font-family, var(--vscode-editor-font-family, ui-monospace, Menlo, Consolas, monospace));
  --tone: var(--soft);
  box-sizing: border-box; max-width: 50rem; margin: .25rem 0 .5rem; padding: .8rem 1.1rem .9rem; color: var(--ink);
  background: var(--paper); border: 1px solid var(--rule); border-left: 4px solid var(--tone); border-radius: 4px;
  font: 14px/1.5 var(--jp-content-font-family, system-ui, -apple-system, "Segoe UI", sans-serif);
}
.n2b-right { --tone: var(--jp-success-color1, #2e7d32); }
.n2b-partly { --tone: var(--jp-warn-color1, #c65d00); }
.n2b-wrong { --tone: var(--jp-error-color1, #c62828); }
.n2b.n2b p, .n2b.n2b ul { margin: .35rem 0; }
.n2b.n2b p:last-child { margin-bottom: 0; }
.n2b.n2b code, .n2b.n2b pre { font-family: var(--mono); font-size: 13px; color: inherit; background: none; }
.n2b.n2b p code, .n2b.n2b li code { background: rgba(127, 127, 127, .13); border-radius: 3px; padding: .08em .3em; }
.n2b.n2b pre { margin: .2rem 0 0; padding: .5rem .7rem; line-height: 1.45; overflow-x: auto; white-space: pre;
  background: rgba(127, 127, 127, .08); border-radius: 3px; }
.n2b-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .8rem; }
.n2b.n2b.n2b .n2b-name { padding: 0; font-size: 15px; font-weight: 600; background: none; }
.n2b-status::before { content: ""; display: inline-block; width: .55em; height: .55em; margin-right: .45em;
  border-radius: 50%; background: var(--tone); }
.n2b-blank .n2b-status::before { background: none; border: 1.5px solid var(--tone); box-sizing: border-box; }
.n2b-points { margin-left: auto; color: var(--soft); }
.n2b-points b { color: var(--ink); font-size: 16px; font-weight: 600; }
.n2b.n2b .n2b-parts { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; margin: .35rem 0 0; padding: 0; list-style: none; }
.n2b.n2b .n2b-parts li { margin: 0; padding: 0; color: var(--soft); }
.n2b-tick { display: inline-block; width: 1.15em; font-weight: 700; }
.n2b-yes .n2b-tick { color: var(--jp-success-color1, #2e7d32); }
.n2b-no .n2b-tick { color: var(--jp-error-color1, #c62828); }
.n2b.n2b .n2b-parts .n2b-no { color: var(--ink); }
.n2b-worth { margin-left: .35em; font-size: 12px; font-variant-numeric: tabular-nums; color: var(--soft); }
.n2b-label { margin-top: .85rem; font-size: 12px; font-weight: 600; letter-spacing: .02em; color: var(--soft); }
.n2b-note { font-weight: 400; font-family: var(--mono); font-size: 11.5px; margin-left: .5em; }
.n2b-lead { margin-top: .7rem; font-size: 15px; }
.n2b-diagnosis { padding: .55rem .8rem .6rem; border-radius: 3px; background: rgba(127, 127, 127, .1);
  background: color-mix(in srgb, var(--tone) 11%, transparent); }
.n2b-diagnosis .n2b-label { margin-top: 0; color: var(--ink); }
.n2b-raised { font-family: var(--mono); font-size: 13.5px; white-space: pre-wrap; overflow-wrap: anywhere; }
.n2b-sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 0 1rem; }
.n2b-sides > div { min-width: 0; }
.n2b-sides .n2b-label { margin-top: .6rem; }
.n2b.n2b mark { padding: .05em .15em; margin: 0 -.15em; color: inherit; border-radius: 2px 2px 0 0; font-weight: 700;
  background: rgba(127, 127, 127, .25); background: color-mix(in srgb, var(--tone) 26%, transparent);
  box-shadow: inset 0 -2px 0 var(--tone); }
.n2b.n2b .n2b-notes { margin: .8rem 0 0; padding: .55rem 0 0; border-top: 1px solid var(--rule); list-style: none; }
.n2b.n2b .n2b-notes li { margin: .15rem 0; padding: 0; }
.n2b details { margin-top: .7rem; }
.n2b summary { color: var(--soft); cursor: pointer; }
.n2b.n2b .n2b-quiet { color: var(--soft); margin-top: .7rem; }
.n2b-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.n2b-table { border-collapse: collapse; width: 100%; }
.n2b.n2b .n2b-table td, .n2b.n2b .n2b-table th { padding: .22rem .8rem .22rem 0; text-align: left; background: none;
  font-weight: 400; white-space: nowrap; }
.n2b.n2b .n2b-table .n2b-number { text-align: right; font-variant-numeric: tabular-nums; }
.n2b.n2b .n2b-table .n2b-chapter th, .n2b.n2b .n2b-table .n2b-chapter td { font-weight: 600; padding-top: .6rem; }
.n2b-bar { display: block; width: 8rem; height: .5rem; border-radius: .25rem; overflow: hidden; background: rgba(127, 127, 127, .22); }
.n2b-bar i { display: block; height: 100%; background: var(--jp-success-color1, #2e7d32); }
.n2b-buttons.n2b-buttons { max-width: 50rem; margin: 0 0 .5rem; overflow: visible; align-items: flex-start; }
.n2b-buttons button.jupyter-button { width: auto; padding: 0 1em; margin: 0; border: 1px solid var(--jp-border-color2, #d1d9e0);
  border-radius: 4px; background: none; color: var(--jp-content-font-color1, var(--vscode-foreground, #1f2328)); font-size: 13px; }
.n2b-buttons button.jupyter-button:hover { border-color: currentColor; }
.n2b-buttons > .jupyter-widgets:not(button) { width: 100%; margin: 0; line-height: inherit; overflow: visible; }
.jp-OutputArea-child:has(.n2b-score) { display: none; }
.jp-OutputArea-child:has(+ .jp-OutputArea-child .n2b-buttons) .n2b-without-button { display: none; }
.jp-OutputArea-child:has(.n2b) + .jp-OutputArea-child > .jupyter-widgets:not(:has(*)) { display: none; }
"""

# The last three rules: the score that a check returns is for nbgrader, the card shows it better; where the hint's button is
# alive the card need not say how to do without it; and what JupyterLab writes in the button's place in a reopened notebook
# ("model not found") helps nobody.


def sheet() -> str:
    """The style element, on few lines."""
    return "<style>" + " ".join(STYLE.split()) + "</style>"
