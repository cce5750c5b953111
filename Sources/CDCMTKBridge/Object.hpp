// An opened DICOM file, for the files of this bridge.

#pragma once

#include "ByteSource.hpp"
#include "ElementIndex.hpp"
#include "Guard.hpp"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcfilefo.h"
#include "dcmtk/dcmdata/dcfcache.h"
#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dcspchrs.h"

namespace gantry {

/// An open file, closed with its owner.
class OpenFile {
public:
    explicit OpenFile(int number) : number(number) {}
    OpenFile(const OpenFile &) = delete;
    OpenFile &operator=(const OpenFile &) = delete;
    ~OpenFile();

    const int number;
};

}

struct GantryDICOMObject {
    GantryDICOMObject(int descriptor, uint64_t size)
        : descriptor(descriptor), source(gantry::ByteSource::file(descriptor, size)) {}

    gantry::OpenFile descriptor;
    gantry::ByteSource source;
    gantry::ElementIndex index;
    gantry::WalkLimits limits;

    /// From the file's character set to UTF-8; selected when the first text needs it.
    DcmSpecificCharacterSet characterSet;
    bool characterSetSelected = false;
    /// It has Japanese code extensions, which are converted without DCMTK.
    bool isJapanese = false;

    /// Where `gantry_dicom_encoded_pixels_next` stands: fragment and byte in it.
    size_t nextFragment = 0;
    uint64_t nextByte = 0;
    bool fragmentsKnown = false;

    /// Finds the fragments of encapsulated pixel data, once. Returns `PixelDataIncomplete`, `LimitExceeded`.
    GantryDICOMStatus loadFragments();

    /// The file as DCMTK reads it, for its codecs; empty until `pixelData` is called.
    DcmFileFormat file;
    bool fileLoaded = false;

    /// Pixel Data of the top level; NULL where there is none.
    DcmPixelData *pixelData();

    /// The fragments of encapsulated pixel data; NULL where it is native.
    static DcmPixelSequence *fragments(DcmPixelData &pixelData);
};

namespace gantry {

/// The status of a walk that ended like this; `explanation` becomes the call's.
GantryDICOMStatus statusOf(WalkEnd end, const std::string &explanation);

}
