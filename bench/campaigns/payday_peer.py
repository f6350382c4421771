"""The shape of Liberapay's payday, in our own words: no code of theirs. `python payday_peer.py URL COUNT`.

Read in liberapay/billing/payday.py as it stood once wallets were gone (`prepare`, `transfer_virtually`,
`transfer_for_real`). First one transaction: the people and their newest tips are copied into temporary tables with
indexes; a PL/pgSQL function goes through the tips in rounds until no more can be paid out of what was paid in advance,
and each that can calls a function that finds its tip and writes a row into `payday_transfers`. Then each of those rows
becomes real in a transaction of its own, a transfer and what is left of its tip. That is what `published` measures.

`at_once` is the same first part, with all rows made real by two statements before the one commit: nothing is durable
before the end, and what stops in between begins anew. They do not do that; it is the fastest that this shape could be.

Left out, all to its favour: teams and their takes, currencies (amounts are integers), checks before and after,
statistics, receipts, letters. No provider is asked: what is shared out was paid in weeks before, by other code.
"""

import json
import random
import sys
import time

import psycopg

SCHEMA = "payday_peer"
TIPS_EACH, RECEIVE = 5, 1_000
AMOUNT = 50

TABLES = f"""
CREATE SCHEMA {SCHEMA};
SET search_path = {SCHEMA};
CREATE TABLE participants (
    id bigint PRIMARY KEY,
    username text NOT NULL UNIQUE,
    kind text NOT NULL,
    status text NOT NULL,
    goal bigint,
    is_suspended boolean NOT NULL DEFAULT false,
    join_time timestamptz NOT NULL
);
CREATE TABLE tips (
    id bigserial PRIMARY KEY,
    tipper bigint NOT NULL REFERENCES participants,
    tippee bigint NOT NULL REFERENCES participants,
    amount bigint NOT NULL CHECK (amount >= 0),
    paid_in_advance bigint NOT NULL CHECK (paid_in_advance >= 0),
    ctime timestamptz NOT NULL,
    mtime timestamptz NOT NULL,
    CHECK (tipper <> tippee)
);
CREATE INDEX ON tips (tipper, mtime);
CREATE INDEX ON tips (tippee, mtime);
CREATE TABLE transfers (
    id bigserial PRIMARY KEY,
    tipper bigint NOT NULL REFERENCES participants,
    tippee bigint NOT NULL REFERENCES participants,
    amount bigint NOT NULL CHECK (amount > 0),
    context text NOT NULL,
    status text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON transfers (tipper);
CREATE INDEX ON transfers (tippee);
"""

COPIES = """
CREATE TEMPORARY TABLE payday_participants ON COMMIT DROP AS
    SELECT id, kind, status, goal FROM participants
    WHERE join_time < now() AND NOT is_suspended AND status <> 'stub' ORDER BY join_time;
CREATE UNIQUE INDEX ON payday_participants (id);
CREATE TEMPORARY TABLE payday_tips ON COMMIT DROP AS
    WITH newest AS (
        SELECT DISTINCT ON (tipper, tippee) * FROM tips WHERE mtime < now() ORDER BY tipper, tippee, mtime DESC
    )
    SELECT newest.id, tipper, tippee, amount, paid_in_advance, NULL::boolean AS is_funded
    FROM newest
    JOIN payday_participants giver ON giver.id = tipper
    JOIN payday_participants receiver ON receiver.id = tippee
    WHERE receiver.goal IS NULL OR receiver.goal >= 0 OR paid_in_advance > 0
    ORDER BY newest.ctime;
CREATE INDEX ON payday_tips (tipper);
CREATE INDEX ON payday_tips (tippee);
DROP TABLE IF EXISTS payday_transfers;
CREATE TABLE payday_transfers (
    id serial, tipper bigint, tippee bigint, amount bigint CHECK (amount >= 0), context text,
    UNIQUE (tipper, tippee, context)
);
"""

FUNCTIONS = """
CREATE OR REPLACE FUNCTION note_transfer(giver bigint, receiver bigint, wanted bigint) RETURNS void AS $$
DECLARE
    has bigint;
BEGIN
    SELECT paid_in_advance INTO STRICT has FROM payday_tips WHERE tipper = giver AND tippee = receiver;
    INSERT INTO payday_transfers (tipper, tippee, amount, context)
        VALUES (giver, receiver, least(has, wanted), 'tip');
END
$$ LANGUAGE plpgsql;
CREATE OR REPLACE FUNCTION go_through_tips() RETURNS void AS $$
DECLARE
    paid integer;
BEGIN
    FOR round IN 1..50 LOOP
        WITH now_paid AS (
            UPDATE payday_tips SET is_funded = true WHERE is_funded IS NOT true AND paid_in_advance >= amount
            RETURNING note_transfer(tipper, tippee, amount)
        )
        SELECT count(*) INTO paid FROM now_paid;
        EXIT WHEN paid = 0;
    END LOOP;
    UPDATE payday_tips SET is_funded = false WHERE is_funded IS NULL;
END
$$ LANGUAGE plpgsql;
"""

MADE_REAL = """
INSERT INTO transfers (tipper, tippee, amount, context, status)
    VALUES (%(tipper)s, %(tippee)s, %(amount)s, %(context)s, 'succeeded')
"""

TAKEN = """
UPDATE tips SET paid_in_advance = tips.paid_in_advance - %(amount)s
FROM (SELECT mtime FROM tips WHERE tipper = %(tipper)s AND tippee = %(tippee)s ORDER BY mtime DESC LIMIT 1) newest
WHERE tipper = %(tipper)s AND tippee = %(tippee)s AND tips.mtime >= newest.mtime
"""

ALL_REAL = """
INSERT INTO transfers (tipper, tippee, amount, context, status)
    SELECT tipper, tippee, amount, context, 'succeeded' FROM payday_transfers ORDER BY id;
UPDATE tips SET paid_in_advance = tips.paid_in_advance - payday_transfers.amount
    FROM payday_transfers JOIN payday_tips USING (tipper, tippee) WHERE tips.id = payday_tips.id;
"""

type Link = psycopg.Connection[tuple[object, ...]]


def fill(link: Link, count: int) -> None:
    """So many tips of so many people, five of each, to a thousand who receive; each paid for ten weeks."""
    dice = random.Random(5)
    givers = -(-count // TIPS_EACH)
    with link.transaction(), link.cursor() as cursor:
        cursor.execute(TABLES)
        columns = "id, username, kind, status, join_time"
        with cursor.copy(f"COPY participants ({columns}) FROM STDIN") as rows:
            for number in range(RECEIVE + givers):
                rows.write_row((number, f"p{number}", "individual", "active", "2020-01-01T00:00:00Z"))
        columns = "tipper, tippee, amount, paid_in_advance, ctime, mtime"
        day = "2021-01-01T00:00:00Z"
        with cursor.copy(f"COPY tips ({columns}) FROM STDIN") as rows:
            for giver in range(givers):
                some = min(TIPS_EACH, count - giver * TIPS_EACH)
                for receiver in dice.sample(range(RECEIVE), some):
                    rows.write_row((RECEIVE + giver, receiver, AMOUNT, 10 * AMOUNT, day, day))
    link.execute("VACUUM ANALYZE")


def published(link: Link) -> None:
    """One transaction that only reckons, then one for each transfer."""
    with link.transaction():
        link.execute(COPIES + FUNCTIONS)
        link.execute("SELECT go_through_tips()")
    names = ("id", "tipper", "tippee", "amount", "context")
    found = link.execute(f"SELECT {', '.join(names)} FROM payday_transfers ORDER BY id").fetchall()
    for row in found:
        values = dict(zip(names, row, strict=True))
        with link.transaction():
            link.execute(MADE_REAL, values)
            link.execute(TAKEN, values)


def at_once(link: Link) -> None:
    """Everything before one commit."""
    with link.transaction():
        link.execute(COPIES + FUNCTIONS)
        link.execute("SELECT go_through_tips()")
        link.execute(ALL_REAL)


def main(url: str, count: int) -> None:
    with psycopg.connect(url, autocommit=True) as link:
        fill(link, count)
        rates = {}
        for week, payday in enumerate((at_once, published), 1):
            began = time.perf_counter()
            payday(link)
            rates[payday.__name__] = count / (time.perf_counter() - began)
            made = link.execute("SELECT count(*), sum(amount) FROM transfers").fetchone()
            left = link.execute("SELECT sum(paid_in_advance) FROM tips").fetchone()
            if made != (week * count, week * count * AMOUNT) or left != ((10 - week) * count * AMOUNT,):
                raise SystemExit(f"The payday has not paid what was due: {made}, {left} left.")
            link.execute("VACUUM ANALYZE")
    print(json.dumps(rates))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
