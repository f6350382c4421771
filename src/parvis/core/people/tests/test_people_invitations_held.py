"""An invitation holds no longer than the right of whoever made it."""

import pytest

from parvis.conftest import AT, make_person
from parvis.core.people.actions import change_role, invitation_for, invite

pytestmark = pytest.mark.django_db


class TestAnInvitation:
    @pytest.mark.parametrize("role", ["owner", "author"])
    def test_to_more_than_take_part_ends_with_its_owners_role(self, square, owner, role):
        make_person("oscar", role="owner")
        _invitation, code = invite(by=owner, square=square, role=role, at=AT)
        assert invitation_for(code, AT) is not None

        change_role(person=owner, role="member")

        assert invitation_for(code, AT) is None

    def test_to_take_part_stays_when_its_owner_becomes_a_member(self, square, owner):
        make_person("oscar", role="owner")
        _invitation, code = invite(by=owner, square=square, at=AT)

        change_role(person=owner, role="member")

        assert invitation_for(code, AT) is not None

    def test_of_a_member_opens_nothing_while_nobody_new_joins(self, square, bob, owner):
        _invitation, of_member = invite(by=bob, square=square, at=AT)
        _invitation, of_owner = invite(by=owner, square=square, at=AT)

        square.join = "closed"
        square.save()

        assert invitation_for(of_member, AT) is None
        assert invitation_for(of_owner, AT) is not None
