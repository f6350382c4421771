"""Runs over the real files: figures, second runs, dry runs, runs that are cut off."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from parvis.core.stream.actions import Said, delete, edit
from parvis.core.stream.models import Comment, Publication
from parvis.rooms.journal.bringing.foreseeing import foresee
from parvis.rooms.journal.bringing.jobs import figures
from parvis.rooms.journal.bringing.running import Wishes
from parvis.rooms.journal.models import Import, ImportItem, Post

pytestmark = pytest.mark.data


@pytest.mark.django_db
class TestRealFiles:
    def test_theme_unit_test_has_its_figures(self, shared_data, brought):
        report = brought(shared_data / "journal/wxr/themeunittestdata.wordpress.xml")
        wanted = {"post": 58, "page": 21, "comment": 33, "category": 68}
        assert {kind: report.here[kind] for kind in wanted} == wanted
        assert Comment.objects.unguarded("test").filter(is_pending=True).count() == 3
        assert Post.objects.unguarded("test").filter(is_pinned=True).count() == 1
        assert len([row for row in report.skipped if row.kind in {"attachment", "other"}]) == 186 - 79

    def test_every_post_keeps_its_identifier_or_its_line_tells_which_one_it_had(self, shared_data, brought):
        brought(shared_data / "journal/wxr/themeunittestdata.wordpress.xml")
        lines = {line.publication_id: line for line in ImportItem.objects.filter(kind__in=["post", "page"])}
        others = []
        for post in Post.objects.unguarded("test"):
            had = post.extra["wordpress"]["guid"]
            if post.guid != had:
                line = lines[post.publication_id]
                assert (line.state, line.reason, line.detail) == ("imported", "shared-guid", had)
                others.append(line.key)
        assert sorted(others) == ["1158", "1161"]

    def test_what_only_the_old_site_could_draw_is_told_in_a_dozen_names(self, shared_data, brought):
        report = brought(shared_data / "journal/wxr/themeunittestdata.wordpress.xml")
        (group,) = (each for each in figures(report)["remarks"] if each["reason"] == "lost")
        names = group["details"]
        assert len(names) == len(set(names)) == 12
        assert all(re.fullmatch(r"wp:[\w/-]+|\[[\w-]+\]", name) for name in names)
        assert names[:2] == ["wp:page-list", "wp:archives"]
        assert group["more"] == 27

    def test_a_second_run_of_any_file_does_nothing(self, shared_data, brought):
        files = sorted((shared_data / "journal").glob("wxr*/*.xml"))
        assert files
        for file in files:
            first = brought(file)
            again = brought(file)
            assert (file.name, again.all_created, again.all_changed) == (file.name, 0, 0)
            assert dict(again.here) == dict(first.here), file.name

    def test_posts_that_share_one_number_all_come(self, shared_data, brought):
        file = shared_data / "journal/wxr/wagtail-wordpress-import-post_meta.xml"
        assert brought(file).here["post"] == 5
        again = brought(file)
        assert (again.here["post"], again.all_created, again.all_changed) == (5, 0, 0)

    def test_a_dry_run_tells_the_same_and_writes_nothing(self, shared_data, brought, at, square):
        file = shared_data / "journal/wxr/theme-preview.xml"
        forecast = foresee(file, wishes=Wishes(), at=at)
        assert not Import.objects.exists()
        assert not ImportItem.objects.exists()
        assert not Publication.objects.unguarded("test").exists()
        report = brought(file)
        assert forecast.report.as_json() == report.as_json()
        assert {deed.deed for deed in foresee(file, wishes=Wishes(), at=at).deeds} <= {"keep", "skip"}


SLAY = """
import json, os, shutil, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from parvis.core.site.command.house import build_house, set_environment
base, file = Path(sys.argv[1]), Path(sys.argv[2])
set_environment(str(base))
build_house()
from django.db import connection
from parvis.core.people.models import Square
from parvis.core.stream.models import Comment, Placement
from parvis.lib.text.languages import guess
from parvis.rooms.journal.bringing import running
from parvis.rooms.journal.models import ImportItem, Post
at = datetime(2027, 1, 1, tzinfo=UTC)
one = "what stands after the run"
Square.objects.create(pk=1, language="fr", languages=["fr", "en"], opened_at=at)
guess("Les mots par lesquels le modèle est chargé", ["fr", "en"])
connection.close()
running.BATCH = 10
for name in ("whole", "killed"):
    shutil.copy(base / "parvis.sqlite3", base / name)

def slay_after(count):
    flush = running.Ledger.flush
    left = [count]
    def flush_or_die(self):
        flush(self)
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    running.Ledger.flush = flush_or_die

def stands():
    posts = Post.objects.unguarded(one).select_related("publication__author", "parent")
    comments = Comment.objects.unguarded(one).select_related("parent", "publication__author")
    return {
        "posts": sorted([p.guid, p.slug, p.html, p.publication.title, str(p.publication.published_at),
            p.publication.author.name, p.parent.slug if p.parent else "", sorted(p.categories.values_list("slug", flat=True)),
            sorted(a.path for a in p.addresses.unguarded(one))] for p in posts),
        "comments": sorted([c.html, c.parent.source if c.parent else "", c.is_pending, c.publication.author.name] for c in comments),
        "placements": Placement.objects.unguarded(one).count(),
        "ledger": sorted([i.kind, i.key, i.state, i.reason] for i in ImportItem.objects.exclude(kind="person")),
    }

def run(name, kill_after=0):
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    connection.settings_dict["NAME"] = str(base / name)
    if kill_after:
        slay_after(kill_after)
    report = running.bring(file, wishes=running.Wishes(), at=at)
    (base / f"{name}.json").write_text(json.dumps(stands() | {"here": dict(report.here)}))
    connection.close()
    os._exit(0)

print(run("whole"), run("killed", 1), run("killed", 4), run("killed"))
"""


@pytest.mark.sqlite
class TestCutOff:
    def test_a_run_killed_twice_and_begun_again_ends_as_one_that_was_not(self, shared_data, tmp_path):
        file = shared_data / "journal/wxr/generated-wp6.1-bilingual.xml"
        environment = {
            **os.environ,
            "PARVIS_DATA": str(tmp_path),
            "PARVIS_STRICT": "1",
            "PARVIS_DATABASE_URL": "",
        }
        done = subprocess.run(
            [sys.executable, "-c", SLAY, str(tmp_path), str(file)],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        assert done.stdout.split() == ["0", str(signal.SIGKILL.value), str(signal.SIGKILL.value), "0"], (
            done.stderr
        )
        whole = json.loads((tmp_path / "whole.json").read_text())
        assert len(whole["posts"]) == 55
        assert json.loads((tmp_path / "killed.json").read_text()) == whole


@pytest.mark.django_db
class TestLaterFiles:
    def test_take_in_what_changed(self, item, file, brought, comment):
        brought(file(item(1), item(2)))
        report = brought(
            file(
                item(1, content_encoded="Un autre texte, en français lui aussi."),
                item(2, comment(5)),
                item(3),
            )
        )
        assert (report.created["post"], report.changed["post"], report.created["comment"]) == (1, 1, 1)
        assert "Un autre texte" in Post.objects.unguarded("test").get(slug="billet-1").html

    def test_leave_what_its_author_changed_here(self, item, file, brought, at):
        brought(file(item(1)))
        post = Post.objects.unguarded("test").select_related("publication").get()
        edit(publication=post.publication, said=Said(title="Ici", text="Ici", language="fr"), at=at)
        report = brought(file(item(1, title="Là-bas")))
        assert [row.reason for row in report.skipped] == ["edited-here"]
        post.publication.refresh_from_db()
        assert post.publication.title == "Ici"

    def test_do_not_bring_back_what_was_deleted_here(self, item, file, brought, at, owner):
        brought(file(item(1)))
        publication = Publication.objects.unguarded("test").get()
        delete(publication=publication, by=owner, at=at)
        report = brought(file(item(1, title="Autre")))
        assert [row.reason for row in report.skipped] == ["deleted-here"]
        assert report.all_created == 0

    def test_of_the_same_posts_under_another_name_bring_nothing_twice(self, item, file, brought):
        brought(file(item(1)))
        moved = (
            file(item(1))
            .read_text()
            .replace("<wp:base_blog_url>https://blog", "<wp:base_blog_url>https://www.blog")
        )
        path = file(name="moved.xml")
        path.write_text(moved)
        report = brought(path)
        assert [row.reason for row in report.skipped] == ["known-guid"]

    def test_give_all_posts_to_the_member_named_later(self, item, file, brought, alice):
        path = file(item(1))
        brought(path)
        report = brought(path, mine=alice)
        assert report.changed["post"] == 1
        assert Publication.objects.unguarded("test").get().author == alice
        assert brought(path).all_changed == 0
