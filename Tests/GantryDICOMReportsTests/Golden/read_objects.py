"""Prints as JSON what pydicom reads of DICOM objects: python3 read_objects.py FILE..."""

import json
import sys

import pydicom


def references(dataset, keyword):
    """`series/instance` of every image in a hierarchical reference."""
    return [
        f"{series.SeriesInstanceUID}/{image.ReferencedSOPInstanceUID}"
        for study in dataset.get(keyword, [])
        for series in study.ReferencedSeriesSequence
        for image in series.ReferencedSOPSequence
    ]


def name(image):
    frame = image.get("ReferencedFrameNumber")
    return str(image.ReferencedSOPInstanceUID) + (f"#{frame}" if frame is not None else "")


def walk(item, found):
    kind = item.get("ValueType")
    concept = item.ConceptNameCodeSequence[0].CodeValue if "ConceptNameCodeSequence" in item else ""
    if kind == "NUM":
        value = item.MeasuredValueSequence[0]
        unit = value.MeasurementUnitsCodeSequence[0]
        assert (unit.CodeValue, unit.CodingSchemeDesignator) == ("1", "UCUM")
        found["numbers"][concept] = float(value.get("FloatingPointValue", value.NumericValue))
    elif kind == "CODE":
        code = item.ConceptCodeSequence[0]
        found["codes"].append(f"{concept}={code.CodeValue}")
    elif kind == "TEXT":
        found["texts"].setdefault(concept, []).append(item.TextValue)
    elif kind == "IMAGE":
        found["images"].append(name(item.ReferencedSOPSequence[0]))
    for inner in item.get("ContentSequence", []):
        walk(inner, found)


def facts(path):
    # Not forced: the file has its preamble and its meta header.
    dataset = pydicom.dcmread(path)
    # Everything is read, to the last element.
    dataset.walk(lambda dataset, element: element.value)
    meta = dataset.file_meta
    assert meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID
    assert meta.MediaStorageSOPClassUID == dataset.SOPClassUID
    assert meta.FileMetaInformationVersion == b"\x00\x01"
    found = {"numbers": {}, "codes": [], "texts": {}, "images": []}
    walk(dataset, found)
    equipment = dataset.ContributingEquipmentSequence[0]
    result = {
        "sopClassUID": dataset.SOPClassUID,
        "sopInstanceUID": dataset.SOPInstanceUID,
        "seriesInstanceUID": dataset.SeriesInstanceUID,
        "studyInstanceUID": dataset.StudyInstanceUID,
        "modality": dataset.Modality,
        "patientName": str(dataset.PatientName),
        "patientID": dataset.PatientID,
        "patientBirthDate": dataset.PatientBirthDate,
        "patientSex": dataset.PatientSex,
        "accessionNumber": dataset.AccessionNumber,
        "contentDate": dataset.ContentDate,
        "contentTime": dataset.ContentTime,
        "timezone": dataset.get("TimezoneOffsetFromUTC"),
        "instanceNumber": int(dataset.InstanceNumber),
        "deviceUID": equipment.DeviceUID,
        "evidence": references(dataset, "CurrentRequestedProcedureEvidenceSequence"),
        "procedures": [code.CodeValue for code in dataset.get("ProcedureCodeSequence", [])],
        "predecessors": references(dataset, "PredecessorDocumentsSequence"),
        "sourceImages": [name(image) for image in dataset.get("SourceImageSequence", [])],
        **found,
    }
    if "PixelData" in dataset:
        pixels = dataset.pixel_array
        assert pixels.shape == (dataset.Rows, dataset.Columns, 3)
        result.update(
            rows=int(dataset.Rows),
            columns=int(dataset.Columns),
            photometricInterpretation=dataset.PhotometricInterpretation,
            burnedInAnnotation=dataset.BurnedInAnnotation,
            lossy=dataset.LossyImageCompression,
            sampleSum=int(pixels.sum()),
        )
    return result


print(json.dumps([facts(path) for path in sys.argv[1:]]))
