#include "DecoderWarnings.hpp"
#include "Guard.hpp"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcdict.h"
#include "dcmtk/dcmdata/dcrledrg.h"
#include "dcmtk/dcmdata/dcrleerg.h"
#include "dcmtk/dcmdata/dcvr.h"
#include "dcmtk/dcmjpeg/djdecode.h"
#include "dcmtk/dcmjpeg/djencode.h"
#include "dcmtk/dcmjpls/djdecode.h"
#include "dcmtk/dcmjpls/djencode.h"

#include <mutex>

/// Registers what reads and writes compressed pixel data. SOP Instance UIDs never change, and no fragment is larger
/// than a frame.
static void registerCodecs() {
    DJDecoderRegistration::registerCodecs(EDC_never, EUC_never);
    DJLSDecoderRegistration::registerCodecs(EJLSUC_never);
    DcmRLEDecoderRegistration::registerCodecs();
    DJEncoderRegistration::registerCodecs(ECC_lossyYCbCr, EUC_never);
    // Raw, not cooked: every bit of a pixel is encoded, whatever Bits Stored says.
    DJLSEncoderRegistration::registerCodecs(0, 0, 0, 0, OFFalse, 0, OFTrue, EJLSUC_never);
    DcmRLEEncoderRegistration::registerCodecs();
}

extern "C" GantryDICOMStatus gantry_dicom_start(void) noexcept {
    return gantry::guarded([] {
        static std::once_flag once;
        std::call_once(once, [] {
            gantry::listenToDecoders();
            registerCodecs();
            // Archives write attributes they did not know as UN; the dictionary knows better.
            dcmEnableUnknownVRConversion.set(OFTrue);
        });
        if (!dcmDataDict.isDictionaryLoaded())
            return gantry::fail(
                GantryDICOMStatusDictionaryMissing,
                "DCMTK's data dictionary is not loaded: install the Debian package libdcmtk17, and leave DCMDICTPATH "
                "unset or let it name dicom.dic");
        return GantryDICOMStatusOk;
    });
}
