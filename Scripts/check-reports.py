#!/usr/bin/env python3
"""Reads the DICOM SR documents below a folder of reports with highdicom, and finds every number of report.json again.

Usage: check-reports.py REPORTS
"""

import json
import sys
from pathlib import Path

import highdicom as hd
from highdicom.sr import CodedConcept

reports = Path(sys.argv[1])
codes = {"positive": "52101004", "negative": "272519000", "indeterminate": "373068000"}
count = 0
for path in sorted(reports.glob("patients/*/*/report.json")):
    report = json.loads(path.read_text())
    verdict = report["verdict"]
    document = hd.sr.srread(next((reports / "outbox" / report["studyKey"]).glob("*-sr.dcm")))
    assert document.StudyInstanceUID == report["studyInstanceUID"]
    content = document.content
    assert isinstance(content, hd.sr.MeasurementReport), type(content)
    [group] = content.get_image_measurement_groups()

    def number(code, scheme="99GANTRY"):
        name = CodedConcept(code, scheme, code)
        found = group.get_measurements(name)
        return found[0].value if found else None

    assert number("122157", "DCM") == verdict.get("probability"), (number("122157", "DCM"), verdict)
    assert number("scored-slices") == verdict["scoredSlices"]
    assert number("positive-slices") == round(verdict["fractionPositive"] * verdict["scoredSlices"])
    finding = group.finding_type
    assert finding.scheme_designator == "99GANTRY" and finding.meaning == report["positiveClass"]
    [value] = [
        item.value for item in group.get_qualitative_evaluations() if item.name.value == finding.value
    ]
    assert value.value == codes[verdict["finding"]], (value, verdict["finding"])
    assert [image.referenced_sop_instance_uid for image in group.source_images] == [
        report["slices"][picture["sliceIndex"]]["sopInstanceUID"] for picture in report["keyPictures"]
    ]
    assert [site.value.value for site in group.finding_sites] == ["39607008"]
    [observer] = content.get_observer_contexts()
    assert observer.observer_type.value == "121007"
    scored = {slice["sopInstanceUID"] for slice in report["slices"] if slice["reason"] == "scored"}
    evidence = {
        image.ReferencedSOPInstanceUID
        for study in document.get("CurrentRequestedProcedureEvidenceSequence", [])
        for series in study.ReferencedSeriesSequence
        for image in series.ReferencedSOPSequence
    }
    assert evidence == scored
    count += 1
assert count > 0, "no report"
print(f"  every number of {count} documents is that of report.json")
