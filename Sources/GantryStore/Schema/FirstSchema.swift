/// Tables and rules of the first schema, as SQL.
///
/// Moments are milliseconds since 1970. What one searches by is a column; what is only shown is JSON, from which
/// generated columns repeat what one may want to search by.
enum FirstSchema {
    static let tables = """
        CREATE TABLE setting (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            salt BLOB NOT NULL CHECK (length(salt) = 32),
            created_at INTEGER NOT NULL
        ) STRICT;

        -- A patient as Patient ID and issuer tell it; both NULL for the unknown patient of one study.
        CREATE TABLE patient (
            patient_key TEXT NOT NULL PRIMARY KEY CHECK (length(patient_key) = 16),
            patient_id TEXT,
            issuer_of_patient_id TEXT,
            CHECK (patient_id IS NOT NULL OR issuer_of_patient_id IS NULL)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX patient_by_patient_id ON patient (patient_id);

        -- `sequence` is the order of first arrival. `patient` is the identity as this study's own files give it.
        CREATE TABLE study (
            sequence INTEGER PRIMARY KEY,
            study_key TEXT NOT NULL UNIQUE CHECK (length(study_key) = 16),
            study_instance_uid TEXT NOT NULL UNIQUE,
            patient_key TEXT NOT NULL REFERENCES patient (patient_key),
            patient TEXT NOT NULL CHECK (json_valid(patient)),
            attributes TEXT NOT NULL CHECK (json_valid(attributes)),
            study_date TEXT GENERATED ALWAYS AS (json_extract(attributes, '$.studyDate')) VIRTUAL,
            study_time TEXT GENERATED ALWAYS AS (json_extract(attributes, '$.studyTime')) VIRTUAL,
            root TEXT NOT NULL,
            file_count INTEGER NOT NULL CHECK (file_count >= 0),
            state TEXT NOT NULL
                CHECK (state IN ('queued', 'running', 'waiting', 'judged', 'done', 'failed', 'quarantined')),
            attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
            failed_attempts INTEGER NOT NULL DEFAULT 0 CHECK (failed_attempts >= 0),
            worker TEXT,
            lease_until INTEGER,
            retry_at INTEGER,
            failure_code TEXT,
            failure_detail TEXT,
            revision INTEGER NOT NULL DEFAULT 0 CHECK (revision >= 0),
            reports_outstanding INTEGER NOT NULL DEFAULT 0 CHECK (reports_outstanding IN (0, 1)),
            queued_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            CONSTRAINT "a lease has a worker and an end" CHECK ((worker IS NULL) = (lease_until IS NULL)),
            CONSTRAINT "running needs a lease" CHECK (state <> 'running' OR worker IS NOT NULL),
            CONSTRAINT "a lease belongs to running or judged" CHECK (worker IS NULL OR state IN ('running', 'judged')),
            CONSTRAINT "waiting has a moment to try again" CHECK ((state = 'waiting') = (retry_at IS NOT NULL)),
            CONSTRAINT "a failure has a code" CHECK
                ((state IN ('waiting', 'failed', 'quarantined')) = (failure_code IS NOT NULL)),
            CONSTRAINT "a code has a sentence" CHECK ((failure_code IS NULL) = (failure_detail IS NULL)),
            CONSTRAINT "quarantine is its own failure" CHECK
                (state NOT IN ('failed', 'quarantined') OR (state = 'quarantined') = (failure_code = 'quarantined')),
            CONSTRAINT "judged and done have a verdict" CHECK (state NOT IN ('judged', 'done') OR revision >= 1),
            CONSTRAINT "reports are of a verdict" CHECK (reports_outstanding = 0 OR revision >= 1),
            CONSTRAINT "judged owes reports" CHECK (state <> 'judged' OR reports_outstanding = 1),
            CONSTRAINT "done owes none" CHECK (state <> 'done' OR reports_outstanding = 0)
        ) STRICT;
        CREATE INDEX study_claimable ON study (sequence) WHERE state IN ('queued', 'waiting', 'judged');
        CREATE INDEX study_leased ON study (sequence) WHERE worker IS NOT NULL;
        CREATE INDEX study_by_patient ON study (patient_key);

        -- Groups the series decisions and file outcomes of one verdict or one failure.
        CREATE TABLE ledger (
            ledger_id INTEGER PRIMARY KEY,
            study_key TEXT NOT NULL REFERENCES study (study_key)
        ) STRICT;

        CREATE TABLE series_decision (
            ledger_id INTEGER NOT NULL REFERENCES ledger (ledger_id),
            ordinal INTEGER NOT NULL,
            decision TEXT NOT NULL CHECK (json_valid(decision)),
            series_instance_uid TEXT GENERATED ALWAYS AS (json_extract(decision, '$.seriesInstanceUID')) VIRTUAL,
            is_chosen INTEGER GENERATED ALWAYS AS (json_extract(decision, '$.isChosen')) VIRTUAL,
            reason TEXT GENERATED ALWAYS AS (json_extract(decision, '$.reason')) VIRTUAL,
            PRIMARY KEY (ledger_id, ordinal)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE file_outcome (
            ledger_id INTEGER NOT NULL REFERENCES ledger (ledger_id),
            ordinal INTEGER NOT NULL,
            outcome TEXT NOT NULL CHECK (json_valid(outcome)),
            file TEXT GENERATED ALWAYS AS (json_extract(outcome, '$.file')) VIRTUAL,
            disposition TEXT GENERATED ALWAYS AS (json_extract(outcome, '$.disposition')) VIRTUAL
                CHECK (disposition IN ('scored', 'skipped', 'rejected')),
            reason TEXT GENERATED ALWAYS AS (json_extract(outcome, '$.reason')) VIRTUAL,
            PRIMARY KEY (ledger_id, ordinal)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE attempt (
            study_key TEXT NOT NULL REFERENCES study (study_key),
            attempt INTEGER NOT NULL CHECK (attempt >= 1),
            worker TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            outcome TEXT NOT NULL CHECK (outcome IN
                ('running', 'judged', 'done', 'failed', 'waiting', 'quarantined', 'released', 'abandoned')),
            detail TEXT NOT NULL DEFAULT '',
            failure_code TEXT,
            ledger_id INTEGER REFERENCES ledger (ledger_id),
            CONSTRAINT "an attempt that goes on has no end" CHECK
                ((outcome IN ('running', 'judged')) = (ended_at IS NULL)),
            CONSTRAINT "a failed attempt has a code" CHECK
                ((outcome IN ('failed', 'waiting', 'quarantined')) = (failure_code IS NOT NULL)),
            PRIMARY KEY (study_key, attempt)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE revision (
            revision_id INTEGER PRIMARY KEY,
            study_key TEXT NOT NULL REFERENCES study (study_key),
            revision INTEGER NOT NULL CHECK (revision >= 1),
            attempt INTEGER NOT NULL,
            judged_at INTEGER NOT NULL,
            finding TEXT NOT NULL CHECK (finding IN ('negative', 'indeterminate', 'positive')),
            probability REAL CHECK (probability BETWEEN 0 AND 1),
            interval_lower REAL,
            interval_upper REAL,
            fraction_positive REAL NOT NULL,
            longest_run INTEGER NOT NULL,
            scored_slices INTEGER NOT NULL,
            effective_k INTEGER,
            slices INTEGER NOT NULL,
            doubt TEXT,
            findings TEXT NOT NULL CHECK (json_valid(findings)),
            provenance TEXT NOT NULL CHECK (json_valid(provenance)),
            pipeline_name TEXT GENERATED ALWAYS AS (json_extract(provenance, '$.pipelineName')) VIRTUAL,
            pipeline_version TEXT GENERATED ALWAYS AS (json_extract(provenance, '$.pipelineVersion')) VIRTUAL,
            content_digest TEXT GENERATED ALWAYS AS (json_extract(provenance, '$.contentDigest')) VIRTUAL,
            scoring_digest TEXT GENERATED ALWAYS AS (json_extract(provenance, '$.scoringDigest')) VIRTUAL,
            judging_digest TEXT GENERATED ALWAYS AS (json_extract(provenance, '$.judgingDigest')) VIRTUAL,
            ledger_id INTEGER NOT NULL UNIQUE REFERENCES ledger (ledger_id),
            CHECK ((interval_lower IS NULL) = (interval_upper IS NULL)),
            UNIQUE (study_key, revision),
            UNIQUE (study_key, attempt),
            FOREIGN KEY (study_key, attempt) REFERENCES attempt (study_key, attempt)
        ) STRICT;

        -- One row a slice of the chosen series; `probabilities` is a JSON array in the order of the classes.
        CREATE TABLE slice_score (
            revision_id INTEGER NOT NULL REFERENCES revision (revision_id),
            ordinal INTEGER NOT NULL,
            slice_index INTEGER NOT NULL,
            sop_instance_uid TEXT NOT NULL,
            frame_number INTEGER NOT NULL,
            instance_number INTEGER,
            position_mm REAL NOT NULL,
            lung_fraction REAL,
            probabilities TEXT NOT NULL CHECK (json_valid(probabilities)),
            reason TEXT NOT NULL,
            clamped_pixels INTEGER NOT NULL,
            PRIMARY KEY (revision_id, ordinal)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE key_picture (
            revision_id INTEGER NOT NULL REFERENCES revision (revision_id),
            ordinal INTEGER NOT NULL,
            slice_index INTEGER NOT NULL,
            window TEXT NOT NULL CHECK (json_valid(window)),
            orientation TEXT NOT NULL CHECK (json_valid(orientation)),
            rows INTEGER NOT NULL,
            columns INTEGER NOT NULL,
            png BLOB NOT NULL,
            PRIMARY KEY (revision_id, ordinal)
        ) STRICT;

        CREATE TABLE audit (
            audit_id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            study_key TEXT NOT NULL REFERENCES study (study_key),
            event TEXT NOT NULL,
            from_state TEXT,
            to_state TEXT NOT NULL,
            detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX audit_by_study ON audit (study_key);
        """

    /// Legal moves, growing attempt numbers, and tables whose rows never change.
    static let rules = studyRules + appendOnly.map(appendOnlyRules).joined()

    private static let studyRules = """
        CREATE TRIGGER study_begins_queued BEFORE INSERT ON study WHEN NEW.state <> 'queued'
        BEGIN SELECT RAISE(ABORT, 'a study begins queued'); END;

        -- docs/state-machine.md; the same pairs as StudyState.successors.
        CREATE TRIGGER study_moves_legally BEFORE UPDATE OF state ON study
        WHEN OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (VALUES
            ('queued', 'running'),
            ('running', 'queued'), ('running', 'waiting'), ('running', 'judged'), ('running', 'done'),
            ('running', 'failed'), ('running', 'quarantined'),
            ('waiting', 'running'), ('waiting', 'queued'),
            ('judged', 'done'), ('judged', 'running'), ('judged', 'queued'),
            ('done', 'queued'), ('failed', 'queued'), ('quarantined', 'queued'))
        BEGIN SELECT RAISE(ABORT, 'illegal move of a study'); END;

        CREATE TRIGGER study_attempt_grows BEFORE UPDATE OF attempt ON study WHEN NEW.attempt < OLD.attempt
        BEGIN SELECT RAISE(ABORT, 'the attempt of a study only grows'); END;

        CREATE TRIGGER study_revision_grows BEFORE UPDATE OF revision ON study WHEN NEW.revision < OLD.revision
        BEGIN SELECT RAISE(ABORT, 'the revision of a study only grows'); END;

        """

    private static let appendOnly = [
        ("setting", "id"), ("ledger", "ledger_id"), ("series_decision", "ledger_id, ordinal"),
        ("file_outcome", "ledger_id, ordinal"), ("revision", "revision_id"), ("slice_score", "revision_id, ordinal"),
        ("key_picture", "revision_id, ordinal"), ("audit", "audit_id"),
    ]

    /// The insert rule is for `INSERT OR REPLACE`, which deletes without asking the delete rule.
    static func appendOnlyRules(table: String, key: String) -> String {
        let newKey = key.split(separator: ", ").map { "NEW." + $0 }.joined(separator: ", ")
        return """
            CREATE TRIGGER \(table)_is_not_updated BEFORE UPDATE ON \(table)
            BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
            CREATE TRIGGER \(table)_is_not_deleted BEFORE DELETE ON \(table)
            BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
            CREATE TRIGGER \(table)_is_not_replaced BEFORE INSERT ON \(table)
            WHEN EXISTS (SELECT 1 FROM \(table) WHERE (\(key)) = (\(newKey)))
            BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;

            """
    }
}
