#!/usr/bin/env python3
"""One series from files to report in Python, as a data scientist would write it: the job that `gantry ingest` is
measured beside.

    peer_study.py --runtime onnxruntime|openvino --model FILE SERIES OUTPUT

pydicom reads and Pillow resizes in a thread while the network scores batches of 16. Window, input size, normalisation
and aggregation are those of the benchmark's bundle (study_benchmark.py). Writes OUTPUT/report.json and
OUTPUT/report.html.
"""

import argparse
import html
import json
import os
import queue
import threading

import numpy as np
from PIL import Image
from pydicom import dcmread
from pydicom.pixels import pixel_array

BATCH = 16
SIDE = 224
CENTRE, WIDTH = -600, 1500
MEAN = np.array([0.485, 0.456, 0.406], np.float32)[:, None, None]
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)[:, None, None]
TOP, REFERENCE_SPACING = 3, 10.0
THRESHOLDS = 0.7, 0.85
JPEG_LOSSLESS = {"1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"}


def files(series):
    for folder, _, names in sorted(os.walk(series)):
        for name in sorted(names):
            if name.endswith(".dcm"):
                yield os.path.join(folder, name)


def read(file):
    """One slice: where it lies, and the network's input."""
    data = dcmread(file)
    # GDCM decodes lossless JPEG faster than pylibjpeg does: 6.9 and 10.8 ms a slice.
    plugin = "gdcm" if data.file_meta.TransferSyntaxUID in JPEG_LOSSLESS else ""
    image = pixel_array(data, decoding_plugin=plugin).astype(np.float32)
    # Rescale and window (PS3.3 C.11.2.1.2.1) are one linear function.
    slope, intercept = float(data.RescaleSlope), float(data.RescaleIntercept)
    image *= slope / (WIDTH - 1)
    image += (intercept - (CENTRE - 0.5)) / (WIDTH - 1) + 0.5
    np.clip(image, 0, 1, out=image)
    small = np.asarray(Image.fromarray(image).resize((SIDE, SIDE), Image.Resampling.BOX))
    tensor = (small - MEAN) / DEVIATION
    normal = np.cross(data.ImageOrientationPatient[:3], data.ImageOrientationPatient[3:])
    facts = {
        "sop-instance-uid": str(data.SOPInstanceUID),
        "position": float(np.dot(normal, data.ImagePositionPatient)),
        "study": str(data.StudyInstanceUID),
        "patient": str(data.PatientID),
    }
    return facts, tensor


def read_all(series, slices):
    """The reading thread: puts every slice into the queue, then None, or what went wrong."""
    try:
        for file in files(series):
            slices.put(read(file))
        slices.put(None)
    except Exception as error:
        slices.put(error)


def onnxruntime_scorer(model):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return lambda batch: session.run(None, {"input": batch})[0]


def openvino_scorer(model):
    import openvino

    compiled = openvino.Core().compile_model(model, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
    return lambda batch: compiled(batch)[0]


def batches(slices):
    batch = []
    while (item := slices.get()) is not None:
        if isinstance(item, Exception):
            raise item
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def softmax(logits):
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def score(scorer, slices):
    results = []
    for batch in batches(slices):
        probabilities = softmax(scorer(np.stack([tensor for _, tensor in batch])))[:, 1]
        results += [facts | {"probability": float(p)} for (facts, _), p in zip(batch, probabilities)]
    return sorted(results, key=lambda result: result["position"])


def verdict(results):
    spacing = float(np.median(np.diff([result["position"] for result in results])))
    count = max(TOP, round(TOP * REFERENCE_SPACING / spacing))
    probability = float(np.mean(sorted((result["probability"] for result in results), reverse=True)[:count]))
    low, high = THRESHOLDS
    finding = "negative" if probability < low else "positive" if probability >= high else "indeterminate"
    return {"finding": finding, "probability": probability, "slices": count}


PAGE = """<!doctype html><meta charset="utf-8"><title>{patient}</title>
<h1>{patient}</h1>
<p>Study {study}: <b>{finding}</b>, probability {probability:.2f}, mean of the {count} highest slices.</p>
<table><tr><th>Slice<th>Position, mm<th>Probability</tr>
{rows}
</table>
"""


def write(results, judged, output):
    os.makedirs(output, exist_ok=True)
    first = results[0]
    with open(os.path.join(output, "report.json"), "w") as file:
        json.dump({"study": first["study"], "verdict": judged, "slices": results}, file)
    rows = "\n".join(
        f'<tr><td>{number}<td>{result["position"]:.1f}<td>{result["probability"]:.3f}</tr>'
        for number, result in enumerate(results, 1)
    )
    page = PAGE.format(
        patient=html.escape(first["patient"]), study=html.escape(first["study"]), finding=judged["finding"],
        probability=judged["probability"], count=judged["slices"], rows=rows)
    with open(os.path.join(output, "report.html"), "w") as file:
        file.write(page)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runtime", choices=["onnxruntime", "openvino"], required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("series")
    parser.add_argument("output")
    arguments = parser.parse_args()
    # Reading begins while the network is loaded; two batches wait at most.
    slices = queue.Queue(2 * BATCH)
    threading.Thread(target=read_all, args=(arguments.series, slices), daemon=True).start()
    make = onnxruntime_scorer if arguments.runtime == "onnxruntime" else openvino_scorer
    results = score(make(arguments.model), slices)
    judged = verdict(results)
    write(results, judged, arguments.output)
    print(f"{judged['finding']} {judged['probability']:.2f}, {len(results)} slices")


if __name__ == "__main__":
    main()
