// An opened DICOM file, for the files of this bridge.

#pragma once

#include "Guard.hpp"
#include "PixelAccess.hpp"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcfilefo.h"
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

    /// Where reading pixel data stands.
    gantry::PixelAccess pixels;

    /// Pixel Data of the top level; NULL where there is none.
    DcmPixelData *pixelData();

    /// The fragments of encapsulated pixel data; NULL where it is native.
    static DcmPixelSequence *fragments(DcmPixelData &pixelData);
};
