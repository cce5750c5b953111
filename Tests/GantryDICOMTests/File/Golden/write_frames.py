"""Writes small multi-frame CT objects and what pydicom reads of their functional groups.

    python write_frames.py

Needs pydicom 3.0.2 and numpy. Writes beside itself, into frames/:

- NAME.dcm.base64: an object of a few 4 x 3 pixels;
- frames.json: for each object, what each frame is, read back with pydicom.

The stored values of frame n (from 1) are 100 n + index of the pixel.
"""

import base64
import io
import json
import pathlib

import numpy
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

HERE = pathlib.Path(__file__).parent / "frames"
ENHANCED = "1.2.840.10008.5.1.4.1.1.2.1"
LEGACY = "1.2.840.10008.5.1.4.1.1.2.2"
ROWS, COLUMNS = 4, 3


def item(**values):
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def group(**sequences):
    """A functional group item: each keyword a sequence of one item."""
    return item(**{keyword: Sequence([value]) for keyword, value in sequences.items()})


def write(name, sop_class, shared, frames, count=None, syntax=ExplicitVRLittleEndian, **top):
    dataset = item(
        SOPClassUID=sop_class,
        SOPInstanceUID=f"1.2.3.{len(name)}.{sum(name.encode())}",
        StudyInstanceUID="1.2.3.1",
        SeriesInstanceUID="1.2.3.2",
        Modality="CT",
        ImageType=["ORIGINAL", "PRIMARY", "VOLUME", "NONE"],
        AcquisitionDateTime="20260102030405.5",
        AcquisitionNumber=7,
        Rows=ROWS,
        Columns=COLUMNS,
        SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2",
        BitsAllocated=16,
        BitsStored=12,
        HighBit=11,
        PixelRepresentation=0,
        NumberOfFrames=len(frames) if count is None else count,
        SharedFunctionalGroupsSequence=Sequence([shared]),
        PerFrameFunctionalGroupsSequence=Sequence(frames),
        **top,
    )
    pixels = numpy.arange(ROWS * COLUMNS, dtype="<u2")
    stored = [(100 * (n + 1) + pixels).astype("<u2") for n in range(dataset.NumberOfFrames)]
    dataset.PixelData = b"".join(frame.tobytes() for frame in stored)
    dataset["PixelData"].VR = "OW"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    (HERE / f"{name}.dcm.base64").write_bytes(base64.encodebytes(buffer.getvalue()))
    return described(pydicom.dcmread(io.BytesIO(buffer.getvalue())))


def described(dataset):
    """What each frame is: its own group, or else the shared one, or else the top level."""
    shared = dataset.SharedFunctionalGroupsSequence[0]

    def value(frame, sequence, keyword):
        for groups in (frame, shared):
            if sequence in groups:
                found = groups[sequence].value[0].get(keyword)
                return found.value if hasattr(found, "value") else found
        return None

    def numbers(found):
        return None if found is None else [float(number) for number in (found if numpy.iterable(found) else [found])]

    frames = []
    for frame in dataset.PerFrameFunctionalGroupsSequence:
        transformation = [
            numbers(value(frame, "PixelValueTransformationSequence", keyword))
            for keyword in ("RescaleSlope", "RescaleIntercept")
        ]
        moment = value(frame, "FrameContentSequence", "FrameAcquisitionDateTime")
        number = value(frame, "FrameContentSequence", "FrameAcquisitionNumber")
        frames.append(
            {
                "imageType": list(value(frame, "CTImageFrameTypeSequence", "FrameType") or dataset.ImageType),
                "position": numbers(value(frame, "PlanePositionSequence", "ImagePositionPatient")),
                "orientation": numbers(value(frame, "PlaneOrientationSequence", "ImageOrientationPatient")),
                "spacing": numbers(value(frame, "PixelMeasuresSequence", "PixelSpacing")),
                "thickness": numbers(value(frame, "PixelMeasuresSequence", "SliceThickness")),
                "rescale": None if None in transformation else [number[0] for number in transformation],
                "acquisitionDateTime": moment or dataset.AcquisitionDateTime,
                "acquisitionNumber": int(dataset.AcquisitionNumber if number is None else number),
                "stackID": value(frame, "FrameContentSequence", "StackID"),
                "temporalPosition": value(frame, "FrameContentSequence", "TemporalPositionIndex"),
            }
        )
    return frames


AXIAL = [1, 0, 0, 0, 1, 0]
TILTED = [1, 0, 0, 0, 0.951057, -0.309017]
MEASURES = item(PixelSpacing=[0.7, 0.8], SliceThickness=1.5)
HOUNSFIELD = item(RescaleSlope=1, RescaleIntercept=-1024, RescaleType="HU")
FRAME_TYPE = item(FrameType=["ORIGINAL", "PRIMARY", "AXIAL", "NONE"])


def content(stack, place, time, **more):
    return item(StackID=stack, InStackPositionNumber=place, TemporalPositionIndex=time, **more)


def enhanced():
    """Two stacks, two points in time each, rescale and acquisition per frame; the second stack is tilted."""
    shared = group(PixelMeasuresSequence=MEASURES, CTImageFrameTypeSequence=FRAME_TYPE)
    frames = []
    for time in (1, 2):
        for stack, orientation in (("1", AXIAL), ("2", TILTED)):
            for place in (1, 2):
                number = len(frames)
                frames.append(
                    group(
                        PlanePositionSequence=item(ImagePositionPatient=[-10, 5.5 * int(stack), 2.5 * place]),
                        PlaneOrientationSequence=item(ImageOrientationPatient=orientation),
                        PixelValueTransformationSequence=item(
                            RescaleSlope=1 + number / 4, RescaleIntercept=-1000 - number, RescaleType="HU"
                        ),
                        FrameContentSequence=content(
                            stack, place, time, FrameAcquisitionNumber=time,
                            FrameAcquisitionDateTime=f"2026010203040{time}.25+0100",
                        ),
                    )
                )
    # The frame's own type replaces the shared one.
    frames[3].CTImageFrameTypeSequence = Sequence([item(FrameType=["DERIVED", "SECONDARY", "LOCALIZER", "NONE"])])
    return shared, frames


def legacy(count=3):
    shared = group(
        PixelMeasuresSequence=MEASURES,
        PlaneOrientationSequence=item(ImageOrientationPatient=AXIAL),
        PixelValueTransformationSequence=HOUNSFIELD,
        CTImageFrameTypeSequence=FRAME_TYPE,
        UnassignedSharedConvertedAttributesSequence=item(ConvolutionKernel="B60f", KVP=120, GantryDetectorTilt=0),
    )
    frames = [
        group(
            PlanePositionSequence=item(ImagePositionPatient=[0, 0, -3 * number]),
            FrameContentSequence=item(FrameAcquisitionNumber=number + 1),
        )
        for number in range(count)
    ]
    return shared, frames


def main():
    HERE.mkdir(exist_ok=True)
    golden = {
        "enhanced": write("enhanced", ENHANCED, *enhanced()),
        "enhanced-implicit": write("enhanced-implicit", ENHANCED, *enhanced(), syntax=ImplicitVRLittleEndian),
        "legacy": write("legacy", LEGACY, *legacy()),
    }
    write("too-few-groups", ENHANCED, *enhanced(), count=9)
    write("too-many-groups", LEGACY, *legacy(), count=2)
    (HERE / "frames.json").write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
