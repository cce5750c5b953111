#include "Decoding/DecoderWarnings.hpp"
#include "Guard.hpp"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcdict.h"
#include "dcmtk/dcmdata/dcrleerg.h"
#include "dcmtk/dcmjpeg/djencode.h"

#include <mutex>

/// Registers what DCMTK shall write compressed pixel data with; reading never asks it. SOP Instance UIDs never change,
/// and no fragment is larger than a frame.
static void registerCodecs() {
    DJEncoderRegistration::registerCodecs(ECC_lossyYCbCr, EUC_never);
    DcmRLEEncoderRegistration::registerCodecs();
}

extern "C" CDCMTKStatus cdcmtk_start(void) noexcept {
    return cdcmtk::guarded([] {
        static std::once_flag once;
        std::call_once(once, cdcmtk::listenToDecoders);
        return CDCMTKStatusOk;
    });
}

extern "C" CDCMTKStatus cdcmtk_start_writing(void) noexcept {
    const CDCMTKStatus started = cdcmtk_start();
    if (started != CDCMTKStatusOk) return started;
    return cdcmtk::guarded([] {
        static std::once_flag once;
        std::call_once(once, registerCodecs);
        if (!dcmDataDict.isDictionaryLoaded())
            return cdcmtk::fail(
                CDCMTKStatusDictionaryMissing,
                "DCMTK's data dictionary is not loaded: install the Debian package libdcmtk17, and leave DCMDICTPATH "
                "unset or let it name dicom.dic");
        return CDCMTKStatusOk;
    });
}
