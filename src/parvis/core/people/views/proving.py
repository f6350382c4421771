"""Proving once more who one is, by a mailed code: for those who log in without a password."""

from typing import Any

from allauth.account.views import BaseReauthenticateView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from ..forms import ProofForm
from ..http import see_other
from ..limits import allow, too_often
from ..models import Person
from ..proving import address_for_code, code_was_sent, is_right, note_proof, send_code


@method_decorator(login_required, name="dispatch")
class ByCode(BaseReauthenticateView):
    """One button sends the code; then the page has a field for it. What was being done goes on afterwards."""

    form_class = ProofForm
    template_name = "account/reauthenticate_by_code.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("do") != "send":
            return super().post(request, *args, **kwargs)
        person = self.person()
        address = address_for_code(person)
        if not allow("prove", "10/h", request):
            return too_often(request)
        if address is not None:
            send_code(request, person, address)
        return see_other(self.passthrough_next_url(request.path))  # type: ignore[no-untyped-call]

    def person(self) -> Person:
        """Who is asked."""
        assert isinstance(self.request.user, Person)
        return self.request.user

    def form_valid(self, form: ProofForm) -> HttpResponse:
        if not is_right(self.request, form.cleaned_data["code"]):
            form.add_error(
                "code", _("This is not the code we sent. Check the latest mail, or ask for another one.")
            )
            return self.form_invalid(form)
        note_proof(self.request, self.person(), "code")
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "was_sent": code_was_sent(self.request),
            "address": address_for_code(self.person()),
        }


by_code = ByCode.as_view()
