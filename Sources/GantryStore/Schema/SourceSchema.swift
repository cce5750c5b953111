/// The images that a revision was reached on, as they name and place themselves; none beside revisions of versions that
/// did not keep them.
enum SourceSchema {
    /// The table and its rules. `images` is a JSON array of `SourceImageRun`: together they have as many images as the
    /// revision has slices.
    static let tables =
        """
        CREATE TABLE revision_source (
            revision_id INTEGER PRIMARY KEY REFERENCES revision (revision_id),
            attributes TEXT NOT NULL CHECK (json_valid(attributes)),
            images TEXT NOT NULL CHECK (json_valid(images)),
            minutes_ahead_of_utc INTEGER NOT NULL
        ) STRICT;

        """ + FirstSchema.appendOnlyRules(table: "revision_source", key: "revision_id")
}
