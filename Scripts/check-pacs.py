#!/usr/bin/env python3
"""Sends the objects of an outbox into a real Orthanc with both scripts of Scripts/pacs, and reads them back.

Usage: check-pacs.py REPORTS STUDIES GANTRY STORE

REPORTS is an output of `GANTRY ingest STUDIES --store STORE` with objects in its outbox. Orthanc (Debian: orthanc, orthanc-dicomweb)
is started twice, on free ports, with a storage of its own in a temporary folder, and stopped at the end; it takes DICOM
from 127.0.0.1 alone. `check-reports.sh` starts this in a network of its own as well, where the system has them.
"""

import contextlib
import fcntl
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import pydicom

here = Path(__file__).parent
reports, studies, gantry, store = (Path(argument) for argument in sys.argv[1:])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Orthanc:
    """An Orthanc at work."""

    def __init__(self, folder):
        self.dicom, self.http = free_port(), free_port()
        self.log = folder / "log"
        storage = folder / "storage"
        storage.mkdir(parents=True)
        configuration = {
            "Name": "check",
            "StorageDirectory": str(storage),
            "IndexDirectory": str(storage),
            "DicomAet": "ARCHIVE",
            "DicomCheckCalledAet": True,
            "DicomPort": self.dicom,
            "DicomAlwaysAllowEcho": False,
            "DicomAlwaysAllowStore": False,
            "DicomCheckModalityHost": True,
            "DicomModalities": {"gantry": ["GANTRY", "127.0.0.1", 104]},
            "HttpPort": self.http,
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "Plugins": ["/usr/share/orthanc/plugins/libOrthancDicomWeb.so"],
            "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
        }
        (folder / "orthanc.json").write_text(json.dumps(configuration))
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [shutil.which("Orthanc") or "/usr/sbin/Orthanc", str(folder / "orthanc.json")],
                stdout=log, stderr=subprocess.STDOUT, cwd=folder,
            )
        for _ in range(300):
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                self.get("/system")
                return
            time.sleep(0.1)
        self.stop()
        sys.exit("check-pacs: Orthanc does not start:\n" + self.log.read_text()[-3000:])

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=30) as answer:
            return answer.read()

    def post(self, path, data):
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}{path}", data=data, method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def instances(self):
        """The data sets stored, by SOP Instance UID, as files."""
        found = {}
        for name in json.loads(self.get("/instances")):
            data = self.get(f"/instances/{name}/file")
            dataset = pydicom.dcmread(io.BytesIO(data))
            assert dataset.SOPInstanceUID not in found
            found[dataset.SOPInstanceUID] = dataset
        return found

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def run(*command, expect=0):
    end = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert end.returncode == expect, (command, end.returncode, end.stdout, end.stderr)
    return end.stdout + end.stderr


def datasets(files):
    """What lies in files, by SOP Instance UID."""
    return {dataset.SOPInstanceUID: dataset for dataset in map(pydicom.dcmread, files)}


def assert_equal(there, here):
    """That two data sets have the same elements with the same values, at every depth."""
    assert there.keys() == here.keys(), set(there.keys()) ^ set(here.keys())
    count = 0
    for element in here:
        other = there[element.tag]
        assert other.VR == element.VR, (element, other)
        if element.VR == "SQ":
            assert len(other.value) == len(element.value), element.tag
            for inner_there, inner_here in zip(other.value, element.value):
                count += assert_equal(inner_there, inner_here)
        else:
            assert other.value == element.value, (element, other)
        count += 1
    return count


def listing(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def check(way, work):
    folder = work / way
    shutil.copytree(reports, folder / "reports")
    output = folder / "reports"
    objects = sorted(output.glob("outbox/*/*.dcm"))
    assert objects, "no object in the outbox"
    expected = datasets(objects)
    names = listing(output / "outbox")
    archive = Orthanc(folder)
    try:
        if way == "storescu":
            script = [here / "pacs/send-storescu.sh", output, "127.0.0.1", archive.dicom, "ARCHIVE", "GANTRY"]
            refusing = [*script[:4], "ELSEWHERE", "GANTRY"]
            nobody = [*script[:3], free_port(), "ARCHIVE", "GANTRY"]
        else:
            script = [here / "pacs/send-stow.sh", output, f"http://127.0.0.1:{archive.http}/dicom-web/"]
            refusing = [*script[:2], f"http://127.0.0.1:{archive.http}/nothing"]
            nobody = [*script[:2], f"http://127.0.0.1:{free_port()}/dicom-web"]
        # The study as the scanner sent it comes first.
        images = {}
        for path in sorted(studies.rglob("*")):
            if path.is_file() and path.read_bytes()[128:132] == b"DICM":
                image = pydicom.dcmread(path)
                # One sample is cut short, which Orthanc does not take.
                with contextlib.suppress(urllib.error.HTTPError):
                    archive.post("/instances", path.read_bytes())
                    images.setdefault(image.SOPInstanceUID, image)
        assert len(images) > 300, len(images)
        before = archive.instances()
        patients, archived = json.loads(archive.get("/patients")), json.loads(archive.get("/studies"))
        assert before.keys() == images.keys()

        # Nobody there, or one who does not take it: everything stays.
        said = run(*nobody, expect=75)
        assert "does not answer" in said, said
        assert listing(output / "outbox") == names
        said = run(*refusing, expect=75)
        assert "does not answer" in said or "did not store it" in said, said
        assert listing(output / "outbox") == names

        # One object is none, one is just being written: they stay, and the others go.
        broken, unfinished = objects[0], objects[1]
        kept = {path: path.read_bytes() for path in (broken, unfinished)}
        description = broken.with_suffix(".json")
        described = description.read_text()
        broken.write_bytes(b"no object")
        sum_of = run("sha256sum", broken).split()[0]
        sums = json.loads(described)["sha256"]
        description.write_text(described.replace(sums, sum_of))
        unfinished.write_bytes(kept[unfinished][:1000])
        said = run(*script, expect=8)
        assert f"outbox/{broken.parent.name}/{broken.name} stays" in said, said
        assert f"outbox/{unfinished.parent.name}/{unfinished.name} is left for the next run" in said, said
        assert f"{len(objects) - 2} sent, 2 left" in said, said
        left = {str(path.with_suffix(end).relative_to(output / "outbox")) for path in kept for end in (".dcm", ".json")}
        assert set(listing(output / "outbox")) == left, (listing(output / "outbox"), left)

        # Written whole, as Gantry does it, they go at the next run.
        description.write_text(described)
        for path, data in kept.items():
            path.write_bytes(data)
        said = run(*script)
        assert "2 sent, 0 left" in said, said
        assert listing(output / "outbox") == [] and listing(output / "sent") == names
        assert listing(output / "sending") == []
        assert run(*script) == ""

        stored = archive.instances()
        assert stored.keys() == images.keys() | expected.keys()
        elements = sum(assert_equal(stored[uid], expected[uid]) for uid in expected)
        for uid in images:
            assert_equal(stored[uid], before[uid])
            assert_equal(stored[uid], images[uid])
        # The objects are of the patients and studies that were there.
        assert json.loads(archive.get("/patients")) == patients
        assert json.loads(archive.get("/studies")) == archived

        # Sent twice: no second object. A run that was killed had some of it in hand.
        shutil.copytree(output / "sent", output / "outbox", dirs_exist_ok=True)
        held = output / "sending" / broken.parent.name
        held.mkdir()
        for end in (".dcm", ".json"):
            (output / "outbox" / broken.parent.name / broken.with_suffix(end).name).rename(
                held / broken.with_suffix(end).name)
        assert f"{len(objects)} sent, 0 left" in run(*script)
        again = archive.instances()
        assert again.keys() == stored.keys()
        for uid in again:
            assert_equal(again[uid], stored[uid])
        # While Gantry writes the same objects again: nothing is lost, and nothing becomes another.
        keys = [path.name for path in (output / "outbox").iterdir()]
        formats = sorted({json.loads(path.read_text())["format"] for path in output.glob("sent/*/*.json")})
        options = ["--store", store, "--output", output, *(word for name in formats for word in ("--format", name))]
        writing = subprocess.Popen(
            ["sh", "-c", 'for key in $KEYS; do "$@" "$key" || exit 1; done', "sh", gantry.absolute(), "report", *options],
            env={**os.environ, "KEYS": " ".join(keys)}, stdout=subprocess.DEVNULL,
        )
        runs = 0
        while writing.poll() is None:
            run(*script)
            runs += 1
        assert writing.returncode == 0 and runs > 1, (writing.returncode, runs)
        run(*script)
        assert listing(output / "outbox") == [] and listing(output / "sent") == names
        last = archive.instances()
        assert last.keys() == stored.keys() and all(assert_equal(last[uid], stored[uid]) for uid in last)

        # While another run is at it, nothing is done.
        descriptor = os.open(output / "sending", os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        assert "another run" in run(*script, expect=75)
        os.close(descriptor)
        print(
            f"  {way}: {len(expected)} objects with {elements} elements came back as they were sent, beside "
            f"{len(images)} images that are unchanged"
        )
    finally:
        archive.stop()


with tempfile.TemporaryDirectory() as work:
    for way in ("storescu", "stow"):
        check(way, Path(work))
