"""Links that log somebody in once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from parvis.core.site.doors import DoorIsShut, go_through, one_time_link, stands_open
from parvis.core.site.models import OneTimeDoor


def token_of(path):
    return path.strip("/").split("/")[1]


@pytest.mark.django_db
class TestOneTimeLink:
    def test_lets_its_person_in_once(self, charlie, at):
        token = token_of(one_time_link(charlie, at))
        assert go_through(token=token, at=at) == charlie
        with pytest.raises(DoorIsShut):
            go_through(token=token, at=at)

    def test_is_kept_only_as_a_hash(self, charlie, at):
        token = token_of(one_time_link(charlie, at))
        assert token not in str(OneTimeDoor.objects.values_list().get())

    def test_is_good_for_an_hour(self, charlie, at):
        token = token_of(one_time_link(charlie, at))
        assert stands_open(token, at + timedelta(minutes=59))
        assert not stands_open(token, at + timedelta(hours=1))
        with pytest.raises(DoorIsShut):
            go_through(token=token, at=at + timedelta(hours=1))

    def test_shuts_the_one_made_before(self, charlie, at):
        old, new = token_of(one_time_link(charlie, at)), token_of(one_time_link(charlie, at))
        assert not stands_open(old, at)
        assert stands_open(new, at)

    def test_lets_nobody_suspended_in(self, charlie, at):
        token = token_of(one_time_link(charlie, at))
        charlie.suspended_at = at
        charlie.save()
        with pytest.raises(DoorIsShut):
            go_through(token=token, at=at)


@pytest.mark.django_db
class TestEnterPage:
    def test_only_its_button_uses_the_link_up(self, client, charlie):
        path = one_time_link(charlie, timezone.now())
        for _time in range(3):
            assert client.get(path).status_code == 200
        answer = client.post(path)
        assert (answer.status_code, answer["Location"]) == (303, "/")
        assert client.get("/notices/").status_code == 200
        assert Client().post(path).status_code == 410
        assert Client().get(path).status_code == 410

    def test_says_the_same_of_a_link_that_never_was(self, as_visitor):
        page = as_visitor.get("/enter/never-made/")
        assert page.status_code == 410
        assert page["Referrer-Policy"] == "same-origin"

    def test_cannot_be_pressed_from_another_site(self, charlie):
        path = one_time_link(charlie, timezone.now())
        assert Client(enforce_csrf_checks=True).post(path).status_code == 403
        assert stands_open(token_of(path), timezone.now())
