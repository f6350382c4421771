"""A page of nothing but a map, in Chromium, under the policy of the house: it may ask nobody but the house."""

import json
from collections.abc import Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.template.loader import render_to_string

from parvis.conftest import a_chromium

STATIC = Path(__file__).parents[1] / "static"
HOUSE = Path(__file__).parents[3] / "core/site/static"
CSP = "default-src 'self'; img-src 'self' data:{images}; object-src 'none'; base-uri 'none'"
PAGE = """<!doctype html><html lang="fr"><title>Try</title><link rel="stylesheet" href="/static/site/parvis.css">
{style}<main>{before}<parvis-map {source} {more} data-label='Where' data-zoom-in='Closer'>
<svg class="map" role="img"><title>Small</title></svg></parvis-map>{after}<a href="#">after</a></main>
<script type="application/json" id="points">{points}</script>{scripts}</html>"""


class Files(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

    def translate_path(self, path):
        found = Path(super().translate_path(path.removeprefix("/static")))
        return str(found if found.exists() else HOUSE / found.relative_to(STATIC))

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="module")
def origin():
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(STATIC)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium():
    yield from a_chromium()


@pytest.fixture
def asked():
    """Every address that was asked for, as it was."""
    return []


@pytest.fixture
def show(chromium, origin, asked):
    """Open a page with these points on a map; it must not complain, and ask nobody else.

    `more` are attributes of the map, `before` and `after` stand round it, `routes` answer for addresses.
    """
    contexts, complaints, welcome = [], [], [origin]

    def noted(request):
        asked.append(request)

    def shown(
        features,
        *,
        answer=None,
        more="",
        before="",
        after="",
        routes: Mapping = {},
        also="",
        **options,
    ):
        context = chromium.new_context(**{"reduced_motion": "reduce", "locale": "fr"} | options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", noted)
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        page.on("console", lambda line: complaints.append(line.text) if "Policy" in line.text else None)
        points = json.dumps({"type": "FeatureCollection", "features": features}).replace("<", "\\u003c")
        whole = {"map": True, "person": True}
        html = PAGE.format(
            style=render_to_string("places/map_style.html", whole),
            scripts=render_to_string("places/map_scripts.html", whole),
            source='data-url="/points/"' if answer else 'data-points="points"',
            **{"more": more, "before": before, "after": after, "points": points},
        )
        policy = CSP.format(images=f" {also}" if also else "")
        headers = {"Content-Security-Policy": policy, "Content-Type": "text/html; charset=utf-8"}
        page.route(f"{origin}/here/", lambda route: route.fulfill(body=html, headers=headers))
        page.route(f"{origin}/points/", lambda route: route.fulfill(**answer))
        for address, handler in routes.items():
            page.route(address if "://" in address else origin + address, handler)
        if also:
            welcome.append(also)
        page.goto(f"{origin}/here/")
        return page

    yield shown
    for context in contexts:
        context.close()
    assert complaints == []
    assert [one.url for one in asked if not one.url.startswith(tuple(welcome))] == []
