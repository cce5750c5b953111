#!/usr/bin/env python3
"""Makes a large store out of a small one: copies every study of STORE under other keys and UIDs, COPIES times, without
pictures. For measuring and tests: what is made is no store to go on with, its rules are gone.

    multiply-store.py STORE COPIES
"""

import sqlite3
import sys

# What a copy has of its own: columns that name a study or patient, UIDs, and numbers that count on.
KEYS, UIDS = {"study_key", "patient_key"}, {"study_instance_uid", "sop_instance_uid"}
NUMBERS = {"sequence": "study", "ledger_id": "ledger", "revision_id": "revision"}
TABLES = "patient study ledger series_decision file_outcome attempt revision slice_score".split()


def main(path, copies):
    store = sqlite3.connect(path)
    store.execute("PRAGMA synchronous = OFF")
    for (name,) in store.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        store.execute(f"DROP TRIGGER {name}")
    most = {c: store.execute(f"SELECT coalesce(max({c}), 0) FROM {t}").fetchone()[0] for c, t in NUMBERS.items()}
    names = {t: [row[1] for row in store.execute(f"PRAGMA table_info({t})")] for t in TABLES}
    for table in TABLES:
        store.execute(f"CREATE TEMP TABLE {table}_first AS SELECT {', '.join(names[table])} FROM {table}")

    def copied(column):
        if column in KEYS:
            return f"substr({column}, 1, 10) || printf('%06x', :copy)"
        if column in UIDS:
            return f"{column} || '.' || :copy"
        return f"{column} + :copy * {most[column]}" if column in NUMBERS else column

    for copy in range(1, copies + 1):
        for table in TABLES:
            values = ", ".join(map(copied, names[table]))
            store.execute(
                f"INSERT INTO {table} ({', '.join(names[table])}) SELECT {values} FROM {table}_first", {"copy": copy})
    store.commit()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
