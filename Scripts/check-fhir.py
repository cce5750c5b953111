#!/usr/bin/env python3
"""Reads the FHIR bundles below a folder of reports with fhir.resources (R4B), and finds the numbers of report.json
again.

Usage: check-fhir.py REPORTS
"""

import json
import sys
from decimal import Decimal
from pathlib import Path

from fhir.resources.R4B.bundle import Bundle

reports = Path(sys.argv[1])
codes = {"positive": "52101004", "negative": "272519000", "indeterminate": "373068000"}
count = numbers = 0
for path in sorted(reports.glob("patients/*/*/report.json")):
    # Numbers as they are written, to the last digit.
    report = json.loads(path.read_text(), parse_float=Decimal)
    text = path.with_name("report.fhir.json").read_text()
    assert json.loads(text)["resourceType"] == "Bundle"
    bundle = Bundle.model_validate_json(text)
    resources = [entry.resource for entry in bundle.entry]

    def of(kind):
        return [resource for resource in resources if resource.get_resource_type() == kind]

    assert len(resources) == sum(
        len(of(kind)) for kind in ("DiagnosticReport", "Observation", "ImagingStudy", "Device", "Patient")
    )
    [document], [study], [device], [patient] = (
        of(kind) for kind in ("DiagnosticReport", "ImagingStudy", "Device", "Patient")
    )
    observations = {observation.id: observation for observation in of("Observation")}
    assert [entry.fullUrl for entry in bundle.entry] == ["urn:uuid:" + resource.id for resource in resources]
    assert [reference.reference for reference in document.result] == ["urn:uuid:" + name for name in observations]
    for resource in [document, *observations.values()]:
        assert resource.status == "preliminary"
        assert resource.subject.reference == "urn:uuid:" + patient.id
    for observation in observations.values():
        assert observation.device.reference == "urn:uuid:" + device.id
        assert observation.derivedFrom[0].reference == "urn:uuid:" + study.id

    verdict = report["verdict"]
    first, finding, slices, *others = observations.values()
    values = [first.valueQuantity and first.valueQuantity.value]
    expected = [verdict.get("probability")]
    interval = verdict.get("interval")
    values += [part.valueQuantity.value for part in first.component or []]
    expected += [interval["lower"], interval["upper"]] if interval else []
    values += [part.valueInteger if part.valueQuantity is None else part.valueQuantity.value for part in slices.component]
    expected += [len(report["slices"]), verdict["scoredSlices"], verdict["fractionPositive"], verdict["longestRunSlices"]]
    positive = report["classes"].index(report["positiveClass"])
    for observation, picture in zip(others, report["keyPictures"]):
        shown = report["slices"][picture["sliceIndex"]]
        assert observation.component[0].valueString == shown["sopInstanceUID"]
        values += [observation.valueQuantity.value, observation.component[2].valueQuantity.value]
        expected += [shown["probabilities"][positive], shown["positionMillimetres"]]
    assert [value if value is None else Decimal(value) for value in values] == [
        value if value is None else Decimal(value) for value in expected
    ], (values, expected)
    numbers += len(values)
    quality = others[len(report["keyPictures"]):]
    assert len(quality) == (1 if report["qualityFindings"] else 0)
    for observation in quality:
        assert [part.code.coding[0].code for part in observation.component] == [
            found["code"] for found in report["qualityFindings"]
        ]
    assert finding.valueCodeableConcept.coding[0].code == codes[verdict["finding"]]
    identifiers = {(name.system, name.value) for name in study.identifier}
    assert ("urn:dicom:uid", "urn:oid:" + report["studyInstanceUID"]) in identifiers
    accession = report["study"].get("accessionNumber")
    assert not accession or (None, accession) in identifiers
    assert {series.uid for series in study.series} == {series["seriesInstanceUID"] for series in report["series"]}
    assert patient.identifier[0].value == report["patient"].get("patientID", report["patientKey"])
    count += 1
assert count > 0, "no report"
print(f"  {count} bundles are R4B's, with {numbers} numbers of report.json")
