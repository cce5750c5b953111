"""Writes basic_profile.json: what PS3.15 table E.1-1 says of each attribute in the column Basic Profile.

    pip install dicom-anonymizer==2.1.0; python3 basic_profile.py > basic_profile.json

The table is that of dicom-anonymizer (edition 2026c): an implementation that is not ours."""

import json

from dicomanonymizer.dicom_anonymization_databases import dicomfields_2026c as table

actions = {}
for name in dir(table):
    if name.endswith("_TAGS") and name != "ALL_TAGS":
        action = name.removesuffix("_TAGS").replace("U_STAR", "U*").replace("_", "/")
        for tag in getattr(table, name):
            # Those of four numbers are repeating groups, which nothing here has.
            if len(tag) == 2:
                actions["%04X%04X" % tag] = action
print(json.dumps(dict(sorted(actions.items())), indent=0))
