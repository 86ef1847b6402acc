"""A learner's afternoon in a real browser: Chromium, JupyterLab, a kernel."""
