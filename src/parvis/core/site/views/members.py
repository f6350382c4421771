"""People as the owners see them: what each may do here, and keeping somebody out."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.core.people.http import owners_only, see_other, who
from parvis.core.people.models import Address, Person, Role
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from ..actions import give_role, let_back_in, shut_out
from ..desk_forms import RoleForm, SuspendForm

PAGE = 50
LISTS = {
    "members": Q(suspended_at=None) & ~Q(role=Role.GUEST),
    "guests": Q(suspended_at=None, role=Role.GUEST),
    "suspended": ~Q(suspended_at=None),
}


@owners_only
def people(request: Request) -> HttpResponseBase:
    """Everyone here, by name; found by a part of a name or of an address."""
    which = request.GET.get("which", "members")
    words = request.GET.get("q", "").strip()[:100]
    found = Person.objects.filter(LISTS.get(which, LISTS["members"]), erased_at=None)
    if words:
        by_address = Address.objects.filter(value__icontains=words).values("person")
        found = found.filter(Q(name__icontains=words) | Q(pk__in=by_address))
    page = Paginator(found.order_by("name", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "which": which if which in LISTS else "members", "words": words}
    return render(request, "desk/people.html", context)


def found_person(public_id: str) -> Person:
    """Anyone known here who has not left."""
    person: Person = get_object_or_404(Person, public_id=public_id, erased_at=None)
    return person


@owners_only
def person(request: Request, public_id: str) -> HttpResponseBase:
    """One person: their addresses, their role, and whether they may come in."""
    found = found_person(public_id)
    return show(request, found, RoleForm(initial={"role": found.role}), SuspendForm())


def show(request: Request, found: Person, role_form: RoleForm, suspend_form: SuspendForm) -> HttpResponseBase:
    """The page of one person, with its forms as they stand."""
    addresses = Address.objects.filter(person=found).order_by("-is_primary", "canonical")
    context = {"found": found, "addresses": addresses, "role_form": role_form, "suspend_form": suspend_form}
    return render(request, "desk/person.html", context)


@require_POST
@owners_only
def role(request: Request, public_id: str) -> HttpResponseBase:
    """Give somebody another role."""
    found = found_person(public_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            give_role(person=found, role=form.cleaned_data["role"], by=who(request), at=request.at)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s: the role is changed.") % {"name": found.name})
            return see_other("desk-person", public_id)
    return show(request, found_person(public_id), form, SuspendForm())


@require_POST
@owners_only
def suspend(request: Request, public_id: str) -> HttpResponseBase:
    """Keep somebody out from now on."""
    found = found_person(public_id)
    form = SuspendForm(request.POST)
    if form.is_valid():
        try:
            shut_out(person=found, by=who(request), because=form.cleaned_data["because"], at=request.at)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("%(name)s is suspended, and logged out everywhere.") % {"name": found.name}
            )
            return see_other("desk-person", public_id)
    return show(request, found_person(public_id), RoleForm(initial={"role": found.role}), form)


@require_POST
@owners_only
def reinstate(request: Request, public_id: str) -> HttpResponseBase:
    """Let somebody in again."""
    found = found_person(public_id)
    let_back_in(person=found, at=request.at)
    messages.success(request, _("%(name)s may come in again.") % {"name": found.name})
    return see_other("desk-person", public_id)
