"""Living together: comments, circles, seeing oneself as others do, finding words again."""

from playwright.sync_api import expect


class TestComments:
    def test_are_written_answered_changed_and_withdrawn(self, visit, house):
        charlie, bob = visit("charlie"), visit("bob")
        page = charlie.go(house.paths["post"])
        page.get_by_label("Your comment").fill("I shall bring the bred.")
        page.get_by_role("button", name="Answer").click()
        comment = page.get_by_role("article").filter(has_text="I shall bring").last
        comment.get_by_role("link", name="Change").click()
        page.get_by_label("Your comment").fill("I shall bring the bread.")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("I shall bring the bread.")).to_be_visible()
        assert not charlie.faults()
        page = bob.go(house.paths["post"])
        comment = page.locator("article.comment").filter(has_text="I shall bring the bread.")
        expect(comment.get_by_role("link", name="Change")).to_have_count(0)
        comment.get_by_role("link", name="Answer").click()
        assert not bob.faults()
        page.get_by_label("Your comment").fill("And I the jam.")
        page.get_by_role("button", name="Answer").click()
        expect(page.locator(".thread .thread").get_by_text("And I the jam.")).to_be_visible()
        page = charlie.go(house.paths["post"])
        comment = page.locator("article.comment").filter(has_text="I shall bring the bread.")
        comment.get_by_role("button", name="Withdraw").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Withdraw this comment for good?")
        dialog.get_by_role("button", name="Withdraw").click()
        expect(page.get_by_text("I shall bring the bread.")).to_have_count(0)
        expect(page.get_by_text("And I the jam.")).to_be_visible()


class TestCircle:
    def test_opens_the_past_to_someone_only_after_saying_so(self, visit, house):
        alice, bob = visit("alice"), visit("bob")
        hers = f"/people/{house.people['alice']['id']}/"
        expect(bob.go(hers).get_by_text("For the circle")).to_have_count(0)
        page = alice.go(house.paths["circle"])
        page.get_by_role("link", name="Put in (Bob)").click()
        expect(page.get_by_text("opens 2 past publications to them.")).to_be_visible()
        assert not alice.faults()
        page.get_by_role("button", name="Open the past").click()
        expect(page.get_by_role("link", name="Take out (Bob)")).to_be_visible()
        expect(bob.go(hers).get_by_text("For the circle")).to_have_count(2)


class TestViewAs:
    def test_shows_what_a_passer_by_a_member_and_a_friend_see(self, visit, house):
        page = visit("alice").go("/as/visitor/")
        expect(page.get_by_text("Open to all")).to_be_visible()
        expect(page.get_by_text("For the members")).to_have_count(0)
        page.get_by_role("link", name="a member").click()
        expect(page.get_by_text("For the members")).to_be_visible()
        page.get_by_text("Someone you know").click()
        page.get_by_role("link", name="Dana").click()
        expect(page.get_by_text("What Dana sees of you right now")).to_be_visible()
        expect(page.get_by_text("For the circle").first).to_be_visible()
        expect(page.get_by_role("button", name="Publish")).to_have_count(0)


class TestSearch:
    def test_finds_french_words_without_their_accents_and_only_what_one_may_read(self, visit, house):
        charlie, nobody = visit("charlie"), visit()
        house.speaks("fr")
        page = charlie.go("/")
        page.get_by_role("searchbox").fill("eleve foret")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search/?q=*")
        expect(page.get_by_role("article").filter(has_text="rêvent d’un goûter")).to_be_visible()
        assert not charlie.faults()
        page = nobody.go("/search/?q=eleve+foret")
        expect(page.get_by_text("goûter")).to_have_count(0)
        expect(
            nobody.go("/search/?q=marches").get_by_role("link", name="Le marché du samedi")
        ).to_be_visible()
