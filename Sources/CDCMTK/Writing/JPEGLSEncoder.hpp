// Writes pixel data as JPEG-LS.

#pragma once

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcdatset.h"

namespace cdcmtk {

/// Replaces the native Pixel Data of `dataset`, one sample a pixel, by lossless JPEG-LS streams, a fragment a frame.
/// Every bit of a pixel is encoded, whatever Bits Stored says.
///
/// CharLS does it, not DCMTK's copy of an older one: both export the same names for different functions.
OFCondition encodeJPEGLS(DcmDataset &dataset);

}
