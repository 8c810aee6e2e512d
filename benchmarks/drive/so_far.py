"""The page of a sweep as it goes, which a browser reloads; drawing charts would take processors."""

from html import escape

from .printed import Progress

_SECONDS = 10
_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:75em;"
    "margin:2em auto;padding:0 1em}pre{overflow-x:auto;font-size:13px}"
)


def page(progress: Progress, over: bool = False) -> str:
    """Return the page as HTML: what was found, then a line for each case.

    Args:
        progress: of the sweep.
        over: whether the sweep has ended; until then the page asks to be loaded again.
    """
    again = "" if over else f'<meta http-equiv="refresh" content="{_SECONDS}">'
    found = "".join(f"<li>{escape(line)}</li>" for line in progress.findings)
    cases = escape("\n".join(progress.cases))
    state = "it has ended" if over else "it goes on"
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"{again}<title>{escape(progress.heading)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(progress.heading)}</h1>"
        f"<p>Forward + backward, with 95% intervals of this run; {state}. "
        "<code>python -m reports</code> draws the charts.</p>"
        f"<ul>{found}</ul><pre>{cases}</pre></body></html>\n"
    )
