// An opened DICOM file, for the files of this bridge.

#pragma once

#include "Guard.hpp"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcfilefo.h"
#include "dcmtk/dcmdata/dcfcache.h"
#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dcspchrs.h"

struct GantryDICOMObject {
    DcmFileFormat file;
    bool hasPreamble = false;

    /// From the file's character set to UTF-8; selected when the first text needs it.
    DcmSpecificCharacterSet characterSet;
    bool characterSetSelected = false;
    /// It has Japanese code extensions, which are converted without DCMTK.
    bool isJapanese = false;

    /// Where `gantry_dicom_encoded_pixels_next` stands: fragment (the offset table is number 0) and byte in it.
    unsigned long nextFragment = 1;
    Uint32 nextByte = 0;
    DcmFileCache cache;

    /// Pixel Data of the top level; NULL where there is none.
    DcmPixelData *pixelData();

    /// The fragments of encapsulated pixel data; NULL where it is native.
    static DcmPixelSequence *fragments(DcmPixelData &pixelData);
};
