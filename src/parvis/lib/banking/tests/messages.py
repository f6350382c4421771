"""Messages made by hand: camt in any version, in the order of the schema, and MT940."""

from xml.sax.saxutils import escape

ACCOUNT = "CH4431999123000889012"
PAYER = "CH9300762011623852957"


def element(name, content, **attributes):
    if content is None or content == "":
        return ""
    marks = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{marks}>{content}</{name}>"


def amount(value, currency="CHF"):
    return element("Amt", value, Ccy=currency)


def balance(kind, value, currency="CHF", sign="CRDT", on="2026-04-30"):
    code = f"<Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
    return f"<Bal>{code}{amount(value, currency)}<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"


def payment(
    value="",
    *,
    sign="CRDT",
    currency="CHF",
    split="",
    instructed="",
    charges="",
    ref="",
    end_to_end="",
    references=(),
    text=(),
    debtor="",
    creditor="",
    iban="",
    version="08",
):
    """A `TxDtls`; `split` is the amount of version 02, `instructed` one in EUR."""
    said = [element("Refs", element("AcctSvcrRef", ref) + element("EndToEndId", end_to_end))]
    if value:
        said.append(amount(value, currency) + element("CdtDbtInd", sign))
    ordered = element("InstdAmt", instructed and amount(instructed, "EUR"))
    said.append(element("AmtDtls", ordered + element("TxAmt", split and amount(split, currency))))
    said.append(charges)
    said.append(parties(debtor, creditor, iban, version))
    structured = "".join(f"<CdtrRefInf><Ref>{each}</Ref></CdtrRefInf>" for each in references)
    words = "".join(element("Ustrd", escape(each)) for each in text)
    said.append(element("RmtInf", words + element("Strd", structured)))
    return element("TxDtls", "".join(said)) or "<TxDtls/>"


def parties(debtor, creditor, iban, version):
    def party(role, name):
        inner = element("Nm", escape(name))
        return element(role, element("Pty", inner) if version == "08" else inner)

    account = element("DbtrAcct", iban and f"<Id><IBAN>{iban}</IBAN></Id>")
    return element("RltdPties", party("Dbtr", debtor) + account + party("Cdtr", creditor))


def entry(
    value,
    *payments,
    sign="CRDT",
    currency="CHF",
    status="BOOK",
    version="08",
    reversal="",
    ref="",
    on="2026-04-30",
    value_on="2026-04-30",
    charges="",
    count="",
    note="",
):
    """An `Ntry` with these payments."""
    code = element("Sts", element("Cd", status) if version == "08" else status)
    batch = element("Btch", element("NbOfTxs", count))
    return element(
        "Ntry",
        "".join(
            (
                amount(value, currency),
                element("CdtDbtInd", sign),
                element("RvslInd", reversal),
                code,
                element("BookgDt", on and f"<Dt>{on}</Dt>"),
                element("ValDt", value_on and f"<Dt>{value_on}</Dt>"),
                element("AcctSvcrRef", ref),
                "<BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd>",
                charges,
                element("NtryDtls", batch + "".join(payments)),
                element("AddtlNtryInf", escape(note)),
            )
        ),
    )


def statement(*inside, id="S-1", sequence="7", account=ACCOUNT, currency="CHF", head=""):
    """A `Stmt` without its outermost element, for `message`."""
    return (
        f"<Id>{id}</Id>{head}{element('ElctrncSeqNb', sequence)}<CreDtTm>2026-05-01T06:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id>{element('Ccy', currency)}</Acct>{''.join(inside)}"
    )


def message(*statements, kind="053", version="08", namespace=None, before=""):
    """A whole message with these statements, or notifications."""
    outer, inner = ("BkToCstmrStmt", "Stmt") if kind == "053" else ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
    urn = f"urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version}" if namespace is None else namespace
    head = "<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-05-01T06:00:00</CreDtTm></GrpHdr>"
    body = "".join(f"<{inner}>{each}</{inner}>" for each in statements)
    mark = f' xmlns="{urn}"' if urn else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{before}<Document{mark}><{outer}>{head}\n{body}</{outer}></Document>'.encode()


def notification(*entries, **over):
    """A camt.054 with these entries."""
    return message(statement(*entries), kind="054", **over)


def whole(*entries, opening="0.00", closing="0.00", **over):
    """A camt.053 with these balances and entries."""
    return message(statement(balance("OPBD", opening), balance("CLBD", closing), *entries), **over)


def mt940(*fields, opening="C260430CHF0,", closing="C260430CHF0,", account=ACCOUNT):
    """An MT940 with these `:61:` and `:86:`, each with its mark."""
    lines = (
        ":20:STARTUMS",
        f":25:{account}",
        ":28C:00012/00001",
        f":60F:{opening}",
        *fields,
        f":62F:{closing}",
        "-",
    )
    return "\r\n".join(lines).encode()
