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
}
