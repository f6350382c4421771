"""A sentence for each thing that can be found out about a mail domain, and what to do about it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parvis.lib.mail.domain import Code

ADD = _("Have this record added to the DNS.")
CHANGE = _("Have the record changed into this one.")
NAME_THE_MACHINE = _(
    "Ask those who run the machine with this address to give it a name that leads back to it (its reverse name)."
)
SAY_WHO_TAKES_MAIL = _("Have an MX record added that names the machine where this domain's mailboxes are.")

IN_ADVICE = _(
    "Have an MX record added that names the machine of your mail server, or empty PARVIS_MAIL_IN_DOMAIN."
)

SENTENCES: Mapping[Code, str | Promise] = {
    "domain-missing": _("The DNS knows no domain %(name)s."),
    "spf-good": _("The record of %(name)s lets the machine that sends your mails do so."),
    "spf-present": _(
        "%(name)s has a record that can be read. Whether it names the machine that sends your mails is not "
        "known here."
    ),
    "spf-missing": _("Nothing at %(name)s says which machines may send its mails."),
    "spf-two": _("%(name)s has several SPF records, so that receivers heed none."),
    "spf-broken": _("The record of %(name)s cannot be read at “%(what)s”: receivers heed none of it."),
    "spf-too-many": _(
        "Reading the record of %(name)s takes %(what)s questions to the DNS, and receivers ask ten at most."
    ),
    "spf-not-allowed": _("The record of %(name)s does not let %(what)s send, from where your mails leave."),
    "spf-relay-not-named": _("The record of %(name)s does not name your relay (%(what)s)."),
    "spf-open": _("The record of %(name)s lets every machine in the world send in its name."),
    "spf-without-end": _("The record of %(name)s names machines, and does not say that others may not send."),
    "dkim-good": _("%(name)s holds the key with which your mails are signed."),
    "dkim-no-key": _("Your mails are not signed yet."),
    "dkim-missing": _("Your mails are signed, but the key to verify them is not at %(name)s yet."),
    "dkim-two": _("There are several records at %(name)s, where one key should stand alone."),
    "dkim-broken": _("What stands at %(name)s is no key that can be read."),
    "dkim-other-key": _(
        "The key at %(name)s is not the one with which your mails are signed: no signature is believed."
    ),
    "dkim-revoked": _("The key at %(name)s was withdrawn: no signature is believed."),
    "dkim-testing": _("The key at %(name)s says that it is only tried out (t=y), and some do not heed it."),
    "dkim-weak": _("The key at %(name)s has %(what)s bits; receivers want 2048."),
    "dmarc-good": _("%(name)s asks receivers not to believe mail that pretends to be yours (%(what)s)."),
    "dmarc-watching": _("%(name)s is there, and asks nothing of receivers yet: your mails arrive with it."),
    "dmarc-missing": _("There is no record at %(name)s, and Gmail, Yahoo and others want one."),
    "dmarc-two": _("There are several records at %(name)s, so that receivers heed none."),
    "dmarc-broken": _("The record at %(name)s asks for something that receivers do not know."),
    "ptr-good": _("%(name)s is called %(found)s, and that name leads back to it."),
    "ptr-missing": _("%(name)s has no name of its own, and many take no mail from such machines."),
    "ptr-elsewhere": _("%(name)s is called %(found)s, and that name does not lead back to it."),
    "mx-good": _("What comes back to %(name)s is taken by %(found)s."),
    "mx-implicit": _(
        "No record says which machine takes mail for %(name)s; its web server is tried instead."
    ),
    "mx-missing": _("No machine takes mail for %(name)s: neither answers nor refusals can come back."),
    "mx-null": _("%(name)s says that it takes no mail at all, and some take none from such a domain."),
    "mx-nowhere": _("The machines that should take mail for %(name)s have no address (%(found)s)."),
    "in-good": _("Mail to %(name)s comes to this machine (%(found)s)."),
    "in-present": _("Mail to %(name)s goes to %(found)s. Whether that is this machine is not known here."),
    "in-elsewhere": _("Mail to %(name)s goes to %(found)s, which has another address than %(what)s."),
    "in-implicit": _(
        "No record says which machine takes mail for %(name)s; the machine of that name is tried."
    ),
    "in-missing": _("No machine takes mail for %(name)s: neither answers nor refusals come in."),
    "in-null": _("%(name)s says that it takes no mail at all."),
    "in-nowhere": _("The machines that should take mail for %(name)s have no address (%(found)s)."),
    "unasked": _("The DNS did not answer about %(name)s."),
}

ADVICE: Mapping[Code, str | Promise] = {
    "domain-missing": _("Look at its spelling in PARVIS_MAIL_FROM and PARVIS_URL."),
    "spf-missing": _(
        "Have this record added to the DNS. If mails leave this domain from other machines too, they must stand "
        "in it."
    ),
    "spf-two": _(
        "Have them made into one: “v=spf1” once, then the words of all, and one “~all” or “-all” at the end."
    ),
    "spf-broken": _("Have this word corrected, or taken out."),
    "spf-too-many": _("Have those parts taken out that send no mail for you any more."),
    "spf-not-allowed": CHANGE,
    "spf-relay-not-named": _(
        "Ask those who run the relay what must stand there, often “include:” and a name. If it sends from the "
        "address where it takes mail, this is the record."
    ),
    "spf-open": _("Have its end changed from “+all” to “~all”."),
    "spf-without-end": _("Have “~all” put at its end; “-all”, once all your mails arrive."),
    "dkim-no-key": _("Run “parvis delivery dkim”: it makes the keys, and says what to add to the DNS."),
    "dkim-missing": ADD,
    "dkim-two": _("Have all but this one taken out."),
    "dkim-broken": CHANGE,
    "dkim-other-key": _(
        "Have the record changed into this one. If another square signs for this domain, give this one a "
        "PARVIS_DKIM_SELECTOR of its own."
    ),
    "dkim-revoked": CHANGE,
    "dkim-testing": CHANGE,
    "dkim-weak": _(
        "Make new ones with “parvis delivery dkim --selector parvis2”, and then set PARVIS_DKIM_SELECTOR=parvis2."
    ),
    "dmarc-missing": _(
        "Have this record added to the DNS. It has nothing refused yet; “p=quarantine” can come once all your mails "
        "arrive."
    ),
    "dmarc-two": _("Have all but one taken out."),
    "dmarc-broken": _("Have the record changed into this one; after “p=” stands none, quarantine or reject."),
    "ptr-missing": NAME_THE_MACHINE,
    "ptr-elsewhere": NAME_THE_MACHINE,
    "mx-implicit": SAY_WHO_TAKES_MAIL,
    "mx-missing": SAY_WHO_TAKES_MAIL,
    "mx-null": SAY_WHO_TAKES_MAIL,
    "mx-nowhere": _("Have the names in its MX records corrected."),
    "in-elsewhere": _(
        "That is right if the machine there hands this mail to Parvis, or if both are the same behind a wall. "
        "Otherwise have the MX record name this machine."
    ),
    "in-implicit": IN_ADVICE,
    "in-missing": IN_ADVICE,
    "in-null": IN_ADVICE,
    "in-nowhere": _("Have the names in its MX records corrected."),
    "unasked": _("Look at the network of this machine, and try again in a while."),
}
