/// What later steps add to the first schema, as SQL.
enum LaterSchemas {
    /// Patients that a study was taken for before its Patient ID was corrected: their reports are to be taken away.
    static let formerPatients = """
        CREATE TABLE former_patient (
            study_key TEXT NOT NULL REFERENCES study (study_key),
            patient_key TEXT NOT NULL REFERENCES patient (patient_key),
            PRIMARY KEY (study_key, patient_key)
        ) STRICT, WITHOUT ROWID;
        """

    /// Folders that a run was given as input: nothing is ever written there.
    static let inputs = "CREATE TABLE input (path TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;"

    /// What the runner's drop folder waits for: one row, a JSON `Settling`, or none.
    static let settling = """
        CREATE TABLE settling (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            state TEXT NOT NULL CHECK (json_valid(state))
        ) STRICT;
        """

    /// Where the network looked on key slices: a row for each picture that has a map, under the picture's number.
    /// `map_values`: Float32, little endian, row by row.
    static let keyMaps =
        """
        CREATE TABLE key_map (
            revision_id INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            map_rows INTEGER NOT NULL CHECK (map_rows >= 1),
            map_columns INTEGER NOT NULL CHECK (map_columns >= 1),
            map_values BLOB NOT NULL,
            outside_body_share REAL CHECK (outside_body_share BETWEEN 0 AND 1),
            CONSTRAINT "a map is full" CHECK (length(map_values) = 4 * map_rows * map_columns),
            PRIMARY KEY (revision_id, ordinal),
            FOREIGN KEY (revision_id, ordinal) REFERENCES key_picture (revision_id, ordinal)
        ) STRICT;

        """ + FirstSchema.appendOnlyRules(table: "key_map", key: "revision_id, ordinal")
}
