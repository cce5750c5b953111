/// What second readers said of a revision: one row each time one was asked, the latest counts.
enum SecondOpinionSchema {
    /// The table and its rules. `slices` is a JSON array of `SliceOpinion`.
    static let tables =
        """
        CREATE TABLE second_opinion (
            opinion_id INTEGER PRIMARY KEY,
            revision_id INTEGER NOT NULL REFERENCES revision (revision_id),
            taken_at INTEGER NOT NULL,
            extent TEXT NOT NULL CHECK (extent IN ('none', 'sample', 'all')),
            slices TEXT NOT NULL CHECK (json_valid(slices))
        ) STRICT;
        CREATE INDEX second_opinion_of_revision ON second_opinion (revision_id, opinion_id);

        """ + FirstSchema.appendOnlyRules(table: "second_opinion", key: "opinion_id")
}
