"""Writes names.dcm.base64.csv beside itself: small objects whose patient names are in every character set of DICOM, as
pydicom encodes them.

    python write_names.py

Needs pydicom 3.0.2. Rows whose bytes pydicom cannot write (Latin-9, JIS X 0212, missing escape sequences) give them in
hexadecimal; what they mean is from PS3.5 annexes H to K and from JIS X 0212 as Python's iso2022_jp_ext decodes it.
"""

import base64
import csv
import io
import pathlib

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

HERE = pathlib.Path(__file__).parent
ESCAPE = b"\x1b"

NAMES = [
    (["ISO_IR 6"], "Mueller^Juergen"),
    (["ISO_IR 192"], "Müller^Jürgen^日本"),
    (["ISO_IR 100"], "Müller^Jürgen"),
    (["ISO_IR 101"], "Dvořák^Ľudovít"),
    (["ISO_IR 109"], "Ĉiĥoŝ^Ġorġ"),
    (["ISO_IR 110"], "Ķēniņš^Jānis"),
    (["ISO_IR 144"], "Люкceмбypг"),
    (["ISO_IR 127"], "قباني^لنزار"),
    (["ISO_IR 126"], "Διονυσιος"),
    (["ISO_IR 138"], "שרון^דבורה"),
    (["ISO_IR 148"], "Çavuşoğlu^Işıl"),
    (["ISO_IR 166"], "นามสกุล^ชื่อ"),
    (["ISO_IR 13"], "ﾔﾏﾀﾞ^ﾀﾛｳ"),
    (["GB18030"], "Wang^XiaoDong=王^小东"),
    (["GBK"], "Wang^XiaoDong=王^小東"),
    (["ISO_IR 13", "ISO 2022 IR 87"], "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"),
    (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
    (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동"),
    (["", "ISO 2022 IR 58"], "Zhang^XiaoDong=张^小东"),
    (["ISO 2022 IR 100", "ISO 2022 IR 144"], "Müller^Люкceмбypг"),
    (["ISO 2022 IR 6", "ISO 2022 IR 126", "ISO 2022 IR 138"], "Smith^Διονυσιος^שרון"),
    (["ISO 2022 IR 101"], "Dvořák"),
]

#: Character set, name, bytes.
BYTES = [
    (["ISO_IR 203"], "Œuvré^Žan^€", "Œuvré^Žan^€".encode("iso8859-15")),
    (["", "ISO 2022 IR 159"], "Yamada=丂丫", b"Yamada=" + ESCAPE + b"$(D\x30\x21\x30\x2a" + ESCAPE + b"(B"),
    # The escape sequence is missing after the delimiter; the declared set is the only one that these bytes can be in.
    (["", "ISO 2022 IR 149"], "Hong=홍^길동", b"Hong=" + ESCAPE + b"$)C\xc8\xab^\xb1\xe6\xb5\xbf"),
    # Spellings that are not the defined terms.
    (["ISO-IR 100"], "Müller", b"M\xfcller"),
    (["iso_ir_100"], "Müller", b"M\xfcller"),
    (["ISO 8859-1"], "Müller", b"M\xfcller"),
    (["UTF-8"], "Müller", "Müller".encode()),
    (["ISO2022IR87"], "山田", ESCAPE + b"$B;3ED" + ESCAPE + b"(B"),
    # Nothing declared: the escape sequence says it.
    ([], "山田", ESCAPE + b"$B;3ED" + ESCAPE + b"(B"),
]


def encoded(character_sets, name):
    dataset = Dataset()
    dataset.SpecificCharacterSet = character_sets
    dataset.PatientName = name
    buffer = pydicom.filebase.DicomBytesIO()
    buffer.is_little_endian, buffer.is_implicit_VR = True, True
    pydicom.filewriter.write_PN(buffer, dataset["PatientName"], pydicom.charset.convert_encodings(character_sets))
    return buffer.getvalue()


def row(character_sets, name, value):
    """A secondary capture without image whose patient name has these bytes."""
    dataset = Dataset()
    if character_sets:
        dataset.add_new("SpecificCharacterSet", "CS", character_sets)
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    dataset.SOPInstanceUID = "1.2.3.1"
    dataset.StudyInstanceUID = "1.2.3.2"
    dataset.SeriesInstanceUID = "1.2.3.3"
    placeholder = "X" * (len(value) + len(value) % 2)
    dataset.PatientName = placeholder
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    data = buffer.getvalue()
    assert data.count(placeholder.encode()) == 1
    data = data.replace(placeholder.encode(), value.ljust(len(placeholder)))
    return "\\".join(character_sets), name, base64.b64encode(data).decode()


def main():
    pydicom.config.settings.writing_validation_mode = pydicom.config.IGNORE
    rows = [row(sets, name, encoded(sets, name).rstrip(b" ")) for sets, name in NAMES]
    rows += [row(*entry) for entry in BYTES]
    with open(HERE / "names.dcm.base64.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("characterSet", "name", "base64"))
        writer.writerows(rows)


if __name__ == "__main__":
    main()
