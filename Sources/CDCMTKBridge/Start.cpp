#include "CharacterSet.hpp"
#include "DecoderWarnings.hpp"
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

extern "C" GantryDICOMStatus gantry_dicom_start(void) noexcept {
    return gantry::guarded([] {
        static std::once_flag once;
        std::call_once(once, gantry::listenToDecoders);
        return GantryDICOMStatusOk;
    });
}

extern "C" GantryDICOMStatus gantry_dicom_load_everything(void) noexcept {
    const GantryDICOMStatus started = gantry_dicom_start();
    if (started != GantryDICOMStatusOk) return started;
    return gantry::guarded([] {
        static std::once_flag once;
        std::call_once(once, gantry::CharacterSet::load);
        return GantryDICOMStatusOk;
    });
}

extern "C" GantryDICOMStatus gantry_dicom_start_writing(void) noexcept {
    const GantryDICOMStatus started = gantry_dicom_start();
    if (started != GantryDICOMStatusOk) return started;
    return gantry::guarded([] {
        static std::once_flag once;
        std::call_once(once, registerCodecs);
        if (!dcmDataDict.isDictionaryLoaded())
            return gantry::fail(
                GantryDICOMStatusDictionaryMissing,
                "DCMTK's data dictionary is not loaded: install the Debian package libdcmtk17, and leave DCMDICTPATH "
                "unset or let it name dicom.dic");
        return GantryDICOMStatusOk;
    });
}
