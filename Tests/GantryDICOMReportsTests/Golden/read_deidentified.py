"""Prints as JSON what pydicom reads of de-identified objects, and where they do not follow the table of
basic_profile.json: python3 read_deidentified.py FILE..."""

import json
import pathlib
import sys

import pydicom

TABLE = json.loads((pathlib.Path(__file__).parent / "basic_profile.json").read_text())
# What stays under an option of CID 7050: texts of the maker's own, the making device, a clean content tree.
OPTIONS = {
    "113105": {"SeriesDescription", "DerivationDescription", "ImageComments", "ContributionDescription"},
    "113109": {"DeviceSerialNumber", "DeviceUID"},
    "113104": {"ContentSequence"},
}
# Values that stand for what was removed.
DUMMIES = {"DA": {"", "19700101"}, "TM": {"", "000000.000"}, "DT": {""}, "PN": {""}}


def problem(element, codes):
    """Why an element may not be there; None where it may."""
    if element.tag.is_private:
        return "is private"
    value = element.value
    if element.VR in DUMMIES and str(value) not in DUMMIES[element.VR]:
        return f"is {value}"
    if element.VR == "UI" and not all(
        str(uid).startswith(("2.25.", "1.2.840.10008.")) for uid in ([value] if element.VM < 2 else value)
    ):
        return f"is {value}"
    action = TABLE.get("%08X" % element.tag)
    is_empty = element.VM == 0 or (element.VR == "SQ" and len(value) == 0)
    if action is None or any(element.keyword in OPTIONS[code] for code in codes if code in OPTIONS):
        return None
    if action == "U":
        return None if str(value).startswith("2.25.") else f"is {value}"
    # A dummy is allowed where the letter is there: of dates it was looked at above.
    if element.VR in DUMMIES and "D" in action:
        return None
    if element.keyword == "PatientID":
        return None
    if "Z" in action and is_empty:
        return None
    return "is there" if not (action == "X/Z/U*" and element.VR == "SQ") else None


def walk(dataset, path, codes, problems):
    for element in dataset:
        name = path + (element.keyword or str(element.tag))
        found = problem(element, codes)
        if found:
            problems.append(f"{name} {found}")
        if element.VR == "SQ":
            for item in element.value:
                walk(item, name + ".", codes, problems)


def facts(path):
    dataset = pydicom.dcmread(path)
    codes = [code.CodeValue for code in dataset.get("DeidentificationMethodCodeSequence", [])]
    problems = []
    walk(dataset, "", codes, problems)
    # Of the basic profile, and what the meta header says of the object.
    for element in dataset.file_meta:
        if element.VR == "UI" and element.keyword not in ("TransferSyntaxUID", "ImplementationClassUID"):
            if not str(element.value).startswith(("2.25.", "1.2.840.10008.")):
                problems.append(f"{element.keyword} is {element.value}")
    return {
        "patientIdentityRemoved": dataset.get("PatientIdentityRemoved"),
        "method": dataset.get("DeidentificationMethod"),
        "codes": codes,
        "schemes": sorted({c.CodingSchemeDesignator for c in dataset.get("DeidentificationMethodCodeSequence", [])}),
        "longitudinal": dataset.get("LongitudinalTemporalInformationModified"),
        "patientID": dataset.PatientID,
        "problems": problems,
    }


print(json.dumps([facts(path) for path in sys.argv[1:]]))
