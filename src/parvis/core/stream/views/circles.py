"""Circles: lists of people one makes for oneself; before anyone goes in or out, what it does to the past is said."""

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from parvis.core.audiences.actions import (
    add_to_circle,
    archive_circle,
    make_circle,
    remove_from_circle,
    rename_circle,
)
from parvis.core.audiences.choices import circles as circles_of
from parvis.core.audiences.choices import named
from parvis.core.audiences.forms import ids
from parvis.core.audiences.holders import within_reach
from parvis.core.audiences.models import Group, Membership
from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.models import Connection, Person
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from ..effects import effect_of_adding, effect_of_removing
from ..suggesting import suggestion


class CircleForm(forms.Form):
    """The name of a circle."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Only you ever read it."),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PersonForm(forms.Form):
    """Someone to put into a circle, by name."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


def circle_or_404(request: Request, public_id: str) -> Group:
    """A circle of theirs that is in use."""
    rows = Group.objects.circles_of(who(request)).filter(closed_at=None).select_related("owner")
    return get_object_or_404(rows, public_id=public_id)


def people_in(circle: Group) -> QuerySet[Person]:
    """Who is in a circle; not those whom it only keeps out of something since a block."""
    inside = Membership.objects.letting_in().filter(group=circle)
    people: QuerySet[Person] = Person.objects.filter(pk__in=inside.values("person"))
    return people


@members_only
def circles(request: Request) -> HttpResponseBase:
    """My circles, and a new one: empty, or of the people whom I keep choosing together."""
    me, form = who(request), CircleForm(request.POST or None)
    if form.is_valid():
        reach = Person.objects.filter(within_reach(me))
        people = reach.filter(public_id__in=ids(request.POST.getlist("people")[:200], ""))
        try:
            made = make_circle(owner=me, name=form.cleaned_data["name"], at=request.at, people=people)
        except Refusal as refusal:
            form.add_error("name", str(refusal))
        else:
            return see_other("circle", made.public_id)
    page = {"form": form, "circles": circles_of(me), "suggestion": suggestion(me)}
    return render(request, "stream/circles/circles.html", page | {"other_form": CircleForm(auto_id="of_%s")})


@members_only
def circle(request: Request, public_id: str) -> HttpResponseBase:
    """Who is in a circle, and whom to put in: my connections at hand, anyone else by name."""
    found, me = circle_or_404(request, public_id), who(request)
    form, several = PersonForm(request.GET if "name" in request.GET else None), Person.objects.none()
    if form.is_valid():
        name = " ".join(form.cleaned_data["name"].split())
        people = named(me, [name])[name]
        if len(people) == 1:
            one = Person.objects.get(pk=people[0])
            return see_other("circle-add", found.public_id, one.public_id)
        several = Person.objects.filter(pk__in=people).order_by("pk")
        if not people:
            words = _("There is nobody named “%(name)s” whom you could choose. Look at the spelling.")
            form.add_error("name", words % {"name": name})
    inside = people_in(found).order_by("name", "pk")
    others = [connection.other(me) for connection in Connection.objects.of(me)]
    at_hand = Person.objects.filter(within_reach(me), pk__in=others).exclude(pk__in=inside.values("pk"))
    page = {
        "circle": found,
        "people": inside,
        "at_hand": at_hand.order_by("name", "pk"),
        "several": several,
        "form": form,
    }
    return render(request, "stream/circles/circle.html", page)


@members_only
def rename(request: Request, public_id: str) -> HttpResponseBase:
    """Another name for a circle."""
    found = circle_or_404(request, public_id)
    form = CircleForm(request.POST or None, initial={"name": found.label})
    if form.is_valid():
        try:
            rename_circle(circle=found, name=form.cleaned_data["name"])
        except Refusal as refusal:
            form.add_error("name", str(refusal))
        else:
            return see_other("circle", found.public_id)
    return render(request, "stream/circles/rename.html", {"circle": found, "form": form})


@require_POST
@members_only
def archive(request: Request, public_id: str) -> HttpResponseBase:
    """Put a circle away; what was published to it keeps its readers."""
    found = circle_or_404(request, public_id)
    name = found.label
    gone = archive_circle(circle=found, at=request.at)
    words = (
        _("“%(circle)s” is gone.")
        if gone
        else _("“%(circle)s” is put away. What you published to it keeps its readers.")
    )
    messages.success(request, words % {"circle": name})
    return see_other("circles")


@members_only
def add(request: Request, public_id: str, person_id: str) -> HttpResponseBase:
    """What putting someone in opens of the past, then putting them in, with the past or without it."""
    found = circle_or_404(request, public_id)
    person = get_object_or_404(Person.objects.filter(within_reach(who(request))), public_id=person_id)
    if people_in(found).filter(pk=person.pk).exists():
        return see_other("circle", found.public_id)
    if request.method == "POST":
        add_to_circle(
            circle=found, person=person, at=request.at, opens_past=request.POST.get("past") == "open"
        )
        words = {"name": person.name, "circle": found.label}
        messages.success(request, _("%(name)s is in “%(circle)s” now.") % words)
        return see_other("circle", found.public_id)
    effect = effect_of_adding(found, person, request.viewer)
    page = {
        "circle": found,
        "other": person,
        "effect": effect,
        "back": reverse("circle", args=[found.public_id]),
    }
    return render(request, "stream/circles/add.html", page)


@members_only
def remove(request: Request, public_id: str, person_id: str) -> HttpResponseBase:
    """What taking someone out closes, then taking them out."""
    found = circle_or_404(request, public_id)
    person = get_object_or_404(people_in(found), public_id=person_id)
    if request.method == "POST":
        remove_from_circle(circle=found, person=person)
        words = {"name": person.name, "circle": found.label}
        messages.success(request, _("%(name)s is no longer in “%(circle)s”.") % words)
        return see_other("circle", found.public_id)
    effect = effect_of_removing(found, person, request.viewer)
    page = {
        "circle": found,
        "other": person,
        "effect": effect,
        "back": reverse("circle", args=[found.public_id]),
    }
    return render(request, "stream/circles/remove.html", page)


urlpatterns = [
    path("circles/", circles, name="circles"),
    path("circles/<str:public_id>/", circle, name="circle"),
    path("circles/<str:public_id>/rename/", rename, name="circle-rename"),
    path("circles/<str:public_id>/archive/", archive, name="circle-archive"),
    path("circles/<str:public_id>/add/<str:person_id>/", add, name="circle-add"),
    path("circles/<str:public_id>/remove/<str:person_id>/", remove, name="circle-remove"),
]
